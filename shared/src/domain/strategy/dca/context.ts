import { Decimal, dec } from '../../numbers/decimal.js';
import { maxSteps, sizeRefusal, ticksToPrice, toSteps, type Steps, type Ticks } from '../../market/market.js';
import type { SlotKey } from '../../order/order.js';
import type { LegContext, PlanContext } from '../kind.js';
import type { DcaParams } from './params.js';
import type { Header } from './state.js';

/** The only leg. @throws RangeError when the strategy has none. */
export function onlyLeg(context: PlanContext): LegContext {
  const leg = context.legs[0];
  if (leg === undefined) throw new RangeError('cost averaging needs one leg');
  return leg;
}

export function keyOf(leg: LegContext, slot: number): SlotKey {
  return { leg: leg.leg, market: leg.market.symbol, positionSide: 'net', slot };
}

/** Steps of one buy at a price, floored; above the venue's maximum one step more than it. */
export function buySteps(params: DcaParams, leg: LegContext, price: Ticks): Steps {
  const { mode, value } = params.quantity;
  const base = mode === 'base' ? dec(value) : dec(value).div(ticksToPrice(leg.market, price));
  return Decimal.min(base.div(leg.market.stepSize).floor(), maxSteps(leg.market) + 1).toNumber();
}

/** Take-profit price of an average cost, rounded up to the tick: `average · (1 + s/100)`. */
export function targetOf(params: DcaParams, leg: LegContext, base: Decimal, cost: Decimal): Ticks {
  const factor = dec(params.takeProfit).div(100).plus(1);
  return Math.max(1, cost.div(base).times(factor).div(leg.market.tickSize).ceil().toNumber());
}

/** Whole steps held, as many as one order may have. */
export function sellSteps(leg: LegContext, header: Header): Steps {
  return Math.max(0, Math.min(toSteps(leg.market, header.held.base, 'down'), maxSteps(leg.market)));
}

/** Whether what is held makes an order at this price; a smaller rest goes into the next round. */
export function isSellable(leg: LegContext, header: Header, price: Ticks): boolean {
  return sizeRefusal(leg.market, price, sellSteps(leg, header)) === null;
}

/** Everything one event needs at hand. */
export interface Scene {
  params: DcaParams;
  leg: LegContext;
  now: number;
}
