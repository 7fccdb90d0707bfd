import { WaitingError, type Job } from 'bullmq';
import { queues, runJobId, type Logger } from '@gridfleet/shared/infra';
import type { Placement } from '@gridfleet/shared/schema';
import { isAddressRefusal } from '../run/failure-reason.js';
import type { EngineEnd } from '../run/engine-types.js';
import type { RunEngine } from '../run/run-engine.js';
import type { Candidate, Fitness } from './fitness.js';
import { HostedRuns, type HostedRun } from './hosted-runs.js';
import type { Lease } from './lease.js';
import type { LeaseKeeper } from './lease-keeper.js';
import { NodeAdmission } from './node-admission.js';
import { finishOffer, type Outcome } from './offer-outcome.js';
import { OpeningSlots } from './opening-slots.js';
import type { RunGuard } from './run-guard.js';
import { readRunJob } from './run-job.js';
import type { RunQueues } from './run-queues.js';
import type { Shares } from './shares.js';

/** A run that another node is to take is offered again after about this long, ms. */
const BOUNCE_MS = 250;
/** The same when this node could not take it if nobody else did. */
const FULL_BOUNCE_MS = 1_000;

/** What the host tells an engine beside what to run. */
export interface EngineHooks {
  /** It trades, or waits for something else than this node. */
  opened(): void;
  /** Waits for a turn to be opened once more. */
  openAgain(): Promise<void>;
  /** Whether a failure is about this node's address, and another one is left to try. */
  isUnfit(error: unknown): Promise<boolean>;
}

export interface RunHostDeps {
  leases: LeaseKeeper;
  guard: RunGuard;
  fitness: Fitness;
  queues: RunQueues;
  shares: Shares;
  capacity: number;
  utilisation(): number;
  lagMs(): number;
  engine(strategyId: number, runId: number, lease: Lease, hooks: EngineHooks): RunEngine;
  /** Notes why a run waits. Never rejects. */
  noteWaiting(runId: number, reason: { code: string; message: string }): Promise<void>;
  log: Logger;
}

/** Takes run jobs within the node's room and keeps each one's engine going until it ends or moves on. */
export class RunHost {
  readonly hosted = new HostedRuns();
  readonly #deps: RunHostDeps;
  readonly #admission = new NodeAdmission();
  readonly #openings = new OpeningSlots();
  /** Where to runs that must leave are to go. */
  readonly #moves = new Map<number, Placement>();
  #isLeaving = false;

  constructor(deps: RunHostDeps) {
    this.#deps = deps;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Takes no run until further notice. */
  close(): void {
    this.#isLeaving = true;
  }

  open(): void {
    this.#isLeaving = false;
  }

  /** The desired state may have changed. */
  control(strategyId: number): void {
    this.hosted.get(strategyId)?.engine?.control();
  }

  /** Makes a run leave this node; its orders stay. */
  release(strategyId: number, reason: string): void {
    const run = this.hosted.get(strategyId);
    if (run !== undefined) this.#admission.gave(run.jobId);
    this.#deps.leases.abort(strategyId, reason);
  }

  /** Makes a run leave that is to run elsewhere. */
  move(strategyId: number, placement: Placement): void {
    this.#moves.set(strategyId, placement);
    this.release(strategyId, 'it is to run elsewhere');
  }

  lockLost(jobIds: readonly string[]): void {
    for (const id of jobIds) {
      const run = this.hosted.byJob(id);
      if (run !== undefined) this.#deps.leases.abort(run.strategyId, 'job lock lost');
    }
  }

  /** Processes one offer of the queue. */
  async process(
    queue: string,
    job: Job,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    // A queue that has been told to pause may still bring one run: perhaps one that was just given back.
    if (this.#isLeaving) return this.#finish(job, token, { job: 'back', wasTraded: false });
    const { strategyId, runId, wasTraded = false } = readRunJob(job);
    const jobId = job.id ?? runJobId(runId);
    const here = this.hosted.get(strategyId);
    if (here?.jobId === jobId && here.outcome !== undefined)
      return this.#standFor(here, here.outcome, job, token);
    if (here !== undefined) return this.#finish(job, token, { job: 'later', inMs: BOUNCE_MS });
    const { capacity, shares } = this.#deps;
    const hasTaker = shares.takers(queue).length > 0;
    const isShared = queue === queues.runs || queue.startsWith(`${queues.runs}-label-`);
    const verdict = this.#admission.judge(jobId, {
      capacity,
      running: this.hosted.size,
      hostedOfQueue: isShared ? this.hosted.count(queue) : 0,
      utilisation: this.#deps.utilisation(),
      lagMs: this.#deps.lagMs(),
      opening: this.#openings.pending,
      wasTraded,
      hasTaker,
      share: isShared ? shares.of(queue) : { admitBelow: Infinity, shedAbove: Infinity, shedTo: Infinity },
    });
    if (!verdict.take) {
      if (verdict.why === 'share') shares.refreshSoon();
      const inMs =
        verdict.why === 'share' ? BOUNCE_MS : this.#admission.againInMs(jobId, { wasTraded, hasTaker });
      return this.#finish(job, token, { job: 'later', inMs });
    }
    const { isForced } = verdict;
    const run: HostedRun = { strategyId, runId, jobId, queue, isForced, isUnfit: false, engine: null, token };
    this.hosted.add(run);
    const outcome = this.#host(run, signal).finally(() => this.hosted.remove(strategyId));
    run.outcome = outcome;
    return this.#standFor(run, outcome, job, token);
  }

