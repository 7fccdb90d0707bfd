import { Decimal, dec } from '../../numbers/decimal.js';
import {
  notional,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { RangeGridParams } from './params.js';

/** One cycle of a cell, quote; `percent` of the BUY's notional. */
export interface CycleFigures {
  gross: Decimal;
  fees: Decimal;
  net: Decimal;
  percent: Decimal;
}

/** One cycle at the levels' prices, both orders maker. Spot takes the buy's fee in base, which the sell then lacks. */
export function cycleFigures(context: LegContext, buy: Ticks, sell: Ticks, quantity: Steps): CycleFigures {
  const cost = notional(context.market, buy, quantity);
  const proceeds = notional(context.market, sell, quantity);
  const kept = new Decimal(1).minus(context.makerRate);
  const gross = proceeds.minus(cost);
  const net =
    context.market.type === 'spot'
      ? proceeds.times(kept).times(kept).minus(cost)
      : gross.minus(cost.plus(proceeds).times(context.makerRate));
  const fees = gross.minus(net);
  return { gross, fees, net, percent: cost.isZero() ? new Decimal(0) : net.div(cost).times(100) };
}

/** Smallest sell/buy ratio that pays both fees: `1/(1−f)²` with the buy's fee in base, `(1+f)/(1−f)` in quote. */
export function breakEvenRatio(context: LegContext): Decimal {
  const kept = new Decimal(1).minus(context.makerRate);
  return context.market.type === 'spot'
    ? new Decimal(1).div(kept.times(kept))
    : new Decimal(1).plus(context.makerRate).div(kept);
}

/** What can be sold of a bought quantity: spot takes the maker fee in base, and the rest is floored to the step. */
function netOfBaseFee(context: LegContext, steps: Steps): Steps {
  if (context.market.type !== 'spot') return steps;
  const net = stepsToQuantity(context.market, steps).times(new Decimal(1).minus(context.makerRate));
  return toSteps(context.market, net, 'down');
}

/** The smallest SELL of a cycle: what the buy's fee leaves, in `base` mode only what brings the quote back. */
export function cycleSellSteps(
  params: RangeGridParams,
  context: LegContext,
  buy: Ticks,
  sell: Ticks,
  quantity: Steps,
): Steps {
  const net = netOfBaseFee(context, quantity);
  if (params.profitMode !== 'base') return net;
  const perBase = ticksToPrice(context.market, sell).times(new Decimal(1).minus(dec(context.makerRate)));
  return Math.min(net, toSteps(context.market, notional(context.market, buy, quantity).div(perBase), 'up'));
}
