import { Books } from './books.js';
import { at } from './candles.js';
import type { ReportInput } from './report.js';

const DAY_MS = 86_400_000;

/** Last row at or before a time, −1 when there is none; times rise. */
export function rowAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(times, middle) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Every time that is in one of the columns, once, rising. */
export function unionTimes(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((total, column) => total + column.length, 0));
  let length = 0;
  for (const column of columns) {
    all.set(column, length);
    length += column.length;
  }
  all.sort();
  return all.filter((time, index) => index === 0 || time !== all[index - 1]);
}

/** Adds one strategy's equity at each of the times to the sums. */
function addEquity(
  sums: Float64Array,
  times: Float64Array,
  { setup, funds, candles, run }: ReportInput,
): void {
  const books = new Books(setup, funds);
  const { log } = run;
  const priceUnit = 10 ** -candles.places;
  let next = 0;
  let row = -1;
  let { cash, base } = books.approximate();
  for (let index = 0; index < times.length; index += 1) {
    const time = at(times, index);
    while (row + 1 < candles.times.length && at(candles.times, row + 1) <= time) row += 1;
    if (next < log.length && (log.rows[next] ?? 0) <= row) {
      while (next < log.length && (log.rows[next] ?? 0) <= row) books.apply(log, next++);
      ({ cash, base } = books.approximate());
    }
    const worth = cash + base * priceUnit * at(candles.close, Math.max(row, 0));
    sums[index] = (sums[index] ?? 0) + worth;
  }
}

/** Equity of all together at each time, as doubles: which moment was the worst is found with them, never what it cost. */
export function equityColumn(tests: readonly ReportInput[], times: Float64Array): Float64Array {
  const sums = new Float64Array(times.length);
  for (const test of tests) addEquity(sums, times, test);
  return sums;
}

/** Rows of the largest fall from a peak (equal when there was none), and returns between midnights UTC. */
export function fallAndReturns(
  times: Float64Array,
  equity: Float64Array,
): { peakRow: number; troughRow: number; returns: number[] } {
  const returns: number[] = [];
  let worst = { peakRow: 0, troughRow: 0, keep: 1 };
  let peakRow = 0;
  let day = NaN;
  let dayStart = NaN;
  for (let row = 0; row < times.length; row += 1) {
    const value = at(equity, row);
    const today = Math.floor(at(times, row) / DAY_MS);
    if (row > 0 && today !== day) {
      const before = at(equity, row - 1);
      if (!Number.isNaN(dayStart)) returns.push(before / dayStart - 1);
      dayStart = before;
    }
    day = today;
    if (value > at(equity, peakRow)) peakRow = row;
    const keep = value / at(equity, peakRow);
    if (keep < worst.keep) worst = { peakRow, troughRow: row, keep };
  }
  return { peakRow: worst.peakRow, troughRow: worst.troughRow, returns };
}
