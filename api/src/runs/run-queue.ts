import { Queue } from 'bullmq';
import { connectRedis, runJobId, runQueueOf, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { withDeadline } from '../http/deadline.js';

/** Tells the nodes that a run waits for one of them. */
export interface RunQueue {
  /** Best effort: a supervisor adds again what got lost here. Never rejects. */
  enqueue(strategyId: number, runId: number, placement: Placement): Promise<void>;
}

const ADD_TIMEOUT_MS = 2_000;

/** The run queues of BullMQ: one endless job per run, in the queue of the nodes that may run it. */
export class BullRunQueue implements RunQueue {
  readonly #connection: Redis;
  readonly #queues = new Map<string, Queue>();
  readonly #logger: Logger;

  constructor(redisUrl: string, logger: Logger) {
    this.#logger = logger;
    this.#connection = connectRedis(redisUrl, { commandTimeoutMs: null });
    this.#connection.on('error', (err: Error) => {
      logger.warn({ err }, 'run queue: redis');
    });
  }

  async enqueue(strategyId: number, runId: number, placement: Placement): Promise<void> {
    const options = { jobId: runJobId(runId), removeOnComplete: true, removeOnFail: true };
    try {
      const queue = this.#queue(runQueueOf(placement));
      await withDeadline(queue.add('run', { strategyId, runId }, options), ADD_TIMEOUT_MS, 'queue.add');
    } catch (err) {
      this.#logger.warn({ err, strategyId, runId }, 'run not queued; the supervisor will do it');
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#connection.disconnect();
  }

  #queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: this.#connection });
      queue.on('error', (err) => {
        this.#logger.warn({ err }, 'run queue');
      });
      this.#queues.set(name, queue);
    }
    return queue;
  }
}
