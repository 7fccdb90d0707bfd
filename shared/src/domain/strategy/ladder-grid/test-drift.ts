import { Decimal, dec } from '../../numbers/decimal.js';
import type { Ticks } from '../../market/market.js';
import { isLong, type Ladder } from './context.js';

/** For tests only, the definition: whether a resting order is further from its target than the tolerance: `|order − target|/target·100 > t`. */
export function isAdrift(ladder: Ladder, price: Ticks, target: Ticks): boolean {
  return dec(ladder.params.tolerance)
    .times(target)
    .lt(new Decimal(Math.abs(price - target)).times(100));
}

/** Whether a move from `price` to `target` follows a market that leaves the order, and does not flee from it. */
export function isFollowing(slot: number, price: Ticks, target: Ticks): boolean {
  return isLong(slot) ? target > price : target < price;
}
