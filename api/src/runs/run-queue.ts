import { Queue } from 'bullmq';
import { connectRedis, queues, runJobId, type Logger, type Redis } from '@gridfleet/shared/infra';
import { withDeadline } from '../http/deadline.js';

/** Tells the nodes that a run waits for one of them. */
export interface RunQueue {
  /** Best effort: a supervisor adds again what got lost here. Never rejects. */
  enqueue(strategyId: number, runId: number): Promise<void>;
}

const ADD_TIMEOUT_MS = 2_000;

/** The run queue of BullMQ: one endless job per run. */
export class BullRunQueue implements RunQueue {
  readonly #connection: Redis;
  readonly #queue: Queue;
  readonly #logger: Logger;

  constructor(redisUrl: string, logger: Logger) {
    this.#logger = logger;
    this.#connection = connectRedis(redisUrl, { commandTimeoutMs: null });
    this.#connection.on('error', (err: Error) => {
      logger.warn({ err }, 'run queue: redis');
    });
    this.#queue = new Queue(queues.runs, { connection: this.#connection });
    this.#queue.on('error', (err) => {
      logger.warn({ err }, 'run queue');
    });
  }

  async enqueue(strategyId: number, runId: number): Promise<void> {
    const options = { jobId: runJobId(runId), removeOnComplete: true, removeOnFail: true };
    try {
      await withDeadline(this.#queue.add('run', { strategyId, runId }, options), ADD_TIMEOUT_MS, 'queue.add');
    } catch (err) {
      this.#logger.warn({ err, strategyId, runId }, 'run not queued; the supervisor will do it');
    }
  }

  async close(): Promise<void> {
    await this.#queue.close();
    this.#connection.disconnect();
  }
}
