import { compareCursors, type NumberedEvent } from '@gridfleet/shared/infra';
import type { EventSnapshot } from '@gridfleet/shared/schema';
import type { EventListener } from './event-hub.js';
import type { EventMessage, EventSink } from './event-sink.js';
import type { StrategyOwners } from './owners.js';

/** Bytes that may wait for a slow browser; beyond that it is cut off and comes back for a snapshot. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Time the last bytes get to reach the browser. */
const LINGER_MS = 1_000;
/** Events that may wait while the snapshot is being made. */
const MAX_WAITING_EVENTS = 10_000;

/** One browser on the event stream: filters by owner, numbers the deltas, never buffers without bound. */
export class EventClient implements EventListener {
  readonly #sink: EventSink;
  readonly #userId: number;
  readonly #owners: StrategyOwners;
  /** Last position sent; null until the snapshot or the resumption says where deltas begin. */
  #cursor: string | null = null;
  #waiting: NumberedEvent[] = [];
  #delivering: Promise<void> = Promise.resolve();
  #closed = false;
  /** A snapshot of thousands of strategies is larger than all that may wait: it is not counted. */
  #allowance = 0;

  constructor(sink: EventSink, userId: number, owners: StrategyOwners) {
    this.#sink = sink;
    this.#userId = userId;
    this.#owners = owners;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  onEvents(events: readonly NumberedEvent[]): void {
    if (this.#closed) return;
    this.#waiting.push(...events);
    if (this.#waiting.length > MAX_WAITING_EVENTS) this.close();
    else if (this.#cursor !== null) this.#flush();
  }

  onGap(): void {
    this.close();
  }

  snapshot(snapshot: EventSnapshot): void {
    if (this.#closed) return;
    this.#sink.send([{ event: 'snapshot', data: snapshot, id: snapshot.cursor }]);
    this.#allowance = this.#sink.backlog();
    this.#begin(snapshot.cursor);
  }

  /** Goes on after a position the client already has; `missed` is what the stream holds since. */
  resume(cursor: string, missed: readonly NumberedEvent[]): void {
    this.#waiting = [...missed, ...this.#waiting];
    this.#begin(cursor);
  }

  ping(now: Date): void {
    this.#write([{ event: 'ping', data: { time: now.toISOString() } }]);
  }

  /** Ends the connection; the browser reconnects with its last position. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    this.#sink.end();
    // A peer that reads nothing would keep the connection open for ever.
    setTimeout(() => this.#sink.destroy(), LINGER_MS).unref();
  }

  #begin(cursor: string): void {
    this.#cursor = cursor;
    this.#flush();
  }

  #flush(): void {
    this.#delivering = this.#delivering.then(() => this.#deliver()).catch(() => this.close());
  }

  async #deliver(): Promise<void> {
    const events = this.#waiting;
    this.#waiting = [];
    const messages: EventMessage[] = [];
    for (const { cursor, event } of events) {
      // Seen already: the snapshot or the resumption covered it.
      if (this.#cursor === null || compareCursors(cursor, this.#cursor) <= 0) continue;
      const owner = this.#owners.known(event.strategyId) ?? (await this.#owners.ownerOf(event.strategyId));
      if (owner !== this.#userId) continue;
      messages.push({ event: 'delta', data: { cursor, previous: this.#cursor, event }, id: cursor });
      this.#cursor = cursor;
    }
    if (messages.length > 0) this.#write(messages);
  }

  #write(messages: readonly EventMessage[]): void {
    if (this.#closed) return;
    this.#sink.send(messages);
    if (this.#sink.backlog() > MAX_BUFFERED_BYTES + this.#allowance) this.close();
  }
}
