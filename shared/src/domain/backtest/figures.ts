import { Decimal, type DecimalString } from '../numbers/decimal.js';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const MONEY_PLACES = 8;
const RATIO_PLACES = 4;

/** Money as reports print it: 8 decimals, halves up, no negative zero. */
export function money(value: Decimal): DecimalString {
  const text = value.toFixed(MONEY_PLACES);
  return Number(text) === 0 ? new Decimal(0).toFixed(MONEY_PLACES) : text;
}

/** A part as a percentage of the whole; of nothing it is 0. */
export function percentOf(part: Decimal, whole: Decimal): Decimal {
  return whole.isZero() ? new Decimal(0) : part.div(whole).times(100);
}

/** A ratio as reports print it, null where there is none. */
export function ratio(value: number | null): DecimalString | null {
  return value === null || !Number.isFinite(value) ? null : value.toFixed(RATIO_PLACES);
}

/** A share from 0 to 1 as a percentage. */
export function toPercent(share: number): DecimalString {
  return (share * 100).toFixed(RATIO_PLACES);
}

/** Profit compounded to a year, null when the run is shorter than a day or lost everything. */
export function annualised(roi: Decimal, spanMs: number): number | null {
  const growth = 1 + roi.toNumber() / 100;
  return spanMs < DAY_MS || growth <= 0 ? null : (growth ** (YEAR_MS / spanMs) - 1) * 100;
}

/** About `points` rows, evenly spread, first and last among them. */
export function sampledRows(rows: number, points: number): number[] {
  if (points === 0) return [];
  const step = Math.max(1, Math.ceil((rows - 1) / Math.max(1, points - 1)));
  const sampled: number[] = [];
  for (let row = 0; row < rows - 1; row += step) sampled.push(row);
  sampled.push(rows - 1);
  return sampled;
}
