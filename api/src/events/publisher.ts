import { publishEvents, redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { StrategyStatus } from '@gridfleet/shared/schema';

/** Tells browsers and nodes what the API changed. Best effort: everything said here is in MySQL, too. */
export class Publisher {
  readonly #redis: Redis;
  readonly #logger: Logger;

  constructor(redis: Redis, logger: Logger) {
    this.#redis = redis;
    this.#logger = logger;
  }

  /** The strategy's configuration changed: whoever shows it fetches it again. */
  strategyChanged(strategyId: number): Promise<void> {
    return this.#attempt(publishEvents(this.#redis, [{ type: 'strategy', strategyId, data: null }]));
  }

  statusChanged(status: StrategyStatus): Promise<void> {
    const { strategyId } = status;
    return this.#attempt(publishEvents(this.#redis, [{ type: 'status', strategyId, data: status }]));
  }

  /** Wakes the node that runs the strategy; without it the node notices a little later. */
  desiredStateChanged(strategyId: number): Promise<void> {
    return this.#attempt(this.#redis.publish(redisKeys.control, JSON.stringify({ strategyId })));
  }

  async #attempt(work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (err) {
      this.#logger.warn({ err }, 'not published');
    }
  }
}
