import { Decimal, dec, decStr, roundTo } from '../../numbers/decimal.js';
import {
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  toTicks,
  type Market,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Plan, PlanLevel, PlanRequirement, Refusal } from '../plan.js';
import { fundsRefusals } from '../common/funds.js';
import { levelAt, levelTicks } from './levels.js';
import type { RangeGridParams } from './params.js';
import { breakEvenRatio, cycleFigures, cycleSellSteps, type CycleFigures } from './plan-cycle.js';
import { directionRefusals, exitRefusals, liquidation, worstCase } from './plan-risk.js';
import { cellQuantities, holdsAtStart, openingLevel, startFunds, type StartFunds } from './quantities.js';

/** Orders per symbol that Binance accepts (MAX_NUM_ORDERS); the grid keeps one order per cell. */
const MAX_OPEN_ORDERS = 200;

const EMPTY: Omit<Plan, 'refusals'> = {
  levels: [],
  requirements: [],
  initialPurchase: '0',
  cycle: null,
  breakEvenRatio: null,
  worstCase: null,
};

/** Refusals that make every further figure meaningless. */
function shapeRefusals(params: RangeGridParams, market: Market): Refusal[] {
  const refusals: Refusal[] = [];
  if (dec(params.lower).lte(0)) {
    refusals.push({
      code: 'PRICE_NOT_POSITIVE',
      field: 'params.lower',
      message: 'The lower price must be above zero.',
    });
  }
  if (dec(params.upper).lte(dec(params.lower))) {
    refusals.push({
      code: 'RANGE_EMPTY',
      field: 'params.upper',
      message: `The upper price ${params.upper} must be above the lower price ${params.lower}.`,
    });
  }
  if (dec(params.upper).div(market.tickSize).gt(Number.MAX_SAFE_INTEGER)) {
    refusals.push({
      code: 'PRICE_TOO_HIGH',
      field: 'params.upper',
      message: `The upper price ${params.upper} is beyond what a tick of ${market.tickSize} can count.`,
    });
  }
  if (dec(params.quantity.value).lte(0)) {
    refusals.push({
      code: 'QUANTITY_NOT_POSITIVE',
      field: 'params.quantity.value',
      message: 'The quantity must be above zero.',
    });
  }
  return refusals;
}

function levelRefusals(levels: readonly Ticks[], context: LegContext): Refusal[] {
  const refusals: Refusal[] = [];
  levels.forEach((ticks, i) => {
    if (ticks <= 0) {
      refusals.push({
        code: 'PRICE_NOT_POSITIVE',
        level: i,
        message: `Level ${i} rounds to a price of zero.`,
      });
    } else if (i > 0 && ticks <= levelAt(levels, i - 1)) {
      refusals.push({
        code: 'LEVELS_COLLAPSE',
        level: i,
        field: 'params.levels',
        message: `Levels ${i - 1} and ${i} are equal after rounding to the tick ${context.market.tickSize}: use fewer levels or a wider range.`,
      });
    }
  });
  return refusals;
}

function planCell(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  cell: number,
  quantity: Steps,
): PlanLevel {
  const { market } = context;
  const buy = levelAt(levels, cell);
  const sell = levelAt(levels, cell + 1);
  const holds = holdsAtStart(params, levels, cell, context);
  const holdsBase = holds && (params.initialInventory !== 'none' || params.direction === 'reverse');
  const amount = decStr(stepsToQuantity(market, quantity));
  const opening = openingLevel(params, levels, cell, context);
  const closing = opening === buy ? sell : buy;
  const price = holdsBase ? closing : opening;
  const margin = notional(market, opening, quantity).div(params.futures?.leverage ?? 1);
  const isBaseHeld = holdsBase && params.futures === undefined;
  // An empty cell reserves nothing until price comes; the margin of a position is that of the purchase.
  const quote = holds ? '0' : decStr(margin.toDecimalPlaces(18, Decimal.ROUND_UP));
  return {
    cell,
    side: price === buy ? 'buy' : 'sell',
    price: decStr(ticksToPrice(market, price)),
    buyPrice: decStr(ticksToPrice(market, buy)),
    sellPrice: decStr(ticksToPrice(market, sell)),
    quantity: amount,
    reserved: isBaseHeld ? amount : quote,
    reservedAsset: isBaseHeld ? market.base : market.quote,
    holdsBase,
  };
}

