import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { dec, decStr, type Market, type OrderState, type Side } from '@gridfleet/shared/domain';
import type { OrderReport, VenueFill } from '../venue.js';
import { VenueError } from '../venue-error.js';

/**
 * Binance's own fields, read as text: ccxt's unified numbers are binary floats. What does not fit is an unreadable
 * answer, never an empty one.
 */
export const Text = Type.Union([Type.String(), Type.Number()]);

const RawOrder = Type.Object({
  symbol: Type.String(),
  orderId: Text,
  clientOrderId: Type.String(),
  origClientOrderId: Type.Optional(Type.String()),
  side: Type.String(),
  status: Type.String(),
  price: Type.String(),
  origQty: Type.String(),
  executedQty: Type.String(),
  type: Type.String(),
  time: Type.Optional(Type.Number()),
  transactTime: Type.Optional(Type.Number()),
});

const RawTrade = Type.Object({
  symbol: Type.String(),
  id: Text,
  orderId: Text,
  price: Type.String(),
  qty: Type.String(),
  quoteQty: Type.String(),
  commission: Type.String(),
  commissionAsset: Type.String(),
  time: Type.Number(),
  isBuyer: Type.Boolean(),
  isMaker: Type.Boolean(),
});

const ExecutionReport = Type.Object({
  s: Type.String(),
  c: Type.String(),
  C: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  S: Type.String(),
  o: Type.String(),
  x: Type.String(),
  X: Type.String(),
  r: Type.Optional(Type.String()),
  i: Text,
  p: Type.String(),
  q: Type.String(),
  z: Type.String(),
  l: Type.String(),
  L: Type.String(),
  Y: Type.Optional(Type.String()),
  n: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  N: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  t: Text,
  T: Type.Number(),
  O: Type.Number(),
  m: Type.Boolean(),
});
type ExecutionReport = Static<typeof ExecutionReport>;

const STATES: Readonly<Record<string, OrderState>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'partially-filled',
  FILLED: 'filled',
  CANCELED: 'canceled',
  PENDING_CANCEL: 'open',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
  // Orders by which the exchange closes a position of a contract.
  NEW_INSURANCE: 'open',
  NEW_ADL: 'open',
};

export function unreadable(what: string): VenueError {
  return new VenueError(
    'unavailable',
    'VENUE_ANSWER_UNREADABLE',
    `the venue's ${what} do not have the known form`,
  );
}

/** @throws VenueError when a raw object does not fit */
export function read<T extends TSchema>(schema: T, raw: unknown, what: string): Static<T> {
  if (Value.Check(schema, raw)) return raw;
  throw new VenueError(
    'unavailable',
    'VENUE_ANSWER_UNREADABLE',
    `the venue's ${what} does not have the known form`,
  );
}

export function stateOf(status: string): OrderState {
  const state = STATES[status];
  if (state === undefined) {
    throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', `unknown order status "${status}"`);
  }
  return state;
}

export const sideOf = (side: string): Side => (side === 'BUY' ? 'buy' : 'sell');
export const plain = (text: string): string => decStr(dec(text));
export const priceOf = (type: string, price: string): string | null =>
  type === 'MARKET' ? null : plain(price);

/** An order as REST answers it. A cancel's answer carries the cancel's own client id and ours as the original. */
export function orderFromRest(raw: unknown, market: string): OrderReport {
  const order = read(RawOrder, raw, 'order');
  const original = order.origClientOrderId ?? '';
  return {
    market,
    clientOrderId: original === '' ? order.clientOrderId : original,
    exchangeOrderId: String(order.orderId),
    side: sideOf(order.side),
    state: stateOf(order.status),
    price: priceOf(order.type, order.price),
    quantity: plain(order.origQty),
    filledQuantity: plain(order.executedQty),
    createdAt: order.time ?? order.transactTime ?? null,
    fill: null,
    refusal: null,
  };
}

