import {
  at,
  rankedRows,
  splitAt,
  sweepVerdict,
  type Candles,
  type SweepJob,
  type SweepRow,
  type SweepVerdict,
} from '@gridfleet/shared/domain/backtest';

/** What `gridfleet sweep --json` prints. */
export interface SweepResult {
  symbol: string;
  kind: string;
  grid: string;
  /** Names of the swept parameters, in the order of the grid. */
  parameters: string[];
  fillModel: string;
  candles: number;
  from: number;
  to: number;
  trainPct: number;
  /** Time of the first candle out of sample, ms; null when there is none. */
  splitTime: number | null;
  runs: number;
  /** Runs the plan refused. */
  refused: number;
  /** Where the best row of the training stands out of sample: 1 is first of `ranked`. */
  testRank: number | null;
  ranked: number;
  warnings: { code: string; message: string }[];
  /** Best training return first. */
  rows: SweepRow[];
}

/** Ranks the rows of a sweep and judges them. */
export function sweepResult(job: SweepJob, candles: Candles, rows: readonly SweepRow[]): SweepResult {
  const { times } = candles;
  const split = splitAt(candles, job.trainPct);
  const { testRank, ranked, warning }: SweepVerdict = sweepVerdict(rows);
  return {
    symbol: job.market.symbol,
    kind: job.kind,
    grid: job.grid,
    parameters: Object.keys(rows[0]?.values ?? {}),
    fillModel: job.fillModel,
    candles: times.length,
    from: at(times, 0),
    to: at(times, times.length - 1),
    trainPct: job.trainPct,
    splitTime: split < times.length ? at(times, split) : null,
    runs: rows.length,
    refused: rows.filter(({ train }) => train === null).length,
    testRank,
    ranked,
    warnings: warning === null ? [] : [warning],
    rows: rankedRows(rows),
  };
}