  /** Waits for the end of a run; the last offer of its job says what becomes of it. */
  async #standFor(
    run: HostedRun,
    outcome: Promise<Outcome>,
    job: Job,
    token: string | undefined,
  ): Promise<void> {
    run.token = token;
    const end = await outcome;
    // A job whose lock was lost has been offered again meanwhile; this offer leaves it alone.
    if (run.token !== token) throw new WaitingError();
    return this.#finish(job, token, end);
  }

  #finish(job: Job, token: string | undefined, outcome: Outcome): Promise<void> {
    return finishOffer(job, token, outcome, this.#deps.queues);
  }

  /** From the lease to its release. */
  async #host(run: HostedRun, signal: AbortSignal | undefined): Promise<Outcome> {
    const { leases, guard, fitness, log } = this.#deps;
    const { strategyId, runId } = run;
    const opened = await this.#openings.take();
    try {
      if (this.#isLeaving) return { job: 'back', wasTraded: false };
      const lease = await leases.acquire(strategyId);
      if (lease === null) return { job: 'later', inMs: BOUNCE_MS };
      const stop = (): void => leases.abort(strategyId, 'job cancelled');
      signal?.addEventListener('abort', stop, { once: true });
      try {
        return await this.#holding(run, lease, opened);
      } finally {
        signal?.removeEventListener('abort', stop);
        await Promise.all([
          leases.release(strategyId),
          this.#quietly(fitness.release(runId), 'a session could not be released'),
          this.#quietly(guard.leave(runId), 'it could not be noted that a run was given back'),
        ]);
      }
    } catch (error) {
      log.warn({ err: error, strategyId, runId }, 'a run could not be taken');
      return { job: 'later', inMs: FULL_BOUNCE_MS };
    } finally {
      opened();
    }
  }

  async #holding(run: HostedRun, lease: Lease, opened: () => void): Promise<Outcome> {
    const { guard, fitness, log } = this.#deps;
    const { strategyId, runId } = run;
    const pass = await guard.enter(runId);
    if (pass.verdict === 'unknown') return { job: 'done' };
    if (pass.verdict === 'misplaced') return { job: 'elsewhere', placement: pass.placement };
    if (pass.verdict === 'wait') return { job: 'later', inMs: pass.inMs };
    const candidate = { runId, placement: pass.placement, accountIds: pass.accountIds };
    const obstacle = await fitness.obstacle(candidate);
    if (obstacle !== null) {
      await this.#deps.noteWaiting(runId, obstacle);
      return { job: 'later', inMs: FULL_BOUNCE_MS };
    }
    let turnOver = opened;
    const engine = this.#deps.engine(strategyId, runId, lease, {
      opened: () => turnOver(),
      openAgain: async () => {
        turnOver = await this.#openings.take(lease.signal);
      },
      isUnfit: (error) => this.#isUnfit(run, candidate, error),
    });
    run.engine = engine;
    const end = await engine.run().finally(() => turnOver());
    log.info({ strategyId, runId, end }, 'run left this node');
    return run.isUnfit ? { job: 'later', inMs: FULL_BOUNCE_MS } : this.#after(run, end);
  }

  async #isUnfit(run: HostedRun, candidate: Candidate, error: unknown): Promise<boolean> {
    run.isUnfit = isAddressRefusal(error) && (await this.#deps.fitness.refused(candidate, error));
    return run.isUnfit;
  }

  #after({ strategyId }: HostedRun, end: EngineEnd): Outcome {
    const placement = this.#moves.get(strategyId);
    this.#moves.delete(strategyId);
    if (end === 'ended') return { job: 'done' };
    return placement === undefined ? { job: 'back', wasTraded: true } : { job: 'elsewhere', placement };
  }

  /** What can wait for the supervisor or a time-out is no reason to keep a run. */
  async #quietly(work: Promise<void>, what: string): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#deps.log.warn({ err: error }, what);
    }
  }
}
