import type { DecimalString } from '../numbers/decimal.js';

export type Side = 'buy' | 'sell';
export type OrderType = 'limit' | 'market';
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
/** `net` is spot and one-way mode; `long` and `short` are hedge mode. */
export type PositionSide = 'net' | 'long' | 'short';

/**
 * Life of an order as we know it.
 * - `intent`: durable row, nothing sent yet
 * - `sent`: on the wire or answered without a clear result; only a query can tell
 * - `open`, `partially-filled`: resting at the exchange
 * - `filled`, `canceled`, `expired`, `rejected`: final at the exchange
 * - `never-sent`: final; proven that the exchange cannot have it
 */
export const ORDER_STATES = [
  'intent',
  'sent',
  'open',
  'partially-filled',
  'filled',
  'canceled',
  'expired',
  'rejected',
  'never-sent',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const FINAL_STATES: ReadonlySet<OrderState> = new Set([
  'filled',
  'canceled',
  'expired',
  'rejected',
  'never-sent',
]);

export function isFinal(state: OrderState): boolean {
  return FINAL_STATES.has(state);
}

/** One trade of an order, as the exchange reports it. Unique by (account, market, tradeId). */
export interface Fill {
  tradeId: string;
  price: DecimalString;
  quantity: DecimalString;
  /** Exchange's price × quantity, quote. */
  quoteQuantity: DecimalString;
  fee: DecimalString;
  /** Asset the fee was taken in: base, quote or a third coin. */
  feeAsset: string;
  /** The fee valued in quote when it was paid: a base fee at the fill's price, a third coin at its rate. */
  feeQuote: DecimalString;
  maker: boolean;
  /** Exchange time, ms since epoch UTC. */
  time: number;
}

/** Names one place of a strategy that holds at most one live order. */
export interface SlotKey {
  leg: number;
  market: string;
  positionSide: PositionSide;
  slot: number;
}
