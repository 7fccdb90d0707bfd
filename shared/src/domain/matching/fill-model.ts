import type { Steps, Ticks } from '../market/market.js';
import type { RestingSide } from './resting-orders.js';
import { isBetter, opposite, type FillModel, type Level, type RestingOrder, type Side } from './types.js';

/** A trade of the outside market. */
export interface OutsideTrade {
  price: Ticks;
  quantity: Steps;
  aggressor: Side;
}

export interface TradeFills {
  /** The orders it fills, in order, and by how much. */
  fills: { order: RestingOrder; quantity: Steps }[];
  /** Steps of the outside queue at its price that traded ahead of our orders. */
  passed: Steps;
  /** Steps that found none of our orders, `passed` included. */
  left: Steps;
}

/** What a trade of the outside market fills, without changing anything. */
export function fillsOfTrade(
  model: FillModel,
  resting: Readonly<Record<Side, RestingSide>>,
  { price, quantity, aggressor }: OutsideTrade,
): TradeFills {
  const result: TradeFills = { fills: [], passed: 0, left: 0 };
  let left = quantity;
  const fill = (order: RestingOrder): void => {
    const filled = model === 'touch' ? order.remaining : Math.min(left, order.remaining);
    if (filled === 0) return;
    left = Math.max(0, left - filled);
    result.fills.push({ order, quantity: filled });
  };
  const maker = opposite(aggressor);
  resting[maker].betterThan(price).forEach(fill);
  if (model === 'touch') resting[maker].at(price).forEach(fill);
  if (model === 'queue') {
    for (const order of resting[maker].at(price)) {
      const before = Math.min(left, Math.max(0, order.ahead - result.passed));
      left -= before;
      result.passed += before;
      fill(order);
    }
  }
  resting[aggressor].betterThan(price).forEach(fill);
  if (model === 'touch') resting[aggressor].at(price).forEach(fill);
  result.left = left + result.passed;
  return result;
}

/** Our orders that the best quote of the other side fills: those it has passed, and reached unless it must pass them. */
export function ordersReached(model: FillModel, resting: RestingSide, quote: Level | null): RestingOrder[] {
  const best = resting.bestPrice();
  if (quote === null || best === undefined || isBetter(resting.side, quote[0], best)) return [];
  const [price] = quote;
  const passed = resting.betterThan(price);
  return model === 'through' ? passed : [...passed, ...resting.at(price)];
}
