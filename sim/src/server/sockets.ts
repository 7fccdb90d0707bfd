import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ConnectionKind, Connections } from './connections.js';
import { Peer, type Outbox } from './peer.js';
import { SocketGuard, type FrameRule, type SocketLimits } from './socket-limits.js';

/** How one address is served. */
export interface SocketRoute {
  kind: ConnectionKind;
  frames: FrameRule;
  /** Serves one accepted connection. */
  serve: (peer: Peer, ip: string) => void;
}

export interface SocketOptions {
  outbox: Outbox;
  connections: Connections;
  /** How long a connection may live, ms; Binance: 24 h. */
  lifeMs: number;
  limits: SocketLimits;
}

/** Binance pings every 20 s and drops a connection after a minute without an answer. */
const PING_MS = 20_000;
const MISSED_PINGS = 3;
const GOING_AWAY = 1001;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** An address and the venue it belongs to. */
export interface VenueRoute extends SocketRoute {
  venue: string;
}

/** Accepts WebSocket connections on the HTTP server and keeps them alive. */
export class Sockets {
  readonly #wss = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  readonly #guard: SocketGuard;
  readonly #unanswered = new WeakMap<WebSocket, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    server: Server,
    /** Finds who serves a path, or undefined to refuse it. */
    routeOf: (url: URL) => VenueRoute | undefined,
    private readonly options: SocketOptions,
  ) {
    this.#guard = new SocketGuard(options.limits);
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head, routeOf));
    this.#timer = setInterval(() => this.#ping(), PING_MS);
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
    routeOf: (url: URL) => VenueRoute | undefined,
  ): void {
    socket.on('error', () => socket.destroy());
    const base = 'ws://simulator';
    const url = URL.canParse(request.url ?? '', base) ? new URL(request.url ?? '', base) : undefined;
    const route = url && routeOf(url);
    if (!route) return refuse(socket, '404 Not Found');
    const { connections, outbox, lifeMs } = this.options;
    const { venue, kind, frames, serve } = route;
    const ip = request.socket.remoteAddress ?? '';
    if (connections.refuses(venue, kind)) return refuse(socket, '503 Service Unavailable');
    if (!this.#guard.admits(venue, ip)) return refuse(socket, '429 Too Many Requests');
    this.#wss.handleUpgrade(request, socket, head, (ws) => {
      this.#unanswered.set(ws, 0);
      ws.on('pong', () => this.#unanswered.set(ws, 0));
      // A broken frame ends in 'close', which is where connections are cleaned up.
      ws.on('error', () => ws.terminate());
      const life = setTimeout(() => ws.close(GOING_AWAY), lifeMs);
      ws.once('close', () => clearTimeout(life));
      this.#guard.watch(ws, frames);
      const peer = new Peer(ws, socket, outbox);
      connections.add({ peer, venue, kind });
      serve(peer, ip);
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

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
