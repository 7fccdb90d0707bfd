import type { Steps, Ticks } from '../market/market.js';
import type { OutsideSide } from './outside-book.js';
import type { RestingSide } from './resting-orders.js';
import { isBetter, type IncomingOrder, type RestingOrder } from './types.js';

/** One step of a taker through the book; a null maker is the outside market. */
export type TakeStep =
  | { kind: 'take'; price: Ticks; quantity: Steps; maker: RestingOrder | null }
  | { kind: 'expire'; maker: RestingOrder };

export interface TakePlan {
  steps: TakeStep[];
  filled: Steps;
  /** What it costs or earns, in ticks × steps. */
  cost: bigint;
  /** True when self-trade prevention ends the taker here. */
  stopped: boolean;
}

/** Works out, without changing anything, what an order would take from the other side of the book. */
export function planTake(outside: OutsideSide, resting: RestingSide, order: IncomingOrder): TakePlan {
  const plan: TakePlan = { steps: [], filled: 0, cost: 0n, stopped: false };
  const want = (price: Ticks): Steps =>
    'quantity' in order.amount
      ? order.amount.quantity - plan.filled
      : Number((order.amount.budget - plan.cost) / BigInt(price));
  const take = (price: Ticks, offered: Steps, maker: RestingOrder | null): Steps => {
    const quantity = Math.min(offered, want(price));
    if (quantity <= 0) return 0;
    plan.steps.push({ kind: 'take', price, quantity, maker });
    plan.filled += quantity;
    plan.cost += BigInt(price) * BigInt(quantity);
    return quantity;
  };

  for (const price of mergedPrices(outside, resting)) {
    if (order.price !== null && isBetter(outside.side, order.price, price)) break;
    if (want(price) <= 0) break;
    let left = outside.available(price);
    let passed = 0;
    for (const maker of resting.at(price)) {
      // Outside quantity displayed before this order arrived has priority over it.
      const before = take(price, Math.min(left, Math.max(0, maker.ahead - passed)), null);
      left -= before;
      passed += before;
      if (want(price) <= 0) return plan;
      if (maker.owner === order.owner && order.selfTrade !== 'none') {
        if (order.selfTrade !== 'expire-taker') plan.steps.push({ kind: 'expire', maker });
        if (order.selfTrade !== 'expire-maker') return { ...plan, stopped: true };
        continue;
      }
      take(price, maker.remaining, maker);
    }
    take(price, left, null);
  }
  return plan;
}

/** Prices of both ladders, best first, each once. */
function* mergedPrices(outside: OutsideSide, resting: RestingSide): Generator<Ticks> {
  let place = 0;
  for (const [price] of outside.levels()) {
    for (;;) {
      const own = resting.priceAt(place);
      if (own === undefined || isBetter(outside.side, price, own)) break;
      place++;
      if (own !== price) yield own;
    }
    yield price;
  }
  for (;;) {
    const own = resting.priceAt(place++);
    if (own === undefined) return;
    yield own;
  }
}
