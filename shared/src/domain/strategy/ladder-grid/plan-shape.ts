import { dec } from '../../numbers/decimal.js';
import type { LegContext } from '../kind.js';
import type { Refusal } from '../plan.js';
import type { LadderGridParams } from './params.js';

/** Orders per symbol that Binance accepts (MAX_NUM_ORDERS); each slot has at most one. */
const MAX_OPEN_ORDERS = 200;

function percentRefusals(params: LadderGridParams): Refusal[] {
  const refusals: Refusal[] = [];
  const positive = { openDeviation: 'opening step', closeDeviation: 'take-profit' } as const;
  for (const [field, name] of Object.entries(positive) as [keyof typeof positive, string][]) {
    if (dec(params[field]).gt(0)) continue;
    const message = `The ${name} must be above zero percent.`;
    refusals.push({ code: 'DEVIATION_NOT_POSITIVE', field: `params.${field}`, message });
  }
  const { stopLoss } = params;
  if (stopLoss !== undefined && (dec(stopLoss).lte(0) || dec(stopLoss).gte(100)))
    refusals.push({
      code: 'STOP_LOSS_OUT_OF_RANGE',
      field: 'params.stopLoss',
      message: 'The stop loss must be above 0 and below 100 percent.',
    });
  if (params.side !== 'long' && dec(params.closeDeviation).gte(100))
    refusals.push({
      code: 'PRICE_NOT_POSITIVE',
      field: 'params.closeDeviation',
      message: 'A short cannot be bought back 100 percent lower.',
    });
  return refusals;
}

/** Refusals that make every further figure meaningless, or that need no figure. */
export function shapeRefusals(params: LadderGridParams, leg: LegContext): Refusal[] {
  const { market } = leg;
  const refusals = percentRefusals(params);
  const deepest = dec(params.openDeviation).times(params.levels);
  // The lowest long slot has to be worth at least one tick.
  const lowest = dec('100').minus(deepest).times(leg.bid).div(100);
  if (params.side !== 'short' && lowest.lt(1))
    refusals.push({
      code: 'PRICE_NOT_POSITIVE',
      field: 'params.levels',
      message: `Slot ${params.levels} lies ${deepest.toFixed()} % below the market, which is no price: use fewer levels or a smaller step.`,
    });
  if (dec(params.quantity.value).lte(0))
    refusals.push({
      code: 'QUANTITY_NOT_POSITIVE',
      field: 'params.quantity.value',
      message: 'The quantity must be above zero.',
    });
  if (params.side !== 'long' && market.type === 'spot')
    refusals.push({
      code: 'SHORT_NEEDS_FUTURES',
      field: 'params.side',
      message: `${market.symbol} is a spot market: only the long side can be traded there.`,
    });
  const orders = params.levels * (params.side === 'both' ? 2 : 1);
  if (orders > MAX_OPEN_ORDERS)
    refusals.push({
      code: 'TOO_MANY_ORDERS',
      field: 'params.levels',
      message: `${orders} orders are more than the ${MAX_OPEN_ORDERS} the venue accepts in one market.`,
    });
  if (!market.active)
    refusals.push({
      code: 'MARKET_INACTIVE',
      message: `${market.symbol} is not open for trading at the venue.`,
    });
  return refusals;
}
