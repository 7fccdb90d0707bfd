import { dec, decStr } from '../../numbers/decimal.js';
import { notional, sizeRefusal, toSteps, toTicks, type Steps, type Ticks } from '../../market/market.js';
import { fundsRefusals } from '../common/funds.js';
import type { LegContext } from '../kind.js';
import type { Plan, Refusal } from '../plan.js';
import type { SingleOrderParams } from './params.js';

/** The order in the market's units; the price is null for a market order. */
export interface OrderUnits {
  price: Ticks | null;
  quantity: Steps;
}

export function unitsOf(params: SingleOrderParams, { market }: LegContext): OrderUnits {
  const price = params.type === 'limit' ? toTicks(market, params.price ?? '0', 'down') : null;
  return { price, quantity: toSteps(market, params.quantity, 'down') };
}

function refusalsOf(params: SingleOrderParams, leg: LegContext): Refusal[] {
  const { market } = leg;
  const refusals: Refusal[] = [];
  const refuse = (code: string, field: string, message: string): void => {
    refusals.push({ code, field: `params.${field}`, message });
  };
  if (!market.active)
    refusals.push({
      code: 'MARKET_INACTIVE',
      message: `${market.symbol} is not open for trading at the venue.`,
    });
  if (params.type === 'limit' && (params.price === undefined || dec(params.price).isZero()))
    refuse('PRICE_MISSING', 'price', 'A limit order needs a price above zero.');
  if (params.type === 'market' && params.price !== undefined)
    refuse('PRICE_UNUSED', 'price', 'A market order has no price.');
  if (params.type === 'market' && params.postOnly)
    refuse('POST_ONLY_MARKET', 'postOnly', 'A market order cannot be post-only.');
  if (params.postOnly && params.timeInForce !== 'GTC')
    refuse('POST_ONLY_IMMEDIATE', 'timeInForce', 'A post-only order must rest: use GTC.');
  if (params.reduceOnly && market.type === 'spot')
    refuse('REDUCE_ONLY_SPOT', 'reduceOnly', 'Reduce-only exists for contracts.');
  if (params.price !== undefined && !dec(params.price).mod(market.tickSize).isZero())
    refuse('PRICE_OFF_TICK', 'price', `The price must be a multiple of ${market.tickSize}.`);
  if (!dec(params.quantity).mod(market.stepSize).isZero())
    refuse('QUANTITY_OFF_STEP', 'quantity', `The quantity must be a multiple of ${market.stepSize}.`);
  return refusals;
}

/** Preview and gate of one order: the venue's filters, and the funds it needs. */
export function planSingleOrder(params: SingleOrderParams, leg: LegContext): Plan {
  const { market } = leg;
  const nothing = {
    requirements: [],
    initialPurchase: '0',
    cycle: null,
    breakEvenRatio: null,
    worstCase: null,
  };
  const refusals = refusalsOf(params, leg);
  if (refusals.length > 0) return { levels: [], ...nothing, refusals };
  const { price, quantity } = unitsOf(params, leg);
  const judged = price ?? (params.side === 'buy' ? leg.ask : leg.bid);
  const size = sizeRefusal(market, judged, quantity);
  if (size !== null) {
    const message = `${params.quantity} ${market.base} cannot be ordered (${size}).`;
    return { levels: [], ...nothing, refusals: [{ code: size, field: 'params.quantity', message }] };
  }
  const cost = decStr(notional(market, judged, quantity));
  const [asset, amount] = params.side === 'buy' ? [market.quote, cost] : [market.base, params.quantity];
  const requirements = market.type === 'spot' ? [{ leg: leg.leg, asset, amount }] : [];
  const shown = decStr(dec(market.tickSize).times(judged));
  return {
    levels: [
      {
        cell: 0,
        side: params.side,
        price: shown,
        buyPrice: shown,
        sellPrice: shown,
        quantity: params.quantity,
        reserved: amount,
        reservedAsset: asset,
        holdsBase: false,
      },
    ],
    ...nothing,
    requirements,
    refusals: fundsRefusals(requirements, leg).map((refusal) => ({ ...refusal, field: 'params.quantity' })),
  };
}
