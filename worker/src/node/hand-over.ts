import type { DataSource } from 'typeorm';
import type { Logger } from '@gridfleet/shared/infra';
import { pause } from '../util/pause.js';
import { withDeadline } from '../util/deadline.js';

const FIRST_BATCH = 16;
const SMALLEST_BATCH = 4;
const LARGEST_BATCH = 128;
/** A batch that trades elsewhere within this is followed by a larger one, ms. */
const QUICK_MS = 400;
/** One that takes longer by a smaller one, ms. */
const SLOW_MS = 800;
/** Longest wait for a batch: the next one follows all the same. */
const BATCH_MS = 2_500;
const LOOK_EVERY_MS = 50;
const QUERY_DEADLINE_MS = 2_000;

export interface HandOverDeps {
  database: DataSource;
  instanceId: string;
  /** Run of a strategy that is hosted here, null when it is not. */
  runOf(strategyId: number): number | null;
  /** Makes a run leave this node. */
  release(strategyId: number, reason: string): void;
  log: Logger;
}

/**
 * Gives runs to other nodes in batches. What is not given yet trades on here, so that each run's gap is as long as its
 * own batch takes, and not as long as all of them.
 */
export class HandOver {
  readonly #deps: HandOverDeps;

  constructor(deps: HandOverDeps) {
    this.#deps = deps;
  }

  /**
   * @param signal when it aborts, no further batch is given
   * @param hasTaker whether some node has time and room for more now; while none has, the rest trades on here
   */
  async give(
    strategyIds: readonly number[],
    reason: string,
    signal: AbortSignal,
    hasTaker: () => Promise<boolean>,
  ): Promise<void> {
    const left = [...strategyIds];
    let size = FIRST_BATCH;
    while (left.length > 0 && !signal.aborted) {
      if (!(await hasTaker())) {
        await pause(LOOK_EVERY_MS, signal);
        continue;
      }
      const batch = left.splice(0, size);
      const runs = batch.flatMap((id) => this.#deps.runOf(id) ?? []);
      for (const id of batch) this.#deps.release(id, reason);
      if (left.length === 0) return;
      const took = await this.#untilTaken(runs, signal);
      if (took <= QUICK_MS) size = Math.min(LARGEST_BATCH, size * 2);
      else if (took > SLOW_MS) size = Math.max(SMALLEST_BATCH, Math.floor(size / 2));
    }
  }

  /** @returns how long it took until the runs were going on elsewhere, or had ended, ms */
  async #untilTaken(runs: readonly number[], signal: AbortSignal): Promise<number> {
    const began = performance.now();
    const since = (): number => performance.now() - began;
    while (since() < BATCH_MS && !signal.aborted) {
      await pause(LOOK_EVERY_MS, signal);
      if ((await this.#waiting(runs)) <= runs.length / 10) break;
    }
    return since();
  }

  /** Runs that nobody else trades yet. */
  async #waiting(runs: readonly number[]): Promise<number> {
    if (runs.length === 0) return 0;
    try {
      const [row]: { n: string }[] = await withDeadline(
        this.#deps.database.query(
          `SELECT COUNT(*) AS n FROM run WHERE id IN (?) AND state NOT IN ('stopped', 'failed')
             AND (holder IS NULL OR holder = ? OR state NOT IN ('running', 'stopping'))`,
          [runs, this.#deps.instanceId],
        ),
        QUERY_DEADLINE_MS,
        'looking after runs given away',
      );
      return Number(row?.n ?? 0);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'it could not be seen whether runs go on elsewhere');
      return runs.length;
    }
  }
}
