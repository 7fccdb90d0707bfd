import { Queue, Worker } from 'bullmq';
import type { DataSource } from 'typeorm';
import {
  placementOf,
  queues,
  redisKeys,
  runJobId,
  runQueueOf,
  type Logger,
  type Redis,
} from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { withDeadline } from '../util/deadline.js';
import type { FleetView } from './fleet-view.js';
import { waitingReason } from './waiting-reason.js';

const INTERVAL_MS = 2_000;
const DEADLINE_MS = 10_000;
/** A run nobody has held for this long is said to wait, ms: hand-overs and take-overs are quicker as a rule. */
const PATIENCE_MS = 3_000;

interface Unfinished {
  id: number;
  strategy_id: number;
  fence: string;
  reason_code: string | null;
  reason_message: string | null;
  worker_name: string | null;
  labels: string;
}

export interface SupervisorDeps {
  database: DataSource;
  connection: Redis;
  redis: Redis;
  fleet: FleetView;
  queue(name: string): Queue;
  log: Logger;
}

/**
 * Puts back what should run and has no job: Redis may have lost it, or the API could not enqueue it. Adding a job that
 * exists does nothing. What no node takes says why. A repeating job on a queue of its own makes it a singleton of the
 * fleet.
 */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #queue: Queue;
  /** Since when nobody holds a run, monotonic ms. */
  readonly #unheld = new Map<number, number>();
  #worker: Worker | null = null;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#queue = new Queue(queues.supervisor, { connection: deps.connection });
    this.#queue.on('error', (error) => deps.log.warn({ err: error }, 'supervisor queue'));
  }

  async start(): Promise<void> {
    const { connection, log } = this.#deps;
    this.#worker = new Worker(queues.supervisor, () => this.#pass(), { connection });
    this.#worker.on('error', (error) => log.warn({ err: error }, 'supervisor'));
    await this.keepScheduled();
  }

  async stop(): Promise<void> {
    await this.#worker?.close();
    await this.#queue.close();
  }

  /** Called again now and then: the schedule itself lives in Redis and can be lost with it. */
  async keepScheduled(): Promise<void> {
    await this.#queue.upsertJobScheduler(
      'supervise',
      { every: INTERVAL_MS },
      { name: 'supervise', opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }

  async #pass(): Promise<void> {
    const unfinished = await this.#query<Unfinished[]>(
      `SELECT r.id, r.strategy_id, r.fence, r.reason_code, r.reason_message, s.worker_name, s.labels
         FROM run r JOIN strategy s ON s.id = r.strategy_id WHERE r.state NOT IN ('stopped', 'failed')`,
      [],
    );
    const unheld = await this.#withoutLease(unfinished);
    await this.#enqueue(unheld);
    await this.#explain(unheld);
  }

  async #withoutLease(runs: readonly Unfinished[]): Promise<Unfinished[]> {
    if (runs.length === 0) return [];
    const pipeline = this.#deps.redis.pipeline();
    for (const run of runs) pipeline.exists(redisKeys.lock(run.strategy_id));
    const held = (await pipeline.exec()) ?? [];
    return runs.filter((_run, index) => held[index]?.[1] !== 1);
  }

  async #enqueue(runs: readonly Unfinished[]): Promise<void> {
    const byQueue = new Map<string, Unfinished[]>();
    for (const run of runs) {
      const name = runQueueOf(placement(run));
      byQueue.set(name, [...(byQueue.get(name) ?? []), run]);
    }
    for (const [name, waiting] of byQueue) {
      await this.#deps.queue(name).addBulk(
        waiting.map(({ id, strategy_id: strategyId, fence }) => ({
          name: 'run',
          data: { strategyId, runId: id, wasTraded: BigInt(fence) > 0n },
          opts: { jobId: runJobId(id), removeOnComplete: true, removeOnFail: true },
        })),
      );
    }
  }

  async #explain(runs: readonly Unfinished[]): Promise<void> {
    const now = performance.now();
    const ids = new Set(runs.map(({ id }) => id));
    for (const id of this.#unheld.keys()) if (!ids.has(id)) this.#unheld.delete(id);
    for (const run of runs) {
      const since = this.#unheld.get(run.id) ?? now;
      this.#unheld.set(run.id, since);
      if (now - since < PATIENCE_MS) continue;
      const reason = waitingReason(placement(run), this.#deps.fleet.nodes);
      if (reason === null || reason.message === run.reason_message) continue;
      // A node that has claimed it meanwhile has raised the fence; a crash loop has a reason of its own.
      await this.#query(
        `UPDATE run SET state = 'waiting', reason_code = ?, reason_message = ?
          WHERE id = ? AND fence = ? AND state NOT IN ('stopped', 'failed')
            AND (retry_at IS NULL OR retry_at < UTC_TIMESTAMP(3))`,
        [reason.code, reason.message.slice(0, 500), run.id, run.fence],
      );
    }
  }

  #query<T>(sql: string, params: unknown[]): Promise<T> {
    return withDeadline(this.#deps.database.query(sql, params), DEADLINE_MS, 'supervising runs');
  }
}

function placement(run: Unfinished): Placement {
  return placementOf({ workerName: run.worker_name, labels: run.labels });
}
