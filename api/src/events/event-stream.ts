import {
  eventsAfter,
  latestCursor,
  type Logger,
  type NumberedEvent,
  type Redis,
} from '@gridfleet/shared/infra';
import type { EventSnapshot } from '@gridfleet/shared/schema';
import { withDeadline } from '../http/deadline.js';
import { SharedWork } from '../http/shared-work.js';
import type { StrategyReader } from '../strategies/strategy-reader.js';
import { DeltaMaker } from './deltas.js';
import { EventClient } from './event-client.js';
import { EventHub, holds } from './event-hub.js';
import type { EventMessage, EventSink } from './event-sink.js';
import type { StrategyOwners } from './owners.js';

const PING_MS = 10_000;
const READY_TIMEOUT_MS = 2_000;
const CURSOR = /^\d{1,16}-\d{1,16}$/;
/** A client further behind than this gets a snapshot: cheaper for both sides. */
const MAX_CATCH_UP = 5_000;

export interface EventStreamDeps {
  redis: Redis;
  connectBlocking: () => Redis;
  reader: StrategyReader;
  owners: StrategyOwners;
  logger: Logger;
}

/** A snapshot, then numbered deltas from the platform's stream, to browsers and programs. */
export class EventStream {
  readonly #deps: EventStreamDeps;
  readonly #hub: EventHub;
  readonly #deltas: DeltaMaker;
  readonly #clients = new Set<EventClient>();
  readonly #pings: NodeJS.Timeout;
  /** After a restart everybody comes back at once. */
  readonly #snapshots = new SharedWork<EventSnapshot>();

  constructor(deps: EventStreamDeps) {
    this.#deps = deps;
    this.#hub = new EventHub(deps.connectBlocking, deps.logger);
    this.#deltas = new DeltaMaker(deps.owners);
    this.#pings = setInterval(() => {
      const ping: EventMessage[] = [{ event: 'ping', data: { time: new Date().toISOString() } }];
      for (const client of this.#clients) client.tell(ping);
    }, PING_MS);
    this.#pings.unref();
  }

  /**
   * Serves one client until it leaves; resolves when the first message is out.
   * @param begin called when nothing can go wrong any more, before that message
   */
  async serve(
    sink: EventSink,
    userId: number,
    lastEventId: string | undefined,
    begin: () => void,
  ): Promise<void> {
    const client = new EventClient(sink, userId, this.#deltas);
    // Listening before looking: what happens in between is in the buffer, and known by its number.
    const subscription = this.#hub.subscribe(client);
    this.#clients.add(client);
    const leave = (): void => {
      subscription.cancel();
      this.#clients.delete(client);
    };
    sink.onClose(() => {
      leave();
      client.close();
    });
    try {
      await withDeadline(subscription.ready, READY_TIMEOUT_MS, 'event stream');
      const missed = await this.#missedSince(lastEventId);
      const snapshot =
        missed === null ? await this.#snapshots.ask(String(userId), () => this.#snapshot(userId)) : null;
      if (client.isClosed) return;
      begin();
      if (snapshot !== null) client.snapshot(snapshot);
      else if (missed !== null) client.resume(lastEventId ?? '', missed);
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Ends all connections, so that a shutdown does not wait for browsers. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const client of this.#clients) client.close();
    await this.#hub.stop();
  }

  async #snapshot(userId: number): Promise<EventSnapshot> {
    // The position first: an event between the two reads is sent again, never lost.
    const cursor = await latestCursor(this.#deps.redis);
    return { cursor, strategies: await this.#deps.reader.allStatuses(userId) };
  }

  /** What the stream holds after a position, null when it does not hold all of it or it is too much. */
  async #missedSince(lastEventId: string | undefined): Promise<NumberedEvent[] | null> {
    const { redis } = this.#deps;
    if (lastEventId === undefined || !CURSOR.test(lastEventId)) return null;
    if (!(await holds(redis, lastEventId))) return null;
    const missed: NumberedEvent[] = [];
    let cursor = lastEventId;
    while (missed.length <= MAX_CATCH_UP) {
      const batch = await eventsAfter(redis, cursor);
      if (batch.cursor === cursor) return missed;
      missed.push(...batch.events);
      cursor = batch.cursor;
    }
    return null;
  }
}
