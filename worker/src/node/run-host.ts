import { DelayedError, WaitingError, Worker, type Job } from 'bullmq';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { queues, redisKeys, type Logger, type Redis } from '@gridfleet/shared/infra';
import type { RunEngine } from '../run/run-engine.js';
import type { Lease } from './lease.js';
import { LEASE_MS, type LeaseKeeper } from './lease-keeper.js';

const RunJob = Type.Object({ strategyId: Type.Integer(), runId: Type.Integer() });
const ControlMessage = Type.Object({ strategyId: Type.Integer() });

/** A busy strategy is tried again after about this long, ms. */
const BOUNCE_MS = 250;
/** Above this share of a busy event loop no further run is taken. */
const MAX_UTILISATION = 0.7;

export interface RunHostDeps {
  /** Blocking connection for BullMQ, and one in subscriber mode. */
  queueRedis: Redis;
  subscriber: Redis;
  leases: LeaseKeeper;
  capacity: number;
  utilisation(): number;
  engine(strategyId: number, runId: number, lease: Lease): RunEngine;
  log: Logger;
}

/** Takes run jobs within the node's capacity and keeps each one's engine going until it ends or moves on. */
export class RunHost {
  readonly #deps: RunHostDeps;
  readonly #engines = new Map<number, RunEngine>();
  readonly #jobs = new Map<string, number>();
  #worker: Worker | null = null;
  #stopping = false;

  constructor(deps: RunHostDeps) {
    this.#deps = deps;
  }

  get running(): number {
    return this.#engines.size;
  }

  async start(): Promise<void> {
    const { queueRedis, subscriber, log, leases } = this.#deps;
    const worker = new Worker(queues.runs, (job, token, signal) => this.#process(job, token, signal), {
      connection: queueRedis,
      // A ceiling that is never reached: admission happens inside, because a saturated worker cannot be widened.
      concurrency: 5_000,
      lockDuration: LEASE_MS,
      stalledInterval: 1_000,
      maxStalledCount: 1_000_000_000,
    });
    worker.on('error', (error) => log.warn({ err: error }, 'run queue'));
    worker.on('lockRenewalFailed', (jobIds: string[]) => {
      for (const id of jobIds) {
        const strategyId = this.#jobs.get(id);
        if (strategyId !== undefined) leases.abort(strategyId, 'job lock lost');
      }
    });
    this.#worker = worker;
    subscriber.on('message', (_channel, text) => this.#control(text));
    await subscriber.subscribe(redisKeys.control);
    await worker.waitUntilReady();
  }

  /** Gives every run back at once; their orders stay. */
  async drain(): Promise<void> {
    this.#stopping = true;
    const closing = this.#worker?.close();
    this.#worker?.cancelAllJobs('node is stopping');
    this.#deps.leases.abortAll('node is stopping');
    await closing;
  }

  async #process(job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    // The closing worker is woken by its own hand-backs and may take one again.
    if (this.#stopping) await this.#giveBack(job, token);
    const data: unknown = job.data;
    if (!Value.Check(RunJob, data)) throw new Error(`job ${job.id ?? '?'} is not a run`);
    const { strategyId, runId } = data;
    const { leases, capacity, log } = this.#deps;
    const busy = this.#deps.utilisation() > MAX_UTILISATION;
    if (this.#engines.size >= capacity || busy || this.#engines.has(strategyId)) {
      await this.#bounce(job, token);
    }
    const lease = await leases.acquire(strategyId).catch((error: unknown) => {
      log.warn({ err: error, strategyId }, 'the lease could not be asked for');
      return null;
    });
    if (lease === null) return this.#bounce(job, token);
    const stop = (): void => leases.abort(strategyId, 'job cancelled');
    signal?.addEventListener('abort', stop, { once: true });
    const jobId = job.id ?? '';
    this.#jobs.set(jobId, strategyId);
    const engine = this.#deps.engine(strategyId, runId, lease);
    this.#engines.set(strategyId, engine);
    let end: Awaited<ReturnType<RunEngine['run']>>;
    try {
      end = await engine.run();
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#engines.delete(strategyId);
      this.#jobs.delete(jobId);
      await leases.release(strategyId);
    }
    log.info({ strategyId, runId, end }, 'run left this node');
    if (end !== 'ended') await this.#giveBack(job, token);
  }

  async #giveBack(job: Job, token: string | undefined): Promise<never> {
    await job.moveToWait(token);
    throw new WaitingError();
  }

  async #bounce(job: Job, token: string | undefined): Promise<never> {
    await job.moveToDelayed(Date.now() + BOUNCE_MS / 2 + Math.random() * BOUNCE_MS, token);
    throw new DelayedError();
  }

  #control(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'unreadable control message');
      return;
    }
    if (Value.Check(ControlMessage, message)) this.#engines.get(message.strategyId)?.control();
  }
}
