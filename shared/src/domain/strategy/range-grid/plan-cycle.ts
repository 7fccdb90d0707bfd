import { Decimal, dec } from '../../numbers/decimal.js';
import {
  notional,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import { isFeeInBase } from '../fee-currency.js';
import type { LegContext } from '../kind.js';
export { breakEvenRatio, cycleFigures, type CycleFigures } from '../common/cycle-figures.js';
import type { RangeGridParams } from './params.js';

/** What can be sold of a bought quantity: a maker fee in base is missing, and the rest is floored to the step. */
export function netOfBaseFee(context: LegContext, steps: Steps): Steps {
  if (!isFeeInBase(context)) return steps;
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
  if (params.profit !== 'base') return net;
  const perBase = ticksToPrice(context.market, sell).times(new Decimal(1).minus(dec(context.makerRate)));
  return Math.min(net, toSteps(context.market, notional(context.market, buy, quantity).div(perBase), 'up'));
}
