import { type Decimal, dec, decStr, ZERO } from '../../numbers/decimal.js';
import {
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type Market,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { RangeGridParams } from './params.js';
import type { PlannedCell } from './plan-cell.js';
import { netOfBaseFee } from './plan-cycle.js';
import { cappedSteps, grossUp, type StartFunds } from './quantities.js';

/** Where an infinity grid is anchored: line 0 is the start price, and base of this value is held there. */
export interface Anchor {
  price: Ticks;
  /** Quote. */
  value: string;
}

/** Orders of an infinity grid that rest when no budget is given. */
const DEFAULT_ORDERS = 20;
/** Lines come from powers; more digits than this are noise. */
const SIGNIFICANT_DIGITS = 60;

export function isInfinity(params: Pick<RangeGridParams, 'spacing'>): boolean {
  return params.spacing === 'infinity';
}

/** How many orders may rest; undefined: all of them. An infinity grid always has a budget. */
export function orderBudget(params: RangeGridParams): number | undefined {
  return params.maxOrders ?? (isInfinity(params) ? DEFAULT_ORDERS : undefined);
}

function ratioOf(params: RangeGridParams): Decimal {
  return dec(params.stepPercent ?? '0')
    .div(100)
    .plus(1);
}

/** Unrounded line k, any integer: `p_k = P0·r^k`, r = 1 + step/100. */
export function infinityLine(params: RangeGridParams, market: Market, anchor: Anchor, k: number): Decimal {
  const factor = ratioOf(params).pow(Math.abs(k));
  const start = ticksToPrice(market, anchor.price);
  return (k < 0 ? start.div(factor) : start.times(factor)).toSignificantDigits(SIGNIFICANT_DIGITS);
}

export function infinityTicks(params: RangeGridParams, market: Market, anchor: Anchor, k: number): Ticks {
  return toTicks(market, infinityLine(params, market, anchor, k), 'nearest');
}

/** What a cell trades so that base of value V is held at each line: `V/p_k − V/p_{k+1}`, floored to the step. */
export function cellSteps(market: Market, value: string, buy: Ticks, sell: Ticks): Steps {
  const low = ticksToPrice(market, buy);
  const high = ticksToPrice(market, sell);
  return cappedSteps(market, dec(value).times(high.minus(low)).div(low.times(high)));
}

/** Steps held at the start: `V/P0`, floored. One order's maximum does not bound them. */
export function heldAtStart(market: Market, anchor: Anchor): Steps {
  return toSteps(market, dec(anchor.value).div(ticksToPrice(market, anchor.price)), 'down');
}

/** Number of the first unrounded line at or above the lower price. */
export function lowestLine(params: RangeGridParams, market: Market, anchor: Anchor): Decimal {
  const start = ticksToPrice(market, anchor.price);
  return dec(params.lower).div(start).ln().div(ratioOf(params).ln()).ceil();
}

/** The lowest cell: no BUY is below the lower price. */
export function lowestCell(params: RangeGridParams, market: Market, anchor: Anchor): number {
  const lower = toTicks(market, params.lower, 'up');
  const line = (k: number): Ticks => infinityTicks(params, market, anchor, k);
  let k = lowestLine(params, market, anchor).toNumber();
  while (line(k) < lower) k += 1;
  while (line(k - 1) >= lower && line(k - 1) > 0) k -= 1;
  return k;
}

/** Whether cell k makes an order at both its lines; above the last such cell there is only inventory. */
export function cellFits(params: RangeGridParams, context: LegContext, anchor: Anchor, k: number): boolean {
  const { market } = context;
  const top = infinityLine(params, market, anchor, k + 1).div(market.tickSize);
  if (top.gt(Number.MAX_SAFE_INTEGER)) return false;
  const buy = infinityTicks(params, market, anchor, k);
  const sell = infinityTicks(params, market, anchor, k + 1);
  const quantity = cellSteps(market, anchor.value, buy, sell);
  return (
    sizeRefusal(market, buy, quantity) === null &&
    sizeRefusal(market, sell, netOfBaseFee(context, quantity)) === null
  );
}

/** The cells a grid begins with: all below the start price, and above it as many as may rest. */
export function startCells(params: RangeGridParams, context: LegContext, anchor: Anchor): PlannedCell[] {
  const { market } = context;
  const lowest = lowestCell(params, market, anchor);
  const ahead = Math.max(lowest, 0) + (orderBudget(params) ?? 0);
  const cells: PlannedCell[] = [];
  for (let cell = lowest; cell < ahead; cell += 1) {
    // The first one stays, so that a plan can say what is wrong with it.
    if (cell > 0 && !cellFits(params, context, anchor, cell)) break;
    const buy = infinityTicks(params, market, anchor, cell);
    const sell = infinityTicks(params, market, anchor, cell + 1);
    cells.push({ cell, buy, sell, quantity: cellSteps(market, anchor.value, buy, sell) });
  }
  return cells;
}

/** What a start needs: the BUYs below the price, and the base held there with its purchase. */
export function infinityFunds(
  params: RangeGridParams,
  context: LegContext,
  anchor: Anchor,
  cells: readonly PlannedCell[],
): StartFunds {
  const { market, ask, takerRate } = context;
  const orders = cells.reduce(
    (total, { cell, buy, quantity }) => (cell < 0 ? total.plus(notional(market, buy, quantity)) : total),
    ZERO,
  );
  const held = heldAtStart(market, anchor);
  const purchase = params.initialInventory === 'buy' ? grossUp(context, held) : 0;
  const cost = notional(market, ask, purchase);
  return {
    quote: orders.plus(cost).plus(cost.times(takerRate)),
    base: params.initialInventory === 'have' ? stepsToQuantity(market, held) : ZERO,
    purchase,
    side: 'buy',
  };
}

/** The largest value whose start fits a total investment; zero when not even one step does. */
function solveValue(params: RangeGridParams, context: LegContext): Decimal {
  const { market, ask } = context;
  const investment = dec(params.quantity.value);
  const price = ticksToPrice(market, ask);
  const lines = startCells({ ...params, maxOrders: 2 }, context, { price: ask, value: '0' });
  let low = 0;
  let high = toSteps(market, investment.div(price), 'down');
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const anchor = { price: ask, value: decStr(stepsToQuantity(market, middle).times(price)) };
    const sized = lines.map((at) => ({ ...at, quantity: cellSteps(market, anchor.value, at.buy, at.sell) }));
    const funds = infinityFunds(params, context, anchor, sized);
    // Base brought along counts at the start price.
    if (funds.quote.plus(funds.base.times(price)).lte(investment)) low = middle;
    else high = middle - 1;
  }
  return stepsToQuantity(market, low).times(price);
}

/** Anchor of a start at the present ask. */
export function anchorAt(params: RangeGridParams, context: LegContext): Anchor {
  const { market, ask } = context;
  const { mode, value } = params.quantity;
  const values = {
    quote: () => dec(value),
    base: () => dec(value).times(ticksToPrice(market, ask)),
    total: () => solveValue(params, context),
  };
  return { price: ask, value: decStr(values[mode]()) };
}
