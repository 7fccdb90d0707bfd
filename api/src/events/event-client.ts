import type { NumberedEvent } from '@gridfleet/shared/infra';
import type { EventSnapshot } from '@gridfleet/shared/schema';
import type { DeltaMaker } from './deltas.js';
import type { EventListener } from './event-hub.js';
import type { EventMessage, EventSink } from './event-sink.js';

/** Bytes that may wait for a slow browser; beyond that it is cut off and comes back for a snapshot. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Time the last bytes get to reach the browser. */
const LINGER_MS = 1_000;
/** Events that may wait while the snapshot is being made. */
const MAX_WAITING_EVENTS = 10_000;

/** Snapshots are shared by clients that come at once, and so is what is sent of them. */
const snapshotMessages = new WeakMap<EventSnapshot, readonly EventMessage[]>();

/** One browser on the event stream: gets the deltas after its position, never buffers without bound. */
export class EventClient implements EventListener {
  readonly #sink: EventSink;
  readonly #userId: number;
  readonly #deltas: DeltaMaker;
  /** Last position sent; null until the snapshot or the resumption says where deltas begin. */
  #cursor: string | null = null;
  /** Batches as the stream gave them. */
  #waiting: (readonly NumberedEvent[])[] = [];
  #delivering: Promise<void> = Promise.resolve();
  #closed = false;
  /** A snapshot of thousands of strategies is larger than all that may wait: it is not counted. */
  #allowance = 0;

  constructor(sink: EventSink, userId: number, deltas: DeltaMaker) {
    this.#sink = sink;
    this.#userId = userId;
    this.#deltas = deltas;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  onEvents(events: readonly NumberedEvent[]): void {
    if (this.#closed) return;
    this.#waiting.push(events);
    if (this.#waiting.reduce((all, batch) => all + batch.length, 0) > MAX_WAITING_EVENTS) this.close();
    else if (this.#cursor !== null) this.#flush();
  }

  onGap(): void {
    this.close();
  }

  snapshot(snapshot: EventSnapshot): void {
    if (this.#closed) return;
    const messages = snapshotMessages.get(snapshot) ?? [
      { event: 'snapshot', data: snapshot, id: snapshot.cursor },
    ];
    snapshotMessages.set(snapshot, messages);
    this.#sink.send(messages);
    this.#allowance = this.#sink.backlog();
    this.#begin(snapshot.cursor);
  }

  /** Goes on after a position the client already has; `missed` is what the stream holds since. */
  resume(cursor: string, missed: readonly NumberedEvent[]): void {
    this.#waiting.unshift(missed);
    this.#begin(cursor);
  }

  /** Something that has no place in the stream's order. */
  tell(messages: readonly EventMessage[]): void {
    this.#write(messages);
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
    const batches = this.#waiting;
    this.#waiting = [];
    for (const events of batches) {
      if (this.#cursor === null) return;
      const { messages, cursor } = await this.#deltas.of(events, this.#userId, this.#cursor);
      this.#cursor = cursor;
      if (messages.length > 0) this.#write(messages);
    }
  }

  #write(messages: readonly EventMessage[]): void {
    if (this.#closed) return;
    this.#sink.send(messages);
    if (this.#sink.backlog() > MAX_BUFFERED_BYTES + this.#allowance) this.close();
  }
}
