import type { Steps, Ticks } from '../market/market.js';
import type { Fill, OrderState, Side, SlotKey } from '../order/order.js';
import type { OrderUpdate } from '../strategy/events.js';

/** An order that rests in a backtest. */
export interface SessionOrder {
  key: SlotKey;
  side: Side;
  generation: number;
  price: Ticks;
  quantity: Steps;
  filled: Steps;
  /** Row in which it was placed. */
  born: number;
}

/** Names an order among all of a session. */
export function nameOf(order: { key: SlotKey; side: Side; generation: number }): string {
  return `${order.key.positionSide} ${order.key.slot} ${order.side} ${order.generation}`;
}

/** News of an order as the exchange would tell it. */
export function report(order: SessionOrder, state: OrderState, fills: readonly Fill[]): OrderUpdate {
  const { key, side, generation, price, quantity, filled } = order;
  return { key, side, generation, state, price, quantity, filled, fills, refusal: null };
}
