import { Decimal, decStr, roundTo } from '../../numbers/decimal.js';
import {
  notional,
  stepsToQuantity,
  ticksToPrice,
  toTicks,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Plan, PlanLevel, PlanRequirement, Refusal } from '../plan.js';
import { fundsRefusals } from '../common/funds.js';
import { protectionRefusals } from '../common/protection.js';
import { isInfinity, orderBudget } from './infinity.js';
import { infinityShape } from './infinity-plan.js';
import { levelAt, levelTicks } from './levels.js';
import type { RangeGridParams } from './params.js';
import { checkCell, type PlanShape } from './plan-cell.js';
import { breakEvenRatio, type CycleFigures } from './plan-cycle.js';
import { levelRefusals, shapeRefusals } from './plan-shape.js';
import { directionRefusals, exitRefusals, liquidation, worstCase } from './plan-risk.js';
import { protectionOf } from './protection.js';
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
  const cost = notional(market, opening, quantity);
  const margin = params.futures === undefined ? cost : cost.div(params.futures.leverage);
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

/** The shape of a grid between two prices, or why it has none. */
function rangeShape(params: RangeGridParams, context: LegContext): PlanShape | Refusal[] {
  const { market } = context;
  const levels = levelTicks(params, market);
  const collapsed = levelRefusals(levels, market);
  if (collapsed.length > 0) return collapsed;
  const quantities = cellQuantities(params, context, levels);
  return {
    cells: quantities.map((quantity, cell) => ({
      cell,
      buy: levelAt(levels, cell),
      sell: levelAt(levels, cell + 1),
      quantity,
    })),
    levels: quantities.map((quantity, cell) => planCell(params, context, levels, cell, quantity)),
    funds: startFunds(params, context, levels, quantities, false),
    worst: worstCase(params, context, levels, quantities),
    ...(params.futures !== undefined && { liquidation: liquidation(params, context, levels, quantities) }),
  };
}

function venueRefusals(params: RangeGridParams, { market }: LegContext, cells: number): Refusal[] {
  const refusals: Refusal[] = [];
  if (!market.active) {
    refusals.push({
      code: 'MARKET_INACTIVE',
      message: `${market.symbol} is not open for trading at the venue.`,
    });
  }
  const orders = Math.min(cells, orderBudget(params) ?? Number.POSITIVE_INFINITY);
  if (orders > MAX_OPEN_ORDERS) {
    refusals.push({
      code: 'TOO_MANY_ORDERS',
      field: 'params.levels',
      message: `${orders} orders are more than the ${MAX_OPEN_ORDERS} the venue accepts in one market: set an order budget.`,
    });
  }
  return refusals;
}

/** Preview and gate of a range grid: it is refused as a whole, each reason with its level or field. */
export function planRangeGrid(params: RangeGridParams, present: LegContext): Plan {
  const { market } = present;
  const impossible = [...shapeRefusals(params, present), ...directionRefusals(params, present)];
  if (impossible.length > 0) return { ...EMPTY, refusals: impossible };
  const context = atStart(params, present);
  const shape = isInfinity(params) ? infinityShape(params, context) : rangeShape(params, context);
  if (Array.isArray(shape)) return { ...EMPTY, refusals: shape };
  const checked = shape.cells.map((cell) => checkCell(params, context, cell));
  const requirements = requirementsOf(params, context, shape.funds);
  const worst = checked
    .map(({ cycle }) => cycle)
    .reduce<CycleFigures | null>((low, next) => (low === null || next.net.lt(low.net) ? next : low), null);
  return {
    levels: shape.levels,
    requirements,
    initialPurchase: decStr(stepsToQuantity(market, shape.funds.purchase)),
    cycle: worst && {
      gross: decStr(worst.gross),
      fees: decStr(worst.fees),
      net: decStr(worst.net),
      netPercent: decStr(roundTo(worst.percent(), 6)),
    },
    breakEvenRatio: decStr(roundTo(breakEvenRatio(context), 10)),
    worstCase: { base: decStr(shape.worst.base), valueAtLower: decStr(shape.worst.value) },
    ...(shape.liquidation && { liquidationPrice: shape.liquidation.price }),
    refusals: [
      ...venueRefusals(params, context, shape.cells.length),
      ...exitRefusals(params, context),
      ...protectionRefusals(context, protectionOf(params)),
      ...checked.flatMap(({ refusals }) => refusals),
      ...fundsRefusals(requirements, context),
      ...(shape.liquidation?.refusals ?? []),
    ],
  };
}
