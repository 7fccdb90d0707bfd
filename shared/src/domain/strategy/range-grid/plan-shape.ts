import { dec, type Decimal } from '../../numbers/decimal.js';
import { ticksToPrice, type Market, type Ticks } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Refusal } from '../plan.js';
import { isInfinity } from './infinity.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';

/** Every price among the params, by field. */
function pricesOf(params: RangeGridParams): [string, string | undefined][] {
  const { trailing, exits } = params;
  return [
    ['params.lower', params.lower],
    ['params.upper', params.upper],
    ['params.trigger', params.trigger],
    ['params.trailing.lowest', trailing?.lowest],
    ['params.trailing.highest', trailing?.highest],
    ['params.exits.stopLoss', exits?.stopLoss],
    ['params.exits.takeProfit', exits?.takeProfit],
  ];
}

/** Fields that mean nothing with this spacing: ignored they would deceive. */
function unusedRefusals(params: RangeGridParams): Refusal[] {
  const unused: [boolean, string][] = isInfinity(params)
    ? [
        [params.upper !== undefined, 'params.upper'],
        [params.levels !== undefined, 'params.levels'],
        [params.profit !== 'quote', 'params.profit'],
        [params.initialInventory === 'none', 'params.initialInventory'],
        [params.direction !== 'long', 'params.direction'],
        [params.futures !== undefined, 'params.futures'],
        [params.trailing !== undefined, 'params.trailing'],
      ]
    : [[params.stepPercent !== undefined, 'params.stepPercent']];
  return unused.flatMap(([isUsed, field]) =>
    isUsed
      ? [
          {
            code: 'NOT_WITH_SPACING',
            field,
            message: `This is not possible with ${params.spacing} spacing: leave it at its default.`,
          },
        ]
      : [],
  );
}

/** An upper bound of all quantities together, base: what counts them must be exact. */
function mostBase(params: RangeGridParams, context: LegContext): Decimal {
  const { market, bid } = context;
  const value = dec(params.quantity.value);
  const price = ticksToPrice(market, bid);
  const lowest = dec(params.lower).lt(price) ? dec(params.lower) : price;
  const isBase =
    params.quantity.mode === 'base' || (params.quantity.mode === 'total' && params.direction === 'reverse');
  const amount = isBase ? value : value.times(params.futures?.leverage ?? 1).div(lowest);
  // An infinity grid holds all of it at once, wherever the price is; elsewhere one order's maximum bounds each cell.
  if (isInfinity(params)) return isBase ? amount.times(price).div(lowest) : amount;
  const perCell = amount.gt(market.maxQuantity) ? dec(market.maxQuantity) : amount;
  return perCell.times(params.levels ?? 1);
}

/** Whether quantities and the venue's minimums stay countable, with room for the fee of a purchase. */
function isCountable(params: RangeGridParams, context: LegContext): boolean {
  const { market } = context;
  const most = Number.MAX_SAFE_INTEGER / 2;
  const lowest = dec(params.lower).lt(market.tickSize) ? dec(market.tickSize) : dec(params.lower);
  return [mostBase(params, context), dec(market.minNotional).div(lowest), dec(market.minQuantity)].every(
    (quantity) => quantity.div(market.stepSize).lt(most),
  );
}

/** Refusals that make every further figure meaningless. */
export function shapeRefusals(params: RangeGridParams, context: LegContext): Refusal[] {
  const { market } = context;
  const refusals = unusedRefusals(params);
  const refuse = (code: string, field: string, message: string): void => {
    refusals.push({ code, field, message });
  };
  const isPositive = dec(params.lower).gt(0);
  if (!isPositive) refuse('PRICE_NOT_POSITIVE', 'params.lower', 'The lower price must be above zero.');
  if (params.stepPercent !== undefined && dec(params.stepPercent).isZero())
    refuse('VALUE_NOT_POSITIVE', 'params.stepPercent', 'The step must be above zero.');
  if (params.upper !== undefined && dec(params.upper).lte(params.lower)) {
    const message = `The upper price ${params.upper} must be above the lower price ${params.lower}.`;
    refuse('RANGE_EMPTY', 'params.upper', message);
  }
  for (const [field, price] of pricesOf(params)) {
    if (price === undefined || dec(price).div(market.tickSize).lte(Number.MAX_SAFE_INTEGER)) continue;
    const message = `The price ${price} is beyond what a tick of ${market.tickSize} can count.`;
    refuse('PRICE_TOO_HIGH', field, message);
  }
  if (dec(params.quantity.value).isZero())
    refuse('QUANTITY_NOT_POSITIVE', 'params.quantity.value', 'The quantity must be above zero.');
  if (isPositive && !isCountable(params, context)) {
    const message = `The quantities are beyond what a step of ${market.stepSize} can count: use less.`;
    refuse('QUANTITY_TOO_LARGE', 'params.quantity.value', message);
  }
  return refusals;
}

/** Lines at zero, and neighbours that rounding has made equal. `first` is the number of the lowest line. */
export function levelRefusals(levels: readonly Ticks[], market: Market, first = 0): Refusal[] {
  return levels.flatMap((ticks, i) => {
    const level = first + i;
    if (ticks <= 0)
      return [{ code: 'PRICE_NOT_POSITIVE', level, message: `Level ${level} rounds to a price of zero.` }];
    if (i === 0 || ticks > levelAt(levels, i - 1)) return [];
    const message = `Levels ${level - 1} and ${level} are equal after rounding to the tick ${market.tickSize}: use fewer levels or a wider range.`;
    return [{ code: 'LEVELS_COLLAPSE', level, field: 'params.levels', message }];
  });
}
