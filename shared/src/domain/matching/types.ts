import type { Steps, Ticks } from '../market/market.js';

export type Side = 'buy' | 'sell';

/** What happens when an order would trade with another order of the same owner. */
export type SelfTradePrevention = 'expire-maker' | 'expire-taker' | 'expire-both' | 'none';

/** GTC rests what is left, IOC expires it, FOK trades all of it at once or nothing. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';

/**
 * When the outside market fills a resting order. `touch`: a trade at its price, or the opposite best quote reaching
 * it, fills it whole. `queue`: trades at its price fill it once the quantity displayed ahead of it has traded, by
 * their quantity; the opposite best quote reaching it fills it whole. `through`: only trades and quotes strictly
 * beyond its price do.
 */
export type FillModel = 'touch' | 'queue' | 'through';

/** An order as it arrives. Prices are ticks, quantities steps of its market. */
export interface IncomingOrder {
  /** Unique among all orders this book has ever seen. */
  id: number;
  owner: string;
  side: Side;
  /** Limit price; null for a market order, which never rests. */
  price: Ticks | null;
  /** Steps to trade, or the most to spend or receive in ticks × steps (a market order by quote amount). */
  amount: { quantity: Steps } | { budget: bigint };
  timeInForce: TimeInForce;
  /** Refused when any part of it would take. */
  postOnly: boolean;
  selfTrade: SelfTradePrevention;
}

/** An order waiting in the book. */
export interface RestingOrder {
  readonly id: number;
  readonly owner: string;
  readonly side: Side;
  readonly price: Ticks;
  /** Steps not traded yet, > 0 while it rests. */
  remaining: Steps;
  /** Steps of the outside market displayed at this price before this order: its queue position. */
  ahead: Steps;
}

/** One level of the outside market. Zero steps removes it. */
export type Level = readonly [price: Ticks, quantity: Steps];

export interface BookSnapshot {
  bids: readonly Level[];
  asks: readonly Level[];
}

/** The best displayed prices; null on an empty side. */
export interface Quote {
  bid: Level | null;
  ask: Level | null;
}

/** What the book did, in order. A null maker or taker is the outside market. */
export type MatchEvent =
  | {
      kind: 'trade';
      price: Ticks;
      quantity: Steps;
      aggressor: Side;
      maker: number | null;
      taker: number | null;
    }
  | { kind: 'rested'; order: number; quantity: Steps }
  | { kind: 'refused'; order: number; cause: 'would-take' }
  | { kind: 'expired'; order: number; quantity: Steps; cause: 'unfilled' | 'fill-or-kill' | 'self-trade' };

export function opposite(side: Side): Side {
  return side === 'buy' ? 'sell' : 'buy';
}

/** Whether `price` is strictly better than `other` for an order resting on `side` (a higher bid, a lower ask). */
export function isBetter(side: Side, price: Ticks, other: Ticks): boolean {
  return side === 'buy' ? price > other : price < other;
}
