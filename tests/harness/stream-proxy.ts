import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** What becomes of a new WebSocket connection: relayed, answered with 503, or accepted and never served. */
export type Dial = 'relay' | 'refuse' | 'hang';
/** What becomes of an HTTP request: passed on, or answered with a status, headers and a body. */
export type Http = 'pass' | { status: number; headers?: Record<string, string>; body: string };

interface Relay {
  client: WebSocket;
  upstream: WebSocket | null;
  socket: Duplex;
}

/**
 * Stands between a client and an exchange and does to its streams what exchanges do: closes them, goes deaf, freezes,
 * announces ends. HTTP requests pass, unless the test answers them itself.
 */
export class StreamProxy {
  dial: Dial = 'relay';
  url = '';
  /** Loses every message from the exchange; pings are still answered. */
  deaf = false;
  http: (method: string, path: string) => Http = () => 'pass';
  /** Paths of the WebSocket connections tried so far. */
  readonly dials: string[] = [];
  /** Method and path of the HTTP requests so far. */
  readonly requests: string[] = [];
  readonly #relays = new Set<Relay>();
  readonly #server: Server;
  readonly #wss = new WebSocketServer({ noServer: true });
  readonly #target: URL;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, outgoing) => this.#request(incoming, outgoing));
    this.#server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(incoming, socket, head),
    );
  }

  static async start(target: string): Promise<StreamProxy> {
    const proxy = new StreamProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    proxy.url = `http://127.0.0.1:${(proxy.#server.address() as AddressInfo).port}`;
    return proxy;
  }

  get open(): number {
    return this.#relays.size;
  }

  /** Sends a message to every client as the exchange would. */
  say(message: unknown): void {
    for (const { client } of this.#relays) client.send(JSON.stringify(message));
  }

  /** Cuts every connection without a goodbye. */
  cut(): void {
    for (const { client, upstream } of this.#relays) {
      client.terminate();
      upstream?.terminate();
    }
  }

  /** Every present connection stays open and brings nothing any more, pongs included. */
  freeze(): void {
    for (const { socket, upstream } of this.#relays) {
      socket.pause();
      upstream?.removeAllListeners('message');
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.#wss.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #request(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = incoming;
    const path = url.split('?')[0] ?? '';
    this.requests.push(`${method} ${path}`);
    const fate = this.http(method, path);
    if (fate !== 'pass') {
      incoming.resume();
      outgoing.writeHead(fate.status, fate.headers).end(fate.body);
      return;
    }
    const { hostname, port } = this.#target;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = incoming.url ?? '/';
    this.dials.push(path);
    socket.on('error', () => socket.destroy());
    if (this.dial === 'refuse') {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const served = this.dial === 'relay';
    this.#wss.handleUpgrade(incoming, socket, head, (client) => {
      const upstream = served ? new WebSocket(`ws://${this.#target.host}${path}`) : null;
      const relay = { client, upstream, socket };
      this.#relays.add(relay);
      const early: string[] = [];
      client.on('error', () => client.terminate());
      client.on('close', () => {
        this.#relays.delete(relay);
        upstream?.terminate();
      });
      client.on('message', (data: Buffer) => {
        if (upstream?.readyState === WebSocket.OPEN) upstream.send(data.toString());
        else early.push(data.toString());
      });
      upstream?.on('open', () => {
        for (const text of early.splice(0)) upstream.send(text);
      });
      upstream?.on('message', (data: Buffer) => {
        if (!this.deaf) client.send(data.toString());
      });
      upstream?.on('error', () => client.terminate());
      upstream?.on('close', () => client.close());
    });
  }
}
