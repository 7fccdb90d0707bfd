import type { OutsideSide } from './outside-book.js';
import type { RestingSide } from './resting-orders.js';
import { isBetter, type Level } from './types.js';

/**
 * The best `limit` levels of one side, outside quantity and our own orders added up.
 * @param first place of the first own price shown; those before it are hidden.
 */
export function mergedDepth(
  outside: OutsideSide,
  resting: RestingSide,
  limit: number,
  first: number,
): Level[] {
  const levels: Level[] = [];
  let place = first;
  for (const [price, quantity] of outside.levels()) {
    for (;;) {
      const own = resting.priceAt(place);
      if (own === undefined || !isBetter(outside.side, own, price) || levels.length >= limit) break;
      levels.push([own, resting.quantityAt(own)]);
      place++;
    }
    if (levels.length >= limit) return levels;
    const shared = resting.priceAt(place) === price;
    if (shared) place++;
    levels.push([price, shared ? quantity + resting.quantityAt(price) : quantity]);
  }
  for (;;) {
    const own = resting.priceAt(place++);
    if (own === undefined || levels.length >= limit) return levels;
    levels.push([own, resting.quantityAt(own)]);
  }
}