/** What the start takes from the account, as far as it takes anything. */
function requirementsOf(params: RangeGridParams, context: LegContext, funds: StartFunds): PlanRequirement[] {
  const { leg, market } = context;
  const quote = { leg, asset: market.quote, amount: decStr(funds.quote) };
  const base = { leg, asset: market.base, amount: decStr(funds.base) };
  if (params.direction === 'reverse') return [base];
  return params.initialInventory === 'have' ? [quote, base] : [quote];
}

/** The market as it will be when the grid starts: at its trigger price if it has one. */
function atStart(params: RangeGridParams, context: LegContext): LegContext {
  if (params.trigger === undefined) return context;
  const price = toTicks(context.market, params.trigger);
  return price > 0 ? { ...context, bid: price, ask: price } : context;
}

/** Preview and gate of a range grid: it is refused as a whole, each reason with its level or field. */
export function planRangeGrid(params: RangeGridParams, present: LegContext): Plan {
  const { market } = present;
  const context = atStart(params, present);
  const shape = [...shapeRefusals(params, market), ...directionRefusals(params, context)];
  if (shape.length > 0) return { ...EMPTY, refusals: shape };
  const levels = levelTicks(params, market);
  const collapsed = levelRefusals(levels, context);
  if (collapsed.length > 0) return { ...EMPTY, refusals: collapsed };

  const refusals: Refusal[] = [];
  if (!market.active) {
    refusals.push({
      code: 'MARKET_INACTIVE',
      message: `${market.symbol} is not open for trading at the venue.`,
    });
  }
  refusals.push(...exitRefusals(params, context));
  const orders = Math.min(levels.length - 1, params.maxOrders ?? Number.POSITIVE_INFINITY);
  if (orders > MAX_OPEN_ORDERS) {
    refusals.push({
      code: 'TOO_MANY_ORDERS',
      field: 'params.levels',
      message: `${orders} orders are more than the ${MAX_OPEN_ORDERS} the venue accepts in one market: set an order budget.`,
    });
  }
  const quantities = cellQuantities(params, context, levels);
  const planned: PlanLevel[] = [];
  const figures: CycleFigures[] = [];
  quantities.forEach((quantity, cell) => {
    const buy = levelAt(levels, cell);
    const sell = levelAt(levels, cell + 1);
    const size = sizeRefusal(market, buy, quantity);
    if (size !== null) {
      refusals.push({
        code: size,
        level: cell,
        field: 'params.quantity.value',
        message: `Cell ${cell}: ${decStr(stepsToQuantity(market, quantity))} ${market.base} at ${decStr(ticksToPrice(market, buy))} is outside the venue's size rules (${size}).`,
      });
    }
    const net = cycleSellSteps(params, context, buy, sell, quantity);
    if (size === null && sizeRefusal(market, sell, net) !== null) {
      refusals.push({
        code: 'NET_QUANTITY_TOO_SMALL',
        level: cell,
        field: 'params.quantity.value',
        message: `Cell ${cell}: a cycle sells only ${decStr(stepsToQuantity(market, net))} ${market.base} after the buy's fee, which the venue refuses.`,
      });
    }
    const cycle = cycleFigures(context, buy, sell, quantity);
    if (quantity > 0 && cycle.net.lte(0)) {
      refusals.push({
        code: 'CYCLE_NOT_PROFITABLE',
        level: cell,
        field: 'params.levels',
        message: `Cell ${cell}: a cycle earns ${decStr(cycle.gross)} and pays ${decStr(cycle.fees)} ${market.quote} in fees: use fewer levels or a wider range.`,
      });
    }
    figures.push(cycle);
    planned.push(planCell(params, context, levels, cell, quantity));
  });

  const funds = startFunds(params, context, levels, quantities, false);
  const requirements = requirementsOf(params, context, funds);
  refusals.push(...fundsRefusals(requirements, context));

  const worst = figures.reduce((low, next) => (next.net.lt(low.net) ? next : low));
  const risk = worstCase(params, context, levels, quantities);
  const liquidated = liquidation(params, context, levels, quantities);
  refusals.push(...liquidated.refusals);
  return {
    levels: planned,
    requirements,
    initialPurchase: decStr(stepsToQuantity(market, funds.purchase)),
    cycle: {
      gross: decStr(worst.gross),
      fees: decStr(worst.fees),
      net: decStr(worst.net),
      netPercent: decStr(roundTo(worst.percent, 6)),
    },
    breakEvenRatio: decStr(roundTo(breakEvenRatio(context), 10)),
    worstCase: { base: decStr(risk.base), valueAtLower: decStr(risk.value) },
    ...(params.futures === undefined ? {} : { liquidationPrice: liquidated.price }),
    refusals,
  };
}
