import type { Decimal } from '../numbers/decimal.js';
import { Books, type StartFunds } from './books.js';
import { at, type Candles } from './candles.js';
import type { FillLog } from './fill-log.js';
import type { BacktestSetup } from './setup.js';

const DAY_MS = 86_400_000;
const DAYS_A_YEAR = 365;
/** Fewer daily returns than this make no standard deviation worth printing. */
const MIN_RETURNS = 3;

/** What a run's equity, marked at each close, did between first and last row. */
export interface EquityStatistics {
  /** Rows of the largest fall from a peak; equal when equity never fell. */
  peakRow: number;
  troughRow: number;
  /** Annualised from returns between midnights UTC; null when there are too few or they do not vary. */
  sharpe: number | null;
  sortino: number | null;
  /** Share of the rows in which base was held, 0 to 1. */
  timeInMarket: number;
}

/** Annualised mean over deviation of daily returns; `downside` counts only the losing days. */
export function ratioOf(returns: readonly number[], downside: boolean): number | null {
  if (returns.length < MIN_RETURNS) return null;
  const mean = returns.reduce((total, value) => total + value, 0) / returns.length;
  const squares = returns.reduce((total, value) => {
    const off = downside ? Math.min(value, 0) : value - mean;
    return total + off * off;
  }, 0);
  const deviation = Math.sqrt(squares / (downside ? returns.length : returns.length - 1));
  return deviation > 0 ? (mean / deviation) * Math.sqrt(DAYS_A_YEAR) : null;
}

/** Walks all closes once. Binary floats are good enough for ratios; money is never taken from here. */
export function equityStatistics(
  setup: BacktestSetup,
  funds: StartFunds,
  log: FillLog,
  candles: Candles,
): EquityStatistics {
  const books = new Books(setup, funds);
  const { close, times } = candles;
  const rows = close.length;
  const priceUnit = 10 ** -candles.places;
  const returns: number[] = [];
  let dayEnd = (Math.floor(at(times, 0) / DAY_MS) + 1) * DAY_MS;
  let dayStartEquity = NaN;
  let equity = NaN;
  let peak = -Infinity;
  let peakRow = 0;
  // Equity below this is a deeper fall than any before.
  let floor = -Infinity;
  let keep = 1;
  let worst = { peakRow: 0, troughRow: 0 };
  let inMarket = 0;
  let next = 0;
  let row = 0;
  while (row < rows) {
    while (next < log.length && log.rows[next] === row) books.apply(log, next++);
    const until = next < log.length ? (log.rows[next] ?? rows) : rows;
    const { cash, base } = books.approximate();
    const worth = base * priceUnit;
    if (base !== 0) inMarket += until - row;
    for (; row < until; row += 1) {
      const time = times[row] ?? 0;
      if (time >= dayEnd) {
        if (!Number.isNaN(dayStartEquity)) returns.push(equity / dayStartEquity - 1);
        dayStartEquity = equity;
        dayEnd = (Math.floor(time / DAY_MS) + 1) * DAY_MS;
      }
      equity = cash + worth * (close[row] ?? 0);
      if (equity > peak) {
        peak = equity;
        peakRow = row;
        floor = peak * keep;
      } else if (equity < floor) {
        keep = equity / peak;
        floor = equity;
        worst = { peakRow, troughRow: row };
      }
    }
  }
  return {
    ...worst,
    sharpe: ratioOf(returns, false),
    sortino: ratioOf(returns, true),
    timeInMarket: inMarket / rows,
  };
}

/** Exact equity after the fills of each row, marked at its close. `rows` rise. */
export function equityAt(
  setup: BacktestSetup,
  funds: StartFunds,
  log: FillLog,
  rows: readonly number[],
  closeOf: (row: number) => Decimal,
): Decimal[] {
  const books = new Books(setup, funds);
  let next = 0;
  return rows.map((row) => {
    while (next < log.length && (log.rows[next] ?? 0) <= row) books.apply(log, next++);
    return books.equity(closeOf(row));
  });
}
