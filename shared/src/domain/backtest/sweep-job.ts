import type { FieldError } from '../strategy/params-check.js';
import { strategyKinds, type BoundKind } from '../strategy/registry.js';
import type { Candles } from './candles.js';
import type { BacktestSetup } from './setup.js';
import { expandSweep, parseSweepGrid, SweepError, type SweepRun } from './sweep-grid.js';
import { sweepRow, type SweepOptions, type SweepRow } from './sweep-run.js';

/** A sweep as plain data, which can be sent to another thread or machine. The candles travel beside it. */
export interface SweepJob extends SweepOptions, Omit<BacktestSetup, 'strategy'> {
  /** The params that are not swept, and present values of those that are. */
  params: Record<string, unknown>;
  /** What is swept, as `expandSweep` reads it. */
  grid: string;
}

function kindOf(job: SweepJob): BoundKind {
  const kind = strategyKinds.get(job.kind);
  if (kind === undefined) throw new SweepError(`the kind "${job.kind}" is not known`);
  return kind;
}

/**
 * Every run of a job, in the order of its rows. Each value has been tried by itself, so that all runs fit their kind.
 * @throws SweepError naming the parameter when the grid cannot be read or a value is none of its kind's
 */
export function sweepRuns(job: SweepJob): SweepRun[] {
  const kind = kindOf(job);
  const config = { params: job.params };
  for (const { path, values } of parseSweepGrid(job.grid)) {
    for (const run of expandSweep(config, `${path}=${values.join('|')}`)) {
      const [error]: FieldError[] = kind.errors(run.config['params']);
      if (error !== undefined)
        throw new SweepError(`${path}: "${run.values[path] ?? ''}" does not fit: ${error.message}`);
    }
  }
  return expandSweep(config, job.grid);
}

/** The rows of some runs of a job. */
export function sweepRows(job: SweepJob, runs: readonly SweepRun[], candles: Candles): SweepRow[] {
  const kind = kindOf(job);
  return runs.map(({ values, config }) =>
    sweepRow(values, { ...job, strategy: kind.bind(config['params']) }, candles, job),
  );
}

/** Rows by training return, best first; runs without figures come last, and ties stay in the order of the grid. */
export function rankedRows(rows: readonly SweepRow[]): SweepRow[] {
  const returnOf = ({ train }: SweepRow): number => (train === null ? -Infinity : Number(train.roiPct));
  return rows
    .map((row) => ({ row, roi: returnOf(row) }))
    .sort((a, b) => (a.roi === b.roi ? 0 : b.roi - a.roi))
    .map(({ row }) => row);
}
