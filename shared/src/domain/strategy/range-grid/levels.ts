import { Decimal, dec } from '../../numbers/decimal.js';
import { toTicks, type Market, type Ticks } from '../../market/market.js';
import type { RangeGridParams } from './params.js';

type Range = Pick<RangeGridParams, 'lower' | 'upper' | 'levels' | 'spacing'>;

/** Roots come with noise in their last digits; without them an exact price such as 141.5 is exact again. */
const SIGNIFICANT_DIGITS = 60;

/**
 * The formula of a grid's lines, unrounded, for any integer i: arithmetic `L + i(U−L)/(N−1)`, geometric
 * `L·(U/L)^(i/(N−1))`; both ends exact.
 */
export function lineFormula(range: Range): (i: number) => Decimal {
  const lower = dec(range.lower);
  const upper = dec(range.upper);
  const last = range.levels - 1;
  if (range.spacing === 'arithmetic') return (i) => lower.plus(upper.minus(lower).times(i).div(last));
  // One root for all lines: it costs a thousand times what a multiplication does.
  const ratio = upper.div(lower).pow(new Decimal(1).div(last));
  return (i) => (i === last ? upper : lower.times(ratio.pow(i)).toSignificantDigits(SIGNIFICANT_DIGITS));
}

/** All lines in ticks, each rounded to the nearest tick, half up. Equal neighbours are the plan's to refuse. */
export function levelTicks(range: Range, market: Market): Ticks[] {
  const line = lineFormula(range);
  return Array.from({ length: range.levels }, (_, i) => toTicks(market, line(i), 'nearest'));
}

/** Reads a level that exists by construction. @throws RangeError when the index is outside the grid. */
export function levelAt(levels: readonly Ticks[], i: number): Ticks {
  const ticks = levels[i];
  if (ticks === undefined) throw new RangeError(`level ${i} is outside a grid of ${levels.length} levels`);
  return ticks;
}
