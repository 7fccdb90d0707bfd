import { setTimeout as delay } from 'node:timers/promises';
import { EventGroup, type GroupEntry, type Logger, type Redis } from '@gridfleet/shared/infra';
import { toldOfStream } from './classify.js';
import type { Intake } from './intake.js';

const GROUP = 'notifications';
const BLOCK_MS = 1_000;
const RETRY_MS = 1_000;
const STOP_MS = 2_000;

export interface StreamIntakeOptions {
  connect: () => Redis;
  consumer: string;
  intake: Intake;
  logger: Logger;
  /** An entry that is not acknowledged for so long belonged to a process that is gone, ms. */
  abandonedMs: number;
}

/** Takes fills, cycles and refused orders from the event stream; all API processes share the work. */
export class StreamIntake {
  readonly #options: StreamIntakeOptions;
  #redis: Redis | null = null;
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: StreamIntakeOptions) {
    this.#options = options;
  }

  start(): void {
    const { connect, consumer, logger } = this.#options;
    const redis = connect();
    redis.on('error', (err: Error) => {
      logger.warn({ err }, 'notifications: redis');
    });
    this.#redis = redis;
    this.#loop = this.#run(new EventGroup(redis, GROUP, consumer, ['fill', 'cycle', 'order']));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    // Ends the blocking read at once; what was read and not acknowledged is taken over.
    this.#redis?.disconnect();
    await Promise.race([this.#loop, delay(STOP_MS, undefined, { ref: false })]);
  }

  async #run(group: EventGroup): Promise<void> {
    const { abandonedMs, logger } = this.#options;
    const isOver = (): boolean => this.#stop.signal.aborted;
    let lookedAt = -Infinity;
    let isReady = false;
    while (!isOver()) {
      try {
        if (!isReady) await group.ensure();
        isReady = true;
        if (performance.now() - lookedAt >= abandonedMs / 2) {
          lookedAt = performance.now();
          await this.#take(group, await group.takeOver(abandonedMs));
          await group.forgetGone(abandonedMs * 20);
        }
        await this.#take(group, await group.read(BLOCK_MS));
      } catch (err) {
        // NOGROUP: Redis was emptied. Anything else: it or MySQL is away, and entries stay with this consumer.
        isReady = false;
        lookedAt = -Infinity;
        if (isOver()) return;
        logger.warn({ err }, 'notifications: the event stream waits');
        await delay(RETRY_MS);
      }
    }
  }

  async #take(group: EventGroup, entries: readonly GroupEntry[]): Promise<void> {
    const told = entries.flatMap(({ id, event }) => {
      const one = event === null ? null : toldOfStream(event);
      return one === null ? [] : [{ key: `stream:${id}`, told: one }];
    });
    await this.#options.intake.take(told);
    await group.acknowledge(entries.map(({ id }) => id));
  }
}
