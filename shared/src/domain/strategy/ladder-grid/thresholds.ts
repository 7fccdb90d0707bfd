import { Decimal, dec } from '../../numbers/decimal.js';
import type { Ticks } from '../../market/market.js';
import type { SlotOrder } from '../common/slot-order.js';
import { isLong, plusPercent, type Ladder } from './context.js';
import { entryTicks } from './prices.js';
import type { Opened } from './state.js';

/**
 * Reference prices between which an opening order stays where it is: it is adrift at `lower` or below, and at `upper`
 * or above. Null on a side where it does not follow the market.
 */
export interface DriftBounds {
  lower: Ticks | null;
  upper: Ticks | null;
}

/**
 * The condition `|order − target|/target·100 > t` solved for the market price, once per order: what a price means is
 * then two comparisons. `target` is `floor(P·f)` for a long slot and `ceil(P·f)` for a short one.
 */
export function driftBounds(ladder: Ladder, slot: number, price: Ticks): DriftBounds {
  const { anchor, tolerance, openDeviation } = ladder.params;
  if (anchor === 'fixed') return { lower: null, upper: null };
  const factor = plusPercent(dec(openDeviation).times(-slot));
  const long = isLong(slot);
  const followsUp = long || anchor === 'trail-both';
  const followsDown = !long || anchor === 'trail-both';
  const hundred = new Decimal(price).times(100);
  // Smallest target above the tolerance, and largest below it.
  const below = dec('100').minus(tolerance);
  const high = below.lte(0) ? null : hundred.div(below).floor().plus(1);
  const low = hundred.div(dec(tolerance).plus(100)).ceil().minus(1);
  const upper =
    high === null ? null : long ? high.div(factor).ceil() : high.minus(1).div(factor).floor().plus(1);
  const lower = long ? low.plus(1).div(factor).ceil().minus(1) : low.div(factor).floor();
  return {
    lower: followsDown ? lower.toNumber() : null,
    upper: followsUp && upper !== null ? upper.toNumber() : null,
  };
}

/** Price in ticks at which a position's stop loss is due: a long's at or below, a short's at or above. */
export function stopPrice(ladder: Ladder, slot: number, opened: Opened, percent: string): Ticks {
  const long = isLong(slot);
  const limit = entryTicks(ladder, opened).times(plusPercent(dec(percent).times(long ? -1 : 1)));
  return (long ? limit.floor() : limit.ceil()).toNumber();
}

/** Remembers a result as long as the object it was computed from lives; both are immutable. */
function remembered<K extends object, V>(compute: (key: K, ladder: Ladder, slot: number) => V) {
  const known = new WeakMap<Ladder, WeakMap<K, V>>();
  return (key: K, ladder: Ladder, slot: number): V => {
    const ofLadder = known.get(ladder) ?? new WeakMap<K, V>();
    known.set(ladder, ofLadder);
    const value = ofLadder.get(key) ?? compute(key, ladder, slot);
    ofLadder.set(key, value);
    return value;
  };
}

/** Drift bounds of an opening order. */
export const boundsOf = remembered((order: SlotOrder, ladder, slot) =>
  driftBounds(ladder, slot, order.price ?? 0),
);

/** Stop-loss price of a position. */
export const stopOf = remembered((opened: Opened, ladder, slot) =>
  stopPrice(ladder, slot, opened, ladder.params.stopLoss ?? '0'),
);