export function tradeFromRest(raw: unknown, market: string): VenueFill {
  const trade = read(RawTrade, raw, 'trade');
  return {
    market,
    exchangeOrderId: String(trade.orderId),
    side: trade.isBuyer ? 'buy' : 'sell',
    tradeId: String(trade.id),
    price: plain(trade.price),
    quantity: plain(trade.qty),
    quoteQuantity: plain(trade.quoteQty),
    fee: plain(trade.commission),
    feeAsset: trade.commissionAsset,
    maker: trade.isMaker,
    time: trade.time,
  };
}

function fillOf(event: ExecutionReport, market: string): VenueFill | null {
  if (event.x !== 'TRADE') return null;
  return {
    market,
    exchangeOrderId: String(event.i),
    side: sideOf(event.S),
    tradeId: String(event.t),
    price: plain(event.L),
    quantity: plain(event.l),
    quoteQuantity: event.Y === undefined ? decStr(dec(event.L).times(dec(event.l))) : plain(event.Y),
    fee: plain(event.n ?? '0'),
    feeAsset: event.N ?? '',
    maker: event.m,
    time: event.T,
  };
}

/** A private stream event. For a cancel `c` is the cancel's id and `C` the order's. */
export function orderFromStream(raw: unknown, market: string): OrderReport {
  const event = read(ExecutionReport, raw, 'execution report');
  const original = event.C ?? '';
  const state = stateOf(event.X);
  return {
    market,
    clientOrderId: original === '' ? event.c : original,
    exchangeOrderId: String(event.i),
    side: sideOf(event.S),
    state,
    price: priceOf(event.o, event.p),
    quantity: plain(event.q),
    filledQuantity: plain(event.z),
    createdAt: event.O,
    fill: fillOf(event, market),
    refusal:
      state === 'rejected' || event.X === 'EXPIRED_IN_MATCH'
        ? {
            code: event.X === 'EXPIRED_IN_MATCH' ? 'SELF_TRADE_PREVENTED' : 'ORDER_REJECTED',
            message: `The exchange ended the order: ${event.X}${event.r === undefined || event.r === 'NONE' ? '' : ` (${event.r})`}.`,
          }
        : null,
  };
}

const Filter = Type.Object({ filterType: Type.String() });
const RawMarket = Type.Object({
  status: Type.String(),
  baseAsset: Type.String(),
  quoteAsset: Type.String(),
  filters: Type.Array(Filter),
});

function filterField(filters: readonly unknown[], types: readonly string[], field: string): string | null {
  for (const filter of filters) {
    const entry = filter as Record<string, unknown>;
    const value = entry[field];
    if (types.includes(String(entry.filterType)) && typeof value === 'string') return plain(value);
  }
  return null;
}

/** Trading rules from exchangeInfo's filters. @throws VenueError when a rule the platform trades by is missing. */
export function marketFromRest(raw: unknown, symbol: string): Market {
  return marketOf(raw, symbol, 'spot', 'minNotional');
}

/** @param minNotional name of the field that has it: it differs between the APIs */
export function marketOf(raw: unknown, symbol: string, type: Market['type'], minNotional: string): Market {
  const info = read(RawMarket, raw, 'market');
  const need = (types: readonly string[], field: string): string => {
    const value = filterField(info.filters, types, field);
    if (value !== null) return value;
    throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', `${symbol} comes without ${field}`);
  };
  return {
    symbol,
    type,
    base: info.baseAsset,
    quote: info.quoteAsset,
    tickSize: need(['PRICE_FILTER'], 'tickSize'),
    stepSize: need(['LOT_SIZE'], 'stepSize'),
    minQuantity: need(['LOT_SIZE'], 'minQty'),
    maxQuantity: need(['LOT_SIZE'], 'maxQty'),
    minNotional: need(['NOTIONAL', 'MIN_NOTIONAL'], minNotional),
    active: info.status === 'TRADING',
  };
}
