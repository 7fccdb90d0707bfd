import { Decimal } from '../numbers/decimal.js';

/**
 * Candles of one market as columns, oldest first. Prices are whole numbers of 10^-`places` quote per base: exact,
 * whatever the market's tick.
 */
export interface Candles {
  /** Open times, ms since epoch UTC, rising. */
  times: Float64Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** Decimal places of the prices, 0 to 18. */
  places: number;
}

/** Reads a column where the index is known to exist. @throws RangeError when it does not. */
export function at(column: Float64Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`row ${index} is outside ${column.length} rows`);
  return value;
}

/** Closes by row, exact. */
export function closesOf(candles: Candles): (row: number) => Decimal {
  const unit = new Decimal(10).pow(-candles.places);
  return (row) => unit.times(at(candles.close, row));
}
