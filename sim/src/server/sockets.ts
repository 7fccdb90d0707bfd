import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Peer, type Outbox } from './peer.js';

/** Serves one accepted connection. */
export type SocketRoute = (peer: Peer, url: URL, ip: string) => void;

/** Binance pings every 20 s and drops a connection after a minute without an answer. */
const PING_MS = 20_000;
const MISSED_PINGS = 3;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Accepts WebSocket connections on the HTTP server and keeps them alive. */
export class Sockets {
  readonly #wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  readonly #unanswered = new WeakMap<WebSocket, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    server: Server,
    /** Finds who serves a path, or undefined to refuse it. */
    routeOf: (url: URL) => SocketRoute | undefined,
    private readonly outbox: Outbox,
  ) {
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, routeOf));
    this.#timer = setInterval(() => this.#ping(), PING_MS);
  }

  get count(): number {
    return this.#wss.clients.size;
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.#timer);
    for (const ws of this.#wss.clients) ws.terminate();
    this.#wss.close();
  }

  #upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    routeOf: (url: URL) => SocketRoute | undefined,
  ): void {
    socket.on('error', () => socket.destroy());
    const base = 'ws://simulator';
    const url = URL.canParse(request.url ?? '', base) ? new URL(request.url ?? '', base) : undefined;
    const route = url && routeOf(url);
    if (!route) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#wss.handleUpgrade(request, socket, head, (ws) => {
      this.#unanswered.set(ws, 0);
      ws.on('pong', () => this.#unanswered.set(ws, 0));
      // A broken frame ends in 'close', which is where connections are cleaned up.
      ws.on('error', () => ws.terminate());
      route(new Peer(ws, socket, this.outbox), url, request.socket.remoteAddress ?? '');
    });
  }

  #ping(): void {
    for (const ws of this.#wss.clients) {
      const missed = this.#unanswered.get(ws) ?? 0;
      if (missed >= MISSED_PINGS) {
        ws.terminate();
        continue;
      }
      this.#unanswered.set(ws, missed + 1);
      ws.ping(String(Date.now()));
    }
  }
}
