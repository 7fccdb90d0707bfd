import { Decimal, dec } from '../../numbers/decimal.js';
import {
  maxSteps,
  notional,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  type Market,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';

/** Whether cell i starts with base: its sell level is above the start price (the best ask). */
export function startsHolding(levels: readonly Ticks[], cell: number, startPrice: Ticks): boolean {
  return levelAt(levels, cell + 1) > startPrice;
}

/** Base to buy so that `net` steps remain when the taker fee is taken in base: `ceil_step(net / (1 − taker))`. */
export function grossUp(context: LegContext, net: Steps): Steps {
  if (net === 0) return 0;
  const gross = stepsToQuantity(context.market, net).div(new Decimal(1).minus(context.takerRate));
  return toSteps(context.market, gross, 'up');
}

/** Quote that a grid with `steps` base per cell needs at its start: BUY orders, initial purchase and their fees. */
function investmentFor(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  steps: Steps,
): Decimal {
  let needed = new Decimal(0);
  let holding = 0;
  for (let cell = 0; cell < levels.length - 1; cell += 1) {
    // Without inventory a cell above the market buys, too, once price has come.
    const buys = params.initialInventory === 'none' || !startsHolding(levels, cell, context.ask);
    if (buys) needed = needed.plus(notional(context.market, levelAt(levels, cell), steps));
    else holding += 1;
  }
  // `have` brings its base along at the start price; the investment counts it all the same.
  const base = params.initialInventory === 'buy' ? grossUp(context, holding * steps) : holding * steps;
  const cost = notional(context.market, context.ask, base);
  const fee = params.initialInventory === 'buy' ? cost.times(context.takerRate) : new Decimal(0);
  return needed.plus(cost).plus(fee);
}

/** Steps of a quantity, floored; above the venue's maximum it is one step more than that, which the plan refuses. */
function cappedSteps(market: Market, quantity: Decimal): Steps {
  return dec(market.maxQuantity).lt(quantity) ? maxSteps(market) + 1 : toSteps(market, quantity, 'down');
}

/** The largest equal base quantity whose start fits the investment; 0 when not even one step does. */
function solveTotal(params: RangeGridParams, context: LegContext, levels: readonly Ticks[]): Steps {
  const investment = dec(params.quantity);
  const { market, ask } = context;
  let low = 0;
  // One cell at the lowest price it could cost bounds what all of them can have.
  let high = cappedSteps(market, investment.div(ticksToPrice(market, Math.min(ask, levelAt(levels, 0)))));
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (investmentFor(params, context, levels, middle).lte(investment)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Configured quantity of each cell, in steps, floored to the step. */
export function cellQuantities(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
): Steps[] {
  const cells = levels.length - 1;
  const { market } = context;
  if (params.quantityMode === 'quote') {
    return Array.from({ length: cells }, (_, cell) =>
      cappedSteps(market, dec(params.quantity).div(ticksToPrice(market, levelAt(levels, cell)))),
    );
  }
  const steps =
    params.quantityMode === 'base'
      ? cappedSteps(market, dec(params.quantity))
      : solveTotal(params, context, levels);
  return Array.from({ length: cells }, () => steps);
}
