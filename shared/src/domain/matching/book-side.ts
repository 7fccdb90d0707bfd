import type { Ticks } from '../market/market.js';
import { OutsideSide } from './outside-book.js';
import { RestingSide } from './resting-orders.js';
import type { Side } from './types.js';

/** Prices whose displayed quantity may have changed since the last `takeChanges`. */
export interface BookChanges {
  bids: Set<Ticks>;
  asks: Set<Ticks>;
}

/** One side of a book. */
export interface BookSide {
  outside: OutsideSide;
  resting: RestingSide;
  changed: Set<Ticks>;
  /** Price of our orders that the opposite outside quote stands at without filling them; hidden from the book. */
  locked: Ticks | undefined;
}

/** A side without orders. */
export function newSide(side: Side): BookSide {
  return {
    outside: new OutsideSide(side),
    resting: new RestingSide(side),
    changed: new Set(),
    locked: undefined,
  };
}
