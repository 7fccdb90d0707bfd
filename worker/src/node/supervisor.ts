import { Queue, Worker } from 'bullmq';
import type { DataSource } from 'typeorm';
import { In, Not } from 'typeorm';
import { queues, runJobId, RunRowEntity, type Logger, type Redis } from '@gridfleet/shared/infra';

const INTERVAL_MS = 2_000;

/**
 * Puts back what should run and has no job: Redis may have lost it, or the API could not enqueue it. Adding a job that
 * exists does nothing. A repeating job on a queue of its own makes it a singleton of the fleet.
 */
export class Supervisor {
  readonly #database: DataSource;
  readonly #runs: Queue;
  readonly #queue: Queue;
  readonly #log: Logger;
  readonly #connection: Redis;
  #worker: Worker | null = null;

  constructor(database: DataSource, connection: Redis, log: Logger) {
    this.#database = database;
    this.#connection = connection;
    this.#log = log;
    this.#runs = new Queue(queues.runs, { connection });
    this.#queue = new Queue(queues.supervisor, { connection });
    for (const queue of [this.#runs, this.#queue]) {
      queue.on('error', (error) => log.warn({ err: error }, 'supervisor queue'));
    }
  }

  async start(): Promise<void> {
    this.#worker = new Worker(queues.supervisor, () => this.#pass(), { connection: this.#connection });
    this.#worker.on('error', (error) => this.#log.warn({ err: error }, 'supervisor'));
    await this.#schedule();
  }

  async stop(): Promise<void> {
    await this.#worker?.close();
    await this.#runs.close();
    await this.#queue.close();
  }

  /** Called again now and then: the schedule itself lives in Redis and can be lost with it. */
  async keepScheduled(): Promise<void> {
    await this.#schedule();
  }

  async #schedule(): Promise<void> {
    await this.#queue.upsertJobScheduler(
      'supervise',
      { every: INTERVAL_MS },
      { name: 'supervise', opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }

  async #pass(): Promise<void> {
    const unfinished = await this.#database
      .getRepository(RunRowEntity)
      .find({ where: { state: Not(In(['stopped', 'failed'])) }, select: { id: true, strategyId: true } });
    await this.#runs.addBulk(
      unfinished.map(({ id, strategyId }) => ({
        name: 'run',
        data: { strategyId, runId: id },
        opts: { jobId: runJobId(id), removeOnComplete: true, removeOnFail: true },
      })),
    );
  }
}
