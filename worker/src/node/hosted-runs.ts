import type { RunEngine } from '../run/run-engine.js';
import type { Outcome } from './offer-outcome.js';

/** A run this node has admitted. */
export interface HostedRun {
  strategyId: number;
  runId: number;
  jobId: string;
  queue: string;
  /** Taken although others should have had it: nobody else did. It is not given away for balance. */
  isForced: boolean;
  /** The exchange refuses its key from this node's address, and another one is left to try. */
  isUnfit: boolean;
  /** Null until it is this node's to trade. */
  engine: RunEngine | null;
  /** The offer that stands for it: a job whose lock was lost is offered again while its run goes on. */
  token: string | undefined;
  /** How it ends here; absent only before it begins. */
  outcome?: Promise<Outcome>;
}

/** The runs of this node by strategy; one strategy has one run here at a time. */
export class HostedRuns {
  readonly #runs = new Map<number, HostedRun>();

  get size(): number {
    return this.#runs.size;
  }

  get(strategyId: number): HostedRun | undefined {
    return this.#runs.get(strategyId);
  }

  has(strategyId: number): boolean {
    return this.#runs.has(strategyId);
  }

  add(run: HostedRun): void {
    this.#runs.set(run.strategyId, run);
  }

  remove(strategyId: number): void {
    this.#runs.delete(strategyId);
  }

  byJob(jobId: string): HostedRun | undefined {
    return [...this.#runs.values()].find((run) => run.jobId === jobId);
  }

  count(queue: string): number {
    let count = 0;
    for (const run of this.#runs.values()) if (run.queue === queue) count += 1;
    return count;
  }

  strategyIds(): number[] {
    return [...this.#runs.keys()];
  }

  /** Those that trade here and may move, the newest first. */
  movable(queue: string): number[] {
    return [...this.#runs.values()]
      .filter((run) => run.queue === queue && !run.isForced && run.engine !== null)
      .map((run) => run.strategyId)
      .reverse();
  }
}
