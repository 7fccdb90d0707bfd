import { Queue, Worker, type Job } from 'bullmq';
import { queuesOfNode, queues, type Logger, type NodeOffer, type Redis } from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';
import { LEASE_MS, RENEW_EVERY_MS } from './lease-keeper.js';

/** A ceiling that is never reached: admission happens inside, because a saturated worker cannot be widened. */
const CONCURRENCY = 5_000;
/** Jobs whose node died are looked for, ms. */
const STALLED_EVERY_MS = 500;
const COUNT_DEADLINE_MS = 2_000;

/**
 * A worker that keeps the locks of jobs it has fetched and not begun yet. It fetches all that wait before it begins the
 * first: with hundreds waiting on a busy node their locks would expire meanwhile.
 */
class RunWorker extends Worker {
  protected override async nextJobFromJobData(
    ...args: Parameters<Worker['nextJobFromJobData']>
  ): ReturnType<Worker['nextJobFromJobData']> {
    const job = await super.nextJobFromJobData(...args);
    const [, id, token] = args;
    if (id !== undefined && token !== undefined) this.lockManager.trackJob(id, token, Date.now());
    return job;
  }
}

export type RunProcessor = (
  queue: string,
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<void>;

export interface RunQueuesDeps {
  connection: Redis;
  node: NodeOffer;
  process: RunProcessor;
  onLockLost(jobIds: readonly string[]): void;
  log: Logger;
}

/** The queues a node takes runs from: the common one, its own, and one for each of its labels. */
export class RunQueues {
  readonly #deps: RunQueuesDeps;
  readonly #workers: Worker[] = [];
  readonly #queues = new Map<string, Queue>();

  constructor(deps: RunQueuesDeps) {
    this.#deps = deps;
  }

  /** Names of the queues that several nodes take from. */
  get sharedNames(): string[] {
    const { node } = this.#deps;
    return queuesOfNode(node).filter(
      (name) => name === queues.runs || name.startsWith(`${queues.runs}-label-`),
    );
  }

  async start(): Promise<void> {
    const { connection, node, log } = this.#deps;
    for (const name of queuesOfNode(node)) {
      const worker = new RunWorker(
        name,
        (job, token, signal) => this.#deps.process(name, job, token, signal),
        {
          connection,
          concurrency: CONCURRENCY,
          lockDuration: LEASE_MS,
          lockRenewTime: RENEW_EVERY_MS,
          stalledInterval: STALLED_EVERY_MS,
          maxStalledCount: 1_000_000_000,
        },
      );
      worker.on('error', (error) => log.warn({ err: error, queue: name }, 'run queue'));
      worker.on('lockRenewalFailed', (jobIds: string[]) => this.#deps.onLockLost(jobIds));
      this.#workers.push(worker);
    }
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  /** Takes nothing more; what is under way goes on, its locks renewed. */
  async pause(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.pause(true)));
  }

  resume(): void {
    for (const worker of this.#workers) {
      Promise.resolve(worker.resume()).catch((error: unknown) =>
        this.#deps.log.error({ err: error }, 'a run queue could not be resumed'),
      );
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  /** Runs of a queue, hosted anywhere or waiting. */
  async count(name: string): Promise<number> {
    const counts = await withDeadline(
      this.queue(name).getJobCounts('active', 'waiting', 'delayed', 'prioritized'),
      COUNT_DEADLINE_MS,
      'counting runs',
    );
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  queue(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: this.#deps.connection });
      queue.on('error', (error) => this.#deps.log.warn({ err: error, queue: name }, 'run queue'));
      this.#queues.set(name, queue);
    }
    return queue;
  }
}
