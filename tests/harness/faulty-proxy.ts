import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/**
 * What happens to one request: passed on whole, answered but the answer lost, lost before it arrives, or answered as
 * the exchange answers a key from an address that is not on its list.
 */
export type Fate = 'pass' | 'lose-answer' | 'lose-request' | 'refuse-key';

const KEY_REFUSED = { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' };

/** Stands between a worker and the simulator and loses what it is told to; streams pass untouched. */
export class FaultyProxy {
  /** Decides each request; set by the test. */
  fate: (method: string, path: string) => Fate = () => 'pass';
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
    this.#server.on('upgrade', (incoming, socket, head) => this.#tunnel(incoming, socket as Socket, head));
  }

  static async start(target: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const path = incoming.url ?? '/';
    const fate = this.fate(incoming.method ?? 'GET', path);
    if (fate === 'lose-request') {
      incoming.socket.destroy();
      return;
    }
    if (fate === 'refuse-key') {
      incoming.resume();
      outgoing.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(KEY_REFUSED));
      return;
    }
    const { hostname, port } = this.#target;
    const forwarded = request(
      { hostname, port, path, method: incoming.method, headers: incoming.headers },
      (answer) => {
        if (fate === 'lose-answer') {
          answer.resume();
          incoming.socket.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }

  #tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname, () => {
      const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      upstream.write(
        `${incoming.method ?? 'GET'} ${incoming.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`,
      );
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) {
      this.#sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        this.#sockets.delete(end);
        socket.destroy();
        upstream.destroy();
      });
    }
  }
}
