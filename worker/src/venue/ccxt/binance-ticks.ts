import { dec, decStr, type DecimalString } from '@gridfleet/shared/domain';
import { VenueError } from '../venue-error.js';
import type { VenueLevel, VenueTrade } from '../venue.js';

function text(value: unknown): DecimalString {
  return decStr(dec(String(value)));
}

/** A level from `[price, quantity]` as the exchange sends it. */
export function levelOf(row: readonly unknown[]): VenueLevel {
  return [text(row[0]), text(row[1])];
}

/** One side of a book. @throws VenueError when it is not a list */
export function levelsOf(rows: unknown): VenueLevel[] {
  if (!Array.isArray(rows))
    throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'a book is not a list');
  return rows.map((row: unknown[]) => levelOf(row));
}

/** A public trade from `[id, price, quantity, buyer is maker, time]`. */
export function tradeOf([id, price, quantity, buyerIsMaker, time]: readonly unknown[]): VenueTrade {
  return {
    id: Number(id),
    price: text(price),
    quantity: text(quantity),
    // When the buyer was the maker, a seller came.
    aggressor: buyerIsMaker === true ? 'sell' : 'buy',
    time: Number(time),
  };
}
