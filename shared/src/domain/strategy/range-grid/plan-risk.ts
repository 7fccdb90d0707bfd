import { Decimal, dec, decStr } from '../../numbers/decimal.js';
import { notional, stepsToQuantity, ticksToPrice, type Steps, type Ticks } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Refusal } from '../plan.js';
import { exitPrices } from './exit-causes.js';
import { isInfinity } from './infinity.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';
import { openingLevel } from './quantities.js';

/** Maintenance margin rate of the lowest tier of the large USDT-M markets, where the venue's own is unknown. */
const MAINTENANCE_RATE = '0.004';
const PRICE_PLACES = 8;

interface Rule {
  isBroken: boolean;
  code: string;
  field: string;
  message: string;
}

function broken(rules: readonly Rule[]): Refusal[] {
  return rules.flatMap(({ isBroken, code, field, message }) => (isBroken ? [{ code, field, message }] : []));
}

/** Combinations of direction, market and modes that do not exist. */
export function directionRefusals(params: RangeGridParams, context: LegContext): Refusal[] {
  const { direction, futures } = params;
  const isSpot = context.market.type === 'spot';
  const isShorting = direction === 'short' || direction === 'neutral';
  return broken([
    {
      isBroken: !isSpot && isInfinity(params),
      code: 'NEEDS_SPOT',
      field: 'params.spacing',
      message: 'An infinity grid holds base of a constant value: it is for spot markets.',
    },
    {
      isBroken: isSpot && (isShorting || futures !== undefined),
      code: 'NEEDS_PERPETUAL',
      field: isShorting ? 'params.direction' : 'params.futures',
      message: `${context.market.symbol} is a spot market: it cannot be shorted, and has no leverage.`,
    },
    {
      isBroken: !isSpot && futures === undefined,
      code: 'FUTURES_MISSING',
      field: 'params.futures',
      message: 'A perpetual market needs leverage, margin mode and position mode.',
    },
    {
      isBroken: !isSpot && (direction === 'reverse' || params.initialInventory === 'have'),
      code: 'NEEDS_SPOT',
      field: direction === 'reverse' ? 'params.direction' : 'params.initialInventory',
      message: 'A perpetual market has no base that could be brought along.',
    },
    {
      isBroken: params.profit === 'base' && (!isSpot || direction === 'reverse'),
      code: 'PROFIT_NOT_POSSIBLE',
      field: 'params.profit',
      message: 'Profit in base by smaller SELLs is for a long grid on spot.',
    },
    {
      isBroken: direction === 'neutral' && futures?.positionMode === 'hedge',
      code: 'NEEDS_ONE_WAY',
      field: 'params.futures.positionMode',
      message: 'A neutral grid nets its buys and sells: use one-way mode, or a long and a short grid.',
    },
  ]);
}

/** Exits that have no meaning, or would end the strategy at its start. */
export function exitRefusals(params: RangeGridParams, context: LegContext): Refusal[] {
  const { exits, trailing, direction } = params;
  const { lower, upper } = exitPrices({ params, leg: context });
  const isShort = direction === 'short';
  const values = {
    'params.trigger': params.trigger,
    'params.trailing.lowest': trailing?.lowest,
    'params.trailing.highest': trailing?.highest,
    'params.exits.stopLoss': exits?.stopLoss,
    'params.exits.takeProfit': exits?.takeProfit,
    'params.exits.trailingStopPercent': exits?.trailingStopPercent,
    'params.exits.profitTarget': exits?.profitTarget,
    'params.exits.profitTargetPercent': exits?.profitTargetPercent,
    'params.exits.timeLimitHours': exits?.timeLimitHours,
  };
  const zeros = Object.entries(values).map(([field, value]) => ({
    isBroken: value !== undefined && dec(value).isZero(),
    code: 'VALUE_NOT_POSITIVE',
    field,
    message: 'It must be above zero; leave it out to do without.',
  }));
  const percent = exits?.trailingStopPercent;
  return broken([
    ...zeros,
    {
      isBroken: lower !== null && lower > 0 && context.bid <= lower,
      code: 'EXIT_ALREADY_REACHED',
      field: isShort ? 'params.exits.takeProfit' : 'params.exits.stopLoss',
      message: 'The price is there already: the strategy would end at its start.',
    },
    {
      isBroken: upper !== null && upper > 0 && context.ask >= upper,
      code: 'EXIT_ALREADY_REACHED',
      field: isShort ? 'params.exits.stopLoss' : 'params.exits.takeProfit',
      message: 'The price is there already: the strategy would end at its start.',
    },
    {
      isBroken: percent !== undefined && (direction === 'neutral' || dec(percent).gte(100)),
      code: 'TRAILING_STOP_NOT_POSSIBLE',
      field: 'params.exits.trailingStopPercent',
      message: 'A trailing stop is below 100 % and needs a direction.',
    },
    {
      isBroken: exits?.stop === 'buy' && context.market.type !== 'spot',
      code: 'NEEDS_SPOT',
      field: 'params.exits.stop',
      message: 'Only a spot strategy can end in base.',
    },
    {
      isBroken:
        trailing?.highest !== undefined &&
        params.upper !== undefined &&
        dec(trailing.highest).lt(params.upper),
      code: 'TRAILING_LIMIT_INSIDE',
      field: 'params.trailing.highest',
      message: 'The limit is below the upper price.',
    },
    {
      isBroken: trailing?.lowest !== undefined && dec(trailing.lowest).gt(params.lower),
      code: 'TRAILING_LIMIT_INSIDE',
      field: 'params.trailing.lowest',
      message: 'The limit is above the lower price.',
    },
  ]);
}

