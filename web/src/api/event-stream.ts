import {
  EventSequence,
  isKnownEvent,
  parseDelta,
  parsePing,
  parseSnapshot,
  reconnectDelayMs,
} from './event-messages.js';
import type { EventSnapshot, PlatformEvent } from './types.js';

/** Without any message for this long the connection is taken as dead, ms: the server pings every 10 s. */
export const SILENCE_LIMIT_MS = 25_000;

export interface EventStreamHandlers {
  connecting(): void;
  snapshot(snapshot: EventSnapshot): void;
  event(event: PlatformEvent): void;
  /** Any message came; `serverTime` is set by pings, ms since epoch. */
  alive(serverTime: number | null): void;
  /** The connection is gone and will be tried again after `delayMs`. */
  lost(delayMs: number): void;
}

/** The part of EventSource that is used, so that tests can stand in for it. */
export interface EventSourceLike {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/**
 * Server-sent events with our own reconnection: snapshot first, then numbered deltas. A gap, a dead connection or an
 * unreadable message leads to a new connection and so to a new snapshot; nothing is guessed.
 */
export class EventStream {
  readonly #handlers: EventStreamHandlers;
  readonly #open: () => EventSourceLike;
  readonly #random: () => number;
  readonly #sequence = new EventSequence();
  #source: EventSourceLike | null = null;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #silence: ReturnType<typeof setTimeout> | null = null;

  constructor(
    handlers: EventStreamHandlers,
    open: () => EventSourceLike,
    random: () => number = Math.random,
  ) {
    this.#handlers = handlers;
    this.#open = open;
    this.#random = random;
  }

  /** Connects; calling it again reconnects at once. */
  start(): void {
    this.stop();
    this.#handlers.connecting();
    const source = this.#open();
    this.#source = source;
    const on = (type: string, handle: (data: string) => void): void => {
      source.addEventListener(type, (message) => {
        if (this.#source === source) handle(message.data);
      });
    };
    on('snapshot', (data) => this.#onSnapshot(data));
    on('delta', (data) => this.#onDelta(data));
    on('ping', (data) => {
      this.#attempt = 0;
      this.#touch(parsePing(data));
    });
    on('error', () => this.#reconnect());
    this.#watch();
  }

  stop(): void {
    this.#source?.close();
    this.#source = null;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#silence) clearTimeout(this.#silence);
    this.#retry = null;
    this.#silence = null;
  }

  #onSnapshot(data: string): void {
    const snapshot = parseSnapshot(data);
    if (!snapshot) return this.#reconnect();
    this.#sequence.restart(snapshot.cursor);
    this.#touch(null);
    this.#handlers.snapshot(snapshot);
  }

  #onDelta(data: string): void {
    const delta = parseDelta(data);
    if (!delta) return this.#reconnect();
    const verdict = this.#sequence.accept(delta);
    if (verdict === 'gap') return this.#reconnect();
    // Not reset by a snapshot alone: a stream that gaps right after each snapshot must slow down.
    this.#attempt = 0;
    this.#touch(null);
    if (verdict === 'apply' && isKnownEvent(delta.event)) this.#handlers.event(delta.event);
  }

  #touch(serverTime: number | null): void {
    this.#watch();
    this.#handlers.alive(serverTime);
  }

  #watch(): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#reconnect(), SILENCE_LIMIT_MS);
  }

  #reconnect(): void {
    this.stop();
    const delayMs = reconnectDelayMs(this.#attempt, this.#random);
    this.#attempt += 1;
    this.#handlers.lost(delayMs);
    this.#retry = setTimeout(() => this.start(), delayMs);
  }
}
