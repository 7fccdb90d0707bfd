import type { Market as CcxtMarket, Order, Trade } from 'ccxt';
import { dec, decStr, type DecimalString, type Market, type OrderState } from '@gridfleet/shared/domain';
import type { OrderReport, VenueFill } from '../../venue.js';
import { VenueError } from '../../venue-error.js';

const DECIMAL_PLACES = 2;
const TICK_SIZE = 4;
/** Where a venue names no limit. */
const NO_MAXIMUM = '9000000000';

function unreadable(what: string): VenueError {
  return new VenueError(
    'unavailable',
    'VENUE_ANSWER_UNREADABLE',
    `the venue's ${what} is missing or unreadable`,
  );
}

/** A number as ccxt hands it on when it is told to leave texts alone. */
export function textOf(value: unknown, what: string): DecimalString {
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') throw unreadable(what);
  try {
    return decStr(dec(String(value)));
  } catch (error) {
    throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', `${what} is no number`, { cause: error });
  }
}

function optional(value: unknown): DecimalString | null {
  return value === undefined || value === null || value === '' ? null : textOf(value, 'amount');
}

/** Base in one contract; 1 on spot. */
export function contractSize(market: CcxtMarket): DecimalString {
  return market?.contract === true ? textOf(market.contractSize, 'contract size') : '1';
}

function increment(precision: unknown, mode: number, what: string): DecimalString {
  const text = textOf(precision, what);
  if (mode === TICK_SIZE) return text;
  if (mode === DECIMAL_PLACES) return decStr(dec('10').pow(-Number(text)));
  throw unreadable(what);
}

/** Trading rules; null for markets the platform does not trade. */
export function unifiedMarket(market: NonNullable<CcxtMarket>, precisionMode: number): Market | null {
  const isSpot = market.spot === true;
  const isLinear = market.swap === true && market.linear === true && market.settle === market.quote;
  if (!isSpot && !isLinear) return null;
  const size = contractSize(market);
  const inBase = (amount: DecimalString): DecimalString => decStr(dec(amount).times(size));
  const step = inBase(increment(market.precision.amount, precisionMode, 'quantity step'));
  const least = optional(market.limits.amount?.min);
  const most = optional(market.limits.amount?.max);
  return {
    symbol: market.symbol,
    type: isSpot ? 'spot' : 'linear',
    base: market.base,
    quote: market.quote,
    tickSize: increment(market.precision.price, precisionMode, 'price tick'),
    stepSize: step,
    minQuantity: least === null || dec(least).isZero() ? step : inBase(least),
    maxQuantity: most === null || dec(most).isZero() ? NO_MAXIMUM : inBase(most),
    minNotional: optional(market.limits.cost?.min) ?? '0',
    active: market.active !== false,
  };
}

const STATES: Readonly<Record<string, OrderState>> = {
  open: 'open',
  closed: 'filled',
  canceled: 'canceled',
  canceling: 'open',
  expired: 'expired',
  rejected: 'rejected',
};

/** @param size base in one contract */
export function unifiedOrder(order: Order, market: string, size: DecimalString): OrderReport {
  const inBase = (amount: unknown, what: string): DecimalString =>
    decStr(dec(textOf(amount, what)).times(size));
  const quantity = inBase(order.amount, 'order quantity');
  const filled = order.filled === undefined ? '0' : inBase(order.filled, 'filled quantity');
  const known = STATES[String(order.status)];
  if (known === undefined) throw unreadable('order status');
  const isPart = dec(filled).gt(0) && dec(filled).lt(quantity);
  const state =
    known === 'filled' && isPart ? 'canceled' : known === 'open' && isPart ? 'partially-filled' : known;
  const price = optional(order.price);
  return {
    market,
    clientOrderId: order.clientOrderId ?? '',
    exchangeOrderId: textId(order.id),
    side: order.side === 'buy' ? 'buy' : 'sell',
    state,
    price: order.type === 'market' || price === null || dec(price).isZero() ? null : price,
    quantity,
    filledQuantity: filled,
    createdAt: order.timestamp === undefined ? null : order.timestamp,
    fill: null,
    refusal: null,
  };
}

function textId(id: unknown): string {
  if (typeof id !== 'string' || id === '') throw unreadable('order id');
  return id;
}

export function unifiedTrade(trade: Trade, market: string, size: DecimalString): VenueFill {
  const quantity = decStr(dec(textOf(trade.amount, 'trade quantity')).times(size));
  const price = textOf(trade.price, 'trade price');
  const { fee } = trade;
  return {
    market,
    exchangeOrderId: textId(trade.order),
    side: trade.side === 'buy' ? 'buy' : 'sell',
    tradeId: textId(trade.id),
    price,
    quantity,
    quoteQuantity: decStr(dec(price).times(quantity)),
    // A trade whose fee is not told must not count as free.
    fee: textOf(fee?.cost, 'fee of a trade'),
    feeAsset: fee?.currency ?? '',
    maker: trade.takerOrMaker === 'maker',
    time: Number(trade.timestamp),
  };
}