interface Side {
  value: Decimal;
  base: Decimal;
}

/** Long and short side with every opening order filled. */
function fullSides(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  quantities: readonly Steps[],
): { long: Side; short: Side } {
  const sides = {
    long: { value: new Decimal(0), base: new Decimal(0) },
    short: { value: new Decimal(0), base: new Decimal(0) },
  };
  quantities.forEach((steps, cell) => {
    const level = openingLevel(params, levels, cell, context);
    const side = level === levelAt(levels, cell) ? sides.long : sides.short;
    side.value = side.value.plus(notional(context.market, level, steps));
    side.base = side.base.plus(stepsToQuantity(context.market, steps));
  });
  return sides;
}

/** What the grid holds at worst, negative when short, and its value at the end of the range where it hurts. */
export function worstCase(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  quantities: readonly Steps[],
): { base: Decimal; value: Decimal } {
  const { long, short } = fullSides(params, context, levels, quantities);
  const isShort = short.base.gt(long.base);
  const end = ticksToPrice(context.market, levelAt(levels, isShort ? levels.length - 1 : 0));
  const base = isShort ? short.base.neg() : long.base;
  return { base, value: base.times(end) };
}

/**
 * Estimated liquidation prices with every order filled at its level and only the plan's margin behind it:
 * long `(value − margin) / (base·(1 − m))`, short `(value + margin) / (base·(1 + m))`, m the maintenance rate.
 */
export function liquidation(
  params: RangeGridParams,
  context: LegContext,
  levels: readonly Ticks[],
  quantities: readonly Steps[],
): { price: string | null; refusals: Refusal[] } {
  const { futures } = params;
  if (futures === undefined) return { price: null, refusals: [] };
  const rate = dec(context.maintenanceRate ?? MAINTENANCE_RATE);
  const { long, short } = fullSides(params, context, levels, quantities);
  const priceOf = (side: Side, sign: 1 | -1): Decimal | null => {
    if (side.base.isZero()) return null;
    const margin = side.value.div(futures.leverage);
    return side.value.minus(margin.times(sign)).div(side.base.times(rate.times(-sign).plus(1)));
  };
  const below = priceOf(long, 1);
  const above = priceOf(short, -1);
  const isInside =
    (below !== null && below.gte(params.lower)) || (above !== null && above.lte(params.upper ?? 0));
  const price = below ?? above;
  return {
    price: price === null ? null : decStr(price.toDecimalPlaces(PRICE_PLACES, Decimal.ROUND_HALF_UP)),
    refusals: broken([
      {
        isBroken: isInside && futures.marginMode === 'isolated',
        code: 'LIQUIDATION_INSIDE_RANGE',
        field: 'params.futures.leverage',
        message: 'The position would be liquidated inside the range: use less leverage or a narrower range.',
      },
    ]),
  };
}
