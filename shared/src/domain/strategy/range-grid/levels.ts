import { Decimal, dec } from '../../numbers/decimal.js';
import { toTicks, type Market, type Ticks } from '../../market/market.js';
import type { RangeGridParams } from './params.js';

/** The unrounded price of line i: arithmetic `L + i(U−L)/(N−1)`, geometric `L·(U/L)^(i/(N−1))`; both ends exact. */
export function linePrice(
  params: Pick<RangeGridParams, 'lower' | 'upper' | 'levels' | 'spacing'>,
  i: number,
): Decimal {
  const lower = dec(params.lower);
  const upper = dec(params.upper);
  const last = params.levels - 1;
  if (i === 0) return lower;
  if (i === last) return upper;
  if (params.spacing === 'arithmetic') return lower.plus(upper.minus(lower).times(i).div(last));
  return lower.times(upper.div(lower).pow(new Decimal(i).div(last)));
}

/** All lines in ticks, each rounded to the nearest tick, half up. Equal neighbours are the plan's to refuse. */
export function levelTicks(params: RangeGridParams, market: Market): Ticks[] {
  return Array.from({ length: params.levels }, (_, i) => toTicks(market, linePrice(params, i), 'nearest'));
}

/** Reads a level that exists by construction. @throws RangeError when the index is outside the grid. */
export function levelAt(levels: readonly Ticks[], i: number): Ticks {
  const ticks = levels[i];
  if (ticks === undefined) throw new RangeError(`level ${i} is outside a grid of ${levels.length} levels`);
  return ticks;
}
