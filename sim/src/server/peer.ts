import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** A peer that has not read this many bytes is dropped, as the exchange drops slow readers. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** Messages of one batch leave in one write per peer. */
export class Outbox {
  readonly #corked = new Set<Duplex>();
  #open = 0;

  batch(work: () => void): void {
    this.#open++;
    try {
      work();
    } finally {
      this.#open--;
      if (this.#open === 0) {
        for (const socket of this.#corked) socket.uncork();
        this.#corked.clear();
      }
    }
  }

  hold(socket: Duplex): void {
    if (this.#open === 0 || this.#corked.has(socket)) return;
    socket.cork();
    this.#corked.add(socket);
  }
}

/** One connected WebSocket client. */
export class Peer {
  constructor(
    readonly ws: WebSocket,
    private readonly socket: Duplex,
    private readonly outbox: Outbox,
  ) {}

  send(text: string): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    if (this.ws.bufferedAmount > MAX_UNREAD_BYTES) {
      this.ws.terminate();
      return;
    }
    this.outbox.hold(this.socket);
    this.ws.send(text);
  }
}
