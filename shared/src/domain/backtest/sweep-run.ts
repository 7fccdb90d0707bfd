import { dec } from '../numbers/decimal.js';
import type { DecimalString } from '../numbers/decimal.js';
import type { Candles } from './candles.js';
import type { FillModel } from './fill-model.js';
import type { BacktestResult } from './result.js';
import { BacktestRefused, runFigures } from './run-backtest.js';
import type { BacktestSetup } from './setup.js';

/** Names of the figures of a run, in the order tables show them. */
export const SWEEP_FIGURES = [
  'startPrice',
  'lastPrice',
  'buys',
  'sells',
  'cycles',
  'grossGridProfit',
  'netGridProfit',
  'fees',
  'equity',
  'profit',
  'roiPct',
  'holdPct',
  'maxDrawdownPct',
  'sharpe',
  'sortino',
] as const satisfies readonly (keyof BacktestResult)[];

/** The figures a table of runs shows, as in `BacktestResult`. */
export type SweepFigures = Pick<BacktestResult, (typeof SWEEP_FIGURES)[number]>;

/** One run of a sweep: figures on the training part, and the same strategy started anew on the rest. */
export interface SweepRow {
  values: Record<string, string>;
  train: SweepFigures | null;
  /** Out of sample: candles the ranking has not seen; null when there are none. */
  test: SweepFigures | null;
  /** Why there are no figures. */
  refused: string | null;
}

export interface SweepOptions {
  fillModel: FillModel;
  /** Share of the candles, from the first, that the ranking sees, %. */
  trainPct: number;
}

/** The verdict over a whole sweep. */
export interface SweepVerdict {
  /** Index of the row with the largest training return; null when none ran. */
  best: number | null;
  /** Where the best row of the training stands out of sample: 1 is first of `ranked`. */
  testRank: number | null;
  ranked: number;
  /** Set when the best row of the training is no better than most out of sample. */
  warning: { code: 'OVER_FITTED'; message: string } | null;
}

function part(candles: Candles, from: number, to: number): Candles {
  const { places, ...columns } = candles;
  return {
    places,
    times: columns.times.subarray(from, to),
    open: columns.open.subarray(from, to),
    high: columns.high.subarray(from, to),
    low: columns.low.subarray(from, to),
    close: columns.close.subarray(from, to),
  };
}

function figures(setup: BacktestSetup, candles: Candles, fillModel: FillModel): SweepFigures {
  const result = runFigures(setup, candles, fillModel);
  return Object.fromEntries(SWEEP_FIGURES.map((name) => [name, result[name]])) as SweepFigures;
}

/** Candles that are only a start, or none, have no figures. */
const MIN_CANDLES = 2;

/** Index of the first candle out of sample. */
export function splitAt(candles: Candles, trainPct: number): number {
  return Math.floor((candles.times.length * trainPct) / 100);
}

/** A run on both parts; one the plan refuses says so in its row. */
export function sweepRow(
  values: Record<string, string>,
  setup: BacktestSetup,
  candles: Candles,
  { fillModel, trainPct }: SweepOptions,
): SweepRow {
  const split = splitAt(candles, trainPct);
  const row: SweepRow = { values, train: null, test: null, refused: null };
  const end = candles.times.length;
  try {
    row.train = figures(setup, part(candles, 0, split), fillModel);
    if (end - split >= MIN_CANDLES) row.test = figures(setup, part(candles, split, end), fillModel);
  } catch (error) {
    if (!(error instanceof BacktestRefused)) throw error;
    row.refused = error.message;
  }
  return row;
}

/** Whether the best run of the training keeps its place on candles it has not seen. */
export function sweepVerdict(rows: readonly SweepRow[]): SweepVerdict {
  const returns = rows.flatMap(({ train, test }, index) =>
    train === null || test === null ? [] : [{ index, train: train.roiPct, test: test.roiPct }],
  );
  const best = returns.reduce<{ index: number; train: DecimalString; test: DecimalString } | null>(
    (found, row) => (found === null || dec(row.train).gt(found.train) ? row : found),
    null,
  );
  if (best === null) return { best: null, testRank: null, ranked: 0, warning: null };
  const testRank = 1 + returns.filter((row) => dec(row.test).gt(best.test)).length;
  const ranked = returns.length;
  const isUsual = ranked >= 3 && testRank > Math.ceil(ranked / 2);
  const message =
    `The best of ${ranked} runs on the training candles is only number ${testRank} on the candles after them: ` +
    'its parameters fit the past rather than the market.';
  return { best: best.index, testRank, ranked, warning: isUsual ? { code: 'OVER_FITTED', message } : null };
}
