import { setTimeout as delay } from 'node:timers/promises';
import {
  compareCursors,
  latestCursor,
  oldestCursor,
  readEvents,
  type Logger,
  type NumberedEvent,
  type Redis,
} from '@gridfleet/shared/infra';

/** Longest wait of one read. */
const BLOCK_MS = 1_000;
const RETRY_MS = 500;
/** Pause after events: a thousand strategies that speak each second are a few messages to each client, not a thousand. */
const GATHER_MS = 50;
const STOP_TIMEOUT_MS = 1_000;

export interface EventListener {
  /** Events in order, each exactly once while subscribed. */
  onEvents(events: readonly NumberedEvent[]): void;
  /** Events may have been lost: whoever listens has to begin anew. */
  onGap(): void;
}

export interface Subscription {
  /** Resolves when every event from then on reaches the listener. */
  ready: Promise<void>;
  cancel: () => void;
}

/** Whether every event after this position is still in the stream. */
export async function holds(redis: Redis, cursor: string): Promise<boolean> {
  const [oldest, newest] = await Promise.all([oldestCursor(redis), latestCursor(redis)]);
  return oldest !== null && compareCursors(oldest, cursor) <= 0 && compareCursors(cursor, newest) <= 0;
}

/** Reads the platform's event stream once per process, on a connection of its own, for everybody who listens. */
export class EventHub {
  readonly #connect: () => Redis;
  readonly #logger: Logger;
  readonly #listeners = new Set<EventListener>();
  #markPositioned: () => void = () => undefined;
  readonly #positioned = new Promise<void>((resolve) => {
    this.#markPositioned = resolve;
  });
  #reader: Redis | null = null;
  #loop: Promise<void> = Promise.resolve();
  #stopping = false;
  /** The connection was lost since the last read: the stream may have been, too. */
  #interrupted = false;

  constructor(connect: () => Redis, logger: Logger) {
    this.#connect = connect;
    this.#logger = logger;
  }

  /** The reader starts with the first listener. */
  subscribe(listener: EventListener): Subscription {
    this.#listeners.add(listener);
    if (this.#reader === null && !this.#stopping) this.#start();
    return { ready: this.#positioned, cancel: () => this.#listeners.delete(listener) };
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // Ends the blocking read at once.
    this.#reader?.disconnect();
    // A client that is reconnecting never settles what it has queued; nothing is lost by leaving it.
    await Promise.race([this.#loop, delay(STOP_TIMEOUT_MS, undefined, { ref: false })]);
  }

  #start(): void {
    const reader = this.#connect();
    reader.on('error', (err: Error) => {
      this.#logger.warn({ err }, 'event stream: redis');
    });
    reader.on('close', () => {
      this.#interrupted = true;
    });
    this.#reader = reader;
    this.#loop = this.#read(reader);
  }

  async #read(reader: Redis): Promise<void> {
    let cursor: string | null = null;
    while (!this.#stopping) {
      try {
        if (cursor === null) {
          cursor = await latestCursor(reader);
          this.#markPositioned();
        }
        const batch = await readEvents(reader, cursor, BLOCK_MS);
        // A stream that was lost and begun anew: its numbers say nothing about ours.
        if (this.#interrupted && !(await this.#survived(reader, cursor))) cursor = await latestCursor(reader);
        else {
          if (batch.events.length > 0)
            for (const listener of this.#listeners) listener.onEvents(batch.events);
          cursor = batch.cursor;
          if (batch.events.length > 0) await delay(GATHER_MS, undefined, { ref: false });
        }
      } catch (err) {
        await this.#pauseAfter(err);
      }
    }
  }

  async #pauseAfter(err: unknown): Promise<void> {
    if (this.#stopping) return;
    this.#logger.warn({ err }, 'event stream: read failed');
    this.#interrupted = true;
    await delay(RETRY_MS);
  }

  /** After an interruption: whether nothing can be missing. If something can, all listeners begin anew. */
  async #survived(reader: Redis, cursor: string): Promise<boolean> {
    const whole = await holds(reader, cursor);
    this.#interrupted = false;
    if (!whole) for (const listener of this.#listeners) listener.onGap();
    return whole;
  }
}
