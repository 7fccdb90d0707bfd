import { Decimal, dec, ZERO } from '../../numbers/decimal.js';
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
import { isFeeInBase } from '../fee-currency.js';
import type { Side } from '../../order/order.js';
import type { LegContext } from '../kind.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';

/** Decimal places of margin. */
const MARGIN_PLACES = 18;

/** Whether cell i starts with base: its sell level is above the start price (the best ask). */
export function startsHolding(levels: readonly Ticks[], cell: number, startPrice: Ticks): boolean {
  return levelAt(levels, cell + 1) > startPrice;
}

/** Base to buy so that `net` steps remain when the taker fee is taken in base: `ceil_step(net / (1 − taker))`. */
export function grossUp(context: LegContext, net: Steps): Steps {
  if (net === 0 || !isFeeInBase(context)) return net;
  const gross = stepsToQuantity(context.market, net).div(new Decimal(1).minus(context.takerRate));
  return toSteps(context.market, gross, 'up');
}

/** Whether cell i starts with a position of its own: base, or in a short grid a short. */
export function holdsAtStart(
  params: RangeGridParams,
  levels: readonly Ticks[],
  cell: number,
  context: LegContext,
): boolean {
  if (params.direction === 'neutral') return false;
  if (params.direction === 'short') return levelAt(levels, cell) < context.bid;
  return startsHolding(levels, cell, context.ask);
}

/** What a grid needs at its start, in units of each asset; a perpetual reserves margin. */
export interface StartFunds {
  quote: Decimal;
  base: Decimal;
  /** Steps of the order that brings the grid into position, and its side. */
  purchase: Steps;
  side: Side;
}

/** Price at which an opening order of a cell rests. */
export function openingLevel(
  params: RangeGridParams,
  levels: readonly Ticks[],
  cell: number,
  context: LegContext,
): Ticks {
  const isShort =
    params.direction === 'short' ||
    (params.direction === 'neutral' && startsHolding(levels, cell, context.ask));
  return levelAt(levels, isShort ? cell + 1 : cell);
}

/** Funds of a start with the quantities given: opening orders, the initial purchase or sale, and its fee. */
export function startFunds(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  quantities: readonly Steps[],
  countsEmpty: boolean,
): StartFunds {
  const { market, ask, bid } = context;
  let orders = ZERO;
  let holding = 0;
  quantities.forEach((steps, cell) => {
    const holds = holdsAtStart(params, levels, cell, context);
    if (holds && params.initialInventory !== 'none') holding += steps;
    else if (!holds || countsEmpty)
      orders = orders.plus(notional(market, openingLevel(params, levels, cell, context), steps));
  });
  const margin = (value: Decimal): Decimal =>
    params.futures === undefined
      ? value
      : value.div(params.futures.leverage).toDecimalPlaces(MARGIN_PLACES, Decimal.ROUND_UP);
  if (params.direction === 'reverse') {
    const perBase = ticksToPrice(market, bid).times(new Decimal(1).minus(context.takerRate));
    const sale = Math.min(toSteps(market, orders.div(perBase), 'up'), maxSteps(market));
    return { quote: ZERO, base: stepsToQuantity(market, holding + sale), purchase: sale, side: 'sell' };
  }
  const isBuying = params.initialInventory === 'buy';
  const isShort = params.direction === 'short';
  const purchase = isBuying ? (isShort ? holding : grossUp(context, holding)) : 0;
  const cost = notional(market, isShort ? bid : ask, purchase);
  // An order on a contract holds the fee beside its margin: a position's fee comes out of the same wallet.
  const paying = params.futures === undefined ? cost : cost.plus(orders);
  return {
    quote: margin(orders).plus(margin(cost)).plus(paying.times(context.takerRate)),
    base: isBuying ? ZERO : stepsToQuantity(market, holding),
    purchase,
    side: isShort ? 'sell' : 'buy',
  };
}

/** What a grid with `steps` per cell takes from the investment: quote, or base in a reverse grid. */
function investmentFor(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  steps: Steps,
): Decimal {
  // Without inventory an empty cell buys, too, once price has come.
  const quantities = Array.from({ length: levels.length - 1 }, () => steps);
  const funds = startFunds(params, context, levels, quantities, true);
  if (params.direction === 'reverse') return funds.base;
  // `have` brings its base along at the start price; the investment counts it all the same.
  return funds.quote.plus(funds.base.times(ticksToPrice(context.market, context.ask)));
}

/** Steps of a quantity, floored; above the venue's maximum it is one step more than that, which the plan refuses. */
export function cappedSteps(market: Market, quantity: Decimal): Steps {
  return dec(market.maxQuantity).lt(quantity) ? maxSteps(market) + 1 : toSteps(market, quantity, 'down');
}

/** The largest equal base quantity whose start fits the investment; 0 when not even one step does. */
function solveTotal(params: RangeGridParams, context: LegContext, levels: readonly Ticks[]): Steps {
  const investment = dec(params.quantity.value);
  const { market, ask } = context;
  let low = 0;
  // One cell at the lowest price it could cost bounds what all of them can have.
  let high = cappedSteps(
    market,
    params.direction === 'reverse'
      ? investment
      : investment
          .times(params.futures?.leverage ?? 1)
          .div(ticksToPrice(market, Math.min(ask, levelAt(levels, 0)))),
  );
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
  if (params.quantity.mode === 'quote') {
    return Array.from({ length: cells }, (_, cell) =>
      cappedSteps(
        market,
        dec(params.quantity.value).div(ticksToPrice(market, openingLevel(params, levels, cell, context))),
      ),
    );
  }
  const steps =
    params.quantity.mode === 'base'
      ? cappedSteps(market, dec(params.quantity.value))
      : solveTotal(params, context, levels);
  return Array.from({ length: cells }, () => steps);
}
