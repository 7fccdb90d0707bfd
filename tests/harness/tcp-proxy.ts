import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What becomes of one packet from a client. `lose-answer`: it arrives, then both sides are cut before any answer. */
export type PacketFate = 'pass' | 'lose-answer';

/** How long a lost answer's request is given to do its work before the connection is cut, ms. */
const WORK_MS = 300;

/** Stands in front of a server's port: refuses, delays, cuts and silences connections, or loses answers. */
export class TcpProxy {
  /** Decides about each packet of a client; set by the test. */
  fate: (packet: Buffer) => PacketFate = () => 'pass';
  /** Delay of every packet to the server, ms. */
  delayMs = 0;
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isSilent = false;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(url: string, defaultPort: number): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const proxy = new TcpProxy({ host: hostname, port: port === '' ? defaultPort : Number(port) });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same address with the proxy in front. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String((this.#server.address() as AddressInfo).port);
    return changed.href;
  }

  /** As if the server had stopped: connections end, new ones are refused. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As if the network swallowed every packet: connections stay open, and nothing comes through. */
  silence(): void {
    this.#isSilent = true;
  }

  heal(): void {
    // What was swallowed is missing in the middle of a connection: none of them is of any use.
    if (this.#isSilent) for (const socket of this.#sockets) socket.destroy();
    this.#isSilent = false;
    this.#isCut = false;
    this.delayMs = 0;
    this.fate = () => 'pass';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = connect(this.#target.port, this.#target.host);
    client.setNoDelay(true);
    server.setNoDelay(true);
    let isLost = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('data', (packet) => {
      if (this.#isSilent) return;
      if (this.fate(packet) === 'lose-answer' && !isLost) {
        isLost = true;
        setTimeout(end, WORK_MS);
      }
      if (this.delayMs === 0) server.write(packet);
      else setTimeout(() => server.write(packet), this.delayMs);
    });
    server.on('data', (packet) => {
      if (!isLost && !this.#isSilent) client.write(packet);
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
  }
}
