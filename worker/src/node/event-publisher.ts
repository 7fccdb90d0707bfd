import { publishEvents, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';

/** Events of so long leave in one round trip, ms: the runs of a node report one by one. */
const WINDOW_MS = 25;
/** More than this leave at once. */
const BATCH = 500;

/** Publishes the events of all runs of a node, in order. They are news: what Redis does not take is not sent again. */
export class EventPublisher {
  readonly #redis: Redis;
  readonly #log: Logger;
  #waiting: PlatformEvent[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis;
    this.#log = log;
  }

  publish(events: readonly PlatformEvent[]): void {
    if (events.length === 0) return;
    this.#waiting.push(...events);
    if (this.#waiting.length >= BATCH) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), WINDOW_MS);
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const events = this.#waiting;
    this.#waiting = [];
    publishEvents(this.#redis, events).catch((error: unknown) =>
      this.#log.warn({ err: error }, 'events were not published'),
    );
  }
}
