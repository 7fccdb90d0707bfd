import { Decimal, dec, decStr, roundTo, sum } from '../../numbers/decimal.js';
import {
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  type Market,
  type Steps,
  type Ticks,
} from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Plan, PlanLevel, PlanRequirement, Refusal } from '../plan.js';
import { levelAt, levelTicks } from './levels.js';
import type { RangeGridParams } from './params.js';
import { breakEvenRatio, cycleFigures, cycleSellSteps, type CycleFigures } from './plan-cycle.js';
import { cellQuantities, grossUp, startsHolding } from './quantities.js';

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
  if (dec(params.quantity).lte(0)) {
    refusals.push({
      code: 'QUANTITY_NOT_POSITIVE',
      field: 'params.quantity',
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

function fundsRefusals(requirements: readonly PlanRequirement[], context: LegContext): Refusal[] {
  const free = new Map([
    [context.market.base, context.baseFree],
    [context.market.quote, context.quoteFree],
  ]);
  return requirements.flatMap((need) => {
    const available = free.get(need.asset) ?? null;
    if (available === null || dec(available).gte(dec(need.amount))) return [];
    return [
      {
        code: 'INSUFFICIENT_FUNDS',
        field: 'params.quantity',
        message: `The grid needs ${need.amount} ${need.asset}; ${available} ${need.asset} is free on the account.`,
      },
    ];
  });
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
  const above = startsHolding(levels, cell, context.ask);
  const holdsBase = above && params.initialInventory !== 'none';
  const amount = decStr(stepsToQuantity(market, quantity));
  return {
    cell,
    side: holdsBase ? 'sell' : 'buy',
    price: decStr(ticksToPrice(market, holdsBase ? sell : buy)),
    buyPrice: decStr(ticksToPrice(market, buy)),
    sellPrice: decStr(ticksToPrice(market, sell)),
    quantity: amount,
    // An empty cell above the market reserves nothing until price comes.
    reserved: holdsBase ? amount : above ? '0' : decStr(notional(market, buy, quantity)),
    reservedAsset: holdsBase ? market.base : market.quote,
    holdsBase,
  };
}

/** Preview and gate of a range grid: it is refused as a whole, each reason with its level or field. */
export function planRangeGrid(params: RangeGridParams, context: LegContext): Plan {
  const { market } = context;
  const shape = shapeRefusals(params, market);
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
  if (levels.length - 1 > MAX_OPEN_ORDERS) {
    refusals.push({
      code: 'TOO_MANY_ORDERS',
      field: 'params.levels',
      message: `${levels.length - 1} orders are more than the ${MAX_OPEN_ORDERS} the venue accepts in one market.`,
    });
  }
  const quantities = cellQuantities(params, context, levels);
  const planned: PlanLevel[] = [];
  const figures: CycleFigures[] = [];
  let holdingSteps = 0;
  quantities.forEach((quantity, cell) => {
    const buy = levelAt(levels, cell);
    const sell = levelAt(levels, cell + 1);
    const size = sizeRefusal(market, buy, quantity);
    if (size !== null) {
      refusals.push({
        code: size,
        level: cell,
        field: 'params.quantity',
        message: `Cell ${cell}: ${decStr(stepsToQuantity(market, quantity))} ${market.base} at ${decStr(ticksToPrice(market, buy))} is outside the venue's size rules (${size}).`,
      });
    }
    const net = cycleSellSteps(params, context, buy, sell, quantity);
    if (size === null && sizeRefusal(market, sell, net) !== null) {
      refusals.push({
        code: 'NET_QUANTITY_TOO_SMALL',
        level: cell,
        field: 'params.quantity',
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
    const level = planCell(params, context, levels, cell, quantity);
    if (level.holdsBase) holdingSteps += quantity;
    planned.push(level);
  });

  const purchase = params.initialInventory === 'buy' ? grossUp(context, holdingSteps) : 0;
  const purchaseCost = notional(market, context.ask, purchase).times(new Decimal(1).plus(context.takerRate));
  const buys = sum(planned.filter((level) => level.side === 'buy').map((level) => level.reserved));
  const requirements: PlanRequirement[] = [
    { leg: context.leg, asset: market.quote, amount: decStr(buys.plus(purchaseCost)) },
  ];
  if (params.initialInventory === 'have') {
    requirements.push({
      leg: context.leg,
      asset: market.base,
      amount: decStr(stepsToQuantity(market, holdingSteps)),
    });
  }
  refusals.push(...fundsRefusals(requirements, context));

  const worst = figures.reduce((low, next) => (next.net.lt(low.net) ? next : low));
  const base = stepsToQuantity(
    market,
    quantities.reduce((total, quantity) => total + quantity, 0),
  );
  return {
    levels: planned,
    requirements,
    initialPurchase: decStr(stepsToQuantity(market, purchase)),
    cycle: {
      gross: decStr(worst.gross),
      fees: decStr(worst.fees),
      net: decStr(worst.net),
      netPercent: decStr(roundTo(worst.percent, 6)),
    },
    breakEvenRatio: decStr(roundTo(breakEvenRatio(context), 10)),
    worstCase: {
      base: decStr(base),
      valueAtLower: decStr(base.times(ticksToPrice(market, levelAt(levels, 0)))),
    },
    refusals,
  };
}
