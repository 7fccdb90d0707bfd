import { FlowProducer } from 'bullmq';
import { backtestJob, connectRedis, type Logger, type Redis } from '@gridfleet/shared/infra';
import { withDeadline } from '../http/deadline.js';

/** Tells the nodes that a backtest waits for them. */
export interface BacktestQueue {
  /** Best effort: nodes look for forgotten backtests now and then. Never rejects. */
  enqueue(backtestId: number, shards: readonly number[]): Promise<void>;
}

const ADD_TIMEOUT_MS = 2_000;

/** A flow of BullMQ: one job for each shard, and one that follows when all are done. */
export class BullBacktestQueue implements BacktestQueue {
  readonly #connection: Redis;
  readonly #flows: FlowProducer;
  readonly #logger: Logger;

  constructor(redisUrl: string, logger: Logger) {
    this.#logger = logger;
    this.#connection = connectRedis(redisUrl, { commandTimeoutMs: null });
    this.#flows = new FlowProducer({ connection: this.#connection });
    for (const source of [this.#connection, this.#flows])
      source.on('error', (err: Error) => {
        logger.warn({ err }, 'backtest queue');
      });
  }

  async enqueue(backtestId: number, shards: readonly number[]): Promise<void> {
    try {
      await withDeadline(this.#flows.add(backtestJob(backtestId, shards)), ADD_TIMEOUT_MS, 'flow.add');
    } catch (err) {
      this.#logger.warn({ err, backtestId }, 'backtest not queued; a node will find it');
    }
  }

  async close(): Promise<void> {
    await this.#flows.close();
    this.#connection.disconnect();
  }
}
