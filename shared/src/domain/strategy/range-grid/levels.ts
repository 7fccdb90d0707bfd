import { Decimal, dec } from '../../numbers/decimal.js';
import { toTicks, type Market, type Ticks } from '../../market/market.js';
import type { RangeGridParams } from './params.js';

type Range = Pick<RangeGridParams, 'lower' | 'upper' | 'levels' | 'spacing'>;

/** Both ends of a range and its number of lines. @throws RangeError where there is no upper end: in an infinity grid. */
export function boundsOf({ lower, upper, levels }: Range): { lower: string; upper: string; levels: number } {
  if (upper === undefined || levels === undefined)
    throw new RangeError('a grid without upper price or levels has no range');
  return { lower, upper, levels };
}

/** Roots come with noise in their last digits; without them an exact price such as 141.5 is exact again. */
const SIGNIFICANT_DIGITS = 60;

/**
 * The formula of a grid's lines, unrounded, for any integer i: arithmetic `L + i(U−L)/(N−1)`, geometric
 * `L·(U/L)^(i/(N−1))`; both ends exact.
 */
export function lineFormula(range: Range): (i: number) => Decimal {
  const bounds = boundsOf(range);
  const lower = dec(bounds.lower);
  const upper = dec(bounds.upper);
  const last = bounds.levels - 1;
  if (range.spacing === 'arithmetic') return (i) => lower.plus(upper.minus(lower).times(i).div(last));
  // One root for all lines: it costs a thousand times what a multiplication does.
  const ratio = upper.div(lower).pow(new Decimal(1).div(last));
  return (i) => (i === last ? upper : lower.times(ratio.pow(i)).toSignificantDigits(SIGNIFICANT_DIGITS));
}

/** Params are immutable: a plan, a machine and a thousand backtests with the same ones share their lines. */
const known = new WeakMap<Range, { tickSize: string; ticks: readonly Ticks[] }>();

/** All lines in ticks, each rounded to the nearest tick, half up. Equal neighbours are the plan's to refuse. */
export function levelTicks(range: Readonly<Range>, market: Market): readonly Ticks[] {
  const before = known.get(range);
  if (before?.tickSize === market.tickSize) return before.ticks;
  const line = lineFormula(range);
  const ticks = Array.from({ length: boundsOf(range).levels }, (_, i) => toTicks(market, line(i), 'nearest'));
  known.set(range, { tickSize: market.tickSize, ticks });
  return ticks;
}

/** Reads a level that exists by construction. @throws RangeError when the index is outside the grid. */
export function levelAt(levels: readonly Ticks[], i: number): Ticks {
  const ticks = levels[i];
  if (ticks === undefined) throw new RangeError(`level ${i} is outside a grid of ${levels.length} levels`);
  return ticks;
}
