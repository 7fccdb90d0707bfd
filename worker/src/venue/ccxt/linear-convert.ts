import { Type, type Static } from 'typebox';
import { dec, decStr, type Market, type PositionSide } from '@gridfleet/shared/domain';
import type { OrderReport, VenueFill } from '../venue.js';
import type { FundingPayment, OrderOrigin, StopReport, StopState, VenuePosition } from '../venue-futures.js';
import { marketOf, plain, priceOf, read, sideOf, stateOf, Text } from './binance-convert.js';

// Raw fields of Binance's USDT-M API, read as text like those of spot.

const RawOrder = Type.Object({
  symbol: Type.String(),
  orderId: Text,
  clientOrderId: Type.String(),
  side: Type.String(),
  status: Type.String(),
  price: Type.String(),
  origQty: Type.String(),
  executedQty: Type.String(),
  type: Type.String(),
  time: Type.Optional(Type.Number()),
});

const RawTrade = Type.Object({
  symbol: Type.String(),
  id: Text,
  orderId: Text,
  side: Type.String(),
  price: Type.String(),
  qty: Type.String(),
  quoteQty: Type.String(),
  commission: Type.String(),
  commissionAsset: Type.String(),
  time: Type.Number(),
  positionSide: Type.String(),
  maker: Type.Boolean(),
});

const OrderTradeUpdate = Type.Object({
  s: Type.String(),
  c: Type.String(),
  S: Type.String(),
  o: Type.String(),
  f: Type.String(),
  x: Type.String(),
  X: Type.String(),
  i: Text,
  p: Type.String(),
  q: Type.String(),
  z: Type.String(),
  l: Type.String(),
  L: Type.String(),
  n: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  N: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  t: Text,
  T: Type.Number(),
  m: Type.Boolean(),
  ps: Type.String(),
});
type OrderTradeUpdate = Static<typeof OrderTradeUpdate>;

const RawPosition = Type.Object({
  symbol: Type.String(),
  positionSide: Type.String(),
  positionAmt: Type.String(),
  entryPrice: Type.String(),
  markPrice: Type.String(),
  unRealizedProfit: Type.String(),
  liquidationPrice: Type.String(),
  isolatedMargin: Type.String(),
  initialMargin: Type.String(),
});

const RawIncome = Type.Object({
  income: Type.String(),
  asset: Type.String(),
  time: Type.Number(),
  tranId: Text,
});

const RawStop = Type.Object({
  algoId: Text,
  clientAlgoId: Type.String(),
  side: Type.String(),
  positionSide: Type.String(),
  algoStatus: Type.String(),
  triggerPrice: Type.String(),
  quantity: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  closePosition: Type.Optional(Type.Boolean()),
  actualOrderId: Type.Optional(Type.Union([Text, Type.Null()])),
});

const SIDES: Readonly<Record<string, PositionSide>> = { BOTH: 'net', LONG: 'long', SHORT: 'short' };

export function positionSideOf(side: string): PositionSide {
  return SIDES[side] ?? 'net';
}

export function positionSideText(side: PositionSide): 'BOTH' | 'LONG' | 'SHORT' {
  return side === 'net' ? 'BOTH' : side === 'long' ? 'LONG' : 'SHORT';
}

export function contractFromRest(raw: unknown, symbol: string): Market {
  return marketOf(raw, symbol, 'linear', 'notional');
}

export function linearOrder(raw: unknown, market: string): OrderReport {
  const order = read(RawOrder, raw, 'order');
  return {
    market,
    clientOrderId: order.clientOrderId,
    exchangeOrderId: String(order.orderId),
    side: sideOf(order.side),
    state: stateOf(order.status),
    price: priceOf(order.type, order.price),
    quantity: plain(order.origQty),
    filledQuantity: plain(order.executedQty),
    createdAt: order.time ?? null,
    fill: null,
    refusal: null,
  };
}

export function linearTrade(raw: unknown, market: string): VenueFill {
  const trade = read(RawTrade, raw, 'trade');
  return {
    market,
    exchangeOrderId: String(trade.orderId),
    side: sideOf(trade.side),
    positionSide: positionSideOf(trade.positionSide),
    tradeId: String(trade.id),
    price: plain(trade.price),
    quantity: plain(trade.qty),
    quoteQuantity: plain(trade.quoteQty),
    fee: plain(trade.commission),
    feeAsset: trade.commissionAsset,
    maker: trade.maker,
    time: trade.time,
  };
}

function fillOf(event: OrderTradeUpdate, market: string): VenueFill | null {
  // CALCULATED: the exchange's own order of a liquidation.
  if (event.x !== 'TRADE' && event.x !== 'CALCULATED') return null;
  if (dec(event.l).isZero()) return null;
  return {
    market,
    exchangeOrderId: String(event.i),
    side: sideOf(event.S),
    positionSide: positionSideOf(event.ps),
    tradeId: String(event.t),
    price: plain(event.L),
    quantity: plain(event.l),
    quoteQuantity: decStr(dec(event.L).times(dec(event.l))),
    fee: plain(event.n ?? '0'),
    feeAsset: event.N ?? '',
    maker: event.m,
    time: event.T,
  };
}

/** An `ORDER_TRADE_UPDATE`. It does not say when the order came to be. */
export function linearOrderEvent(message: unknown, market: string): OrderReport {
  const event = read(OrderTradeUpdate, (message as { o?: unknown }).o, 'order event');
  const state = stateOf(event.X);
  return {
    market,
    clientOrderId: event.c,
    exchangeOrderId: String(event.i),
    side: sideOf(event.S),
    state,
    price: priceOf(event.o, event.p),
    quantity: plain(event.q),
    filledQuantity: plain(event.z),
    createdAt: null,
    fill: fillOf(event, market),
    refusal: refusalOf(event),
  };
}

function refusalOf(event: OrderTradeUpdate): OrderReport['refusal'] {
  if (event.X === 'EXPIRED_IN_MATCH') {
    return { code: 'SELF_TRADE_PREVENTED', message: `The exchange ended the order: ${event.X}.` };
  }
  if (event.X === 'EXPIRED' && event.f === 'GTX' && dec(event.z).isZero()) {
    return { code: 'WOULD_CROSS', message: 'The exchange ended a post-only order that would have traded.' };
  }
  if (event.X !== 'REJECTED') return null;
  return { code: 'ORDER_REJECTED', message: `The exchange ended the order: ${event.X}.` };
}

export function positionFromRest(raw: unknown, market: string): VenuePosition {
  const row = read(RawPosition, raw, 'position');
  const isolated = dec(row.isolatedMargin);
  const liquidation = dec(row.liquidationPrice);
  return {
    market,
    positionSide: positionSideOf(row.positionSide),
    amount: plain(row.positionAmt),
    entryPrice: plain(row.entryPrice),
    markPrice: plain(row.markPrice),
    // Zero or less: no price can liquidate it.
    liquidationPrice: liquidation.gt(0) ? decStr(liquidation) : null,
    margin: isolated.isZero() ? plain(row.initialMargin) : decStr(isolated),
    unrealized: plain(row.unRealizedProfit),
  };
}

export function fundingFromRest(raw: unknown, market: string): FundingPayment {
  const row = read(RawIncome, raw, 'income');
  return { id: String(row.tranId), market, amount: plain(row.income), asset: row.asset, time: row.time };
}

/** The exchange's own orders carry these client ids (order update event of its documentation). */
export function originFromId(clientOrderId: string): OrderOrigin {
  if (clientOrderId.startsWith('autoclose-')) return { by: 'liquidation', clientOrderId };
  if (clientOrderId.startsWith('adl_autoclose')) return { by: 'auto-deleveraging', clientOrderId };
  if (/^(settlement_autoclose-|delivery_autoclose-)/.test(clientOrderId))
    return { by: 'settlement', clientOrderId };
  return { by: 'account', clientOrderId };
}

const STOP_STATES: Readonly<Record<string, StopState>> = {
  NEW: 'waiting',
  TRIGGERING: 'triggered',
  TRIGGERED: 'triggered',
  FINISHED: 'triggered',
};

export function stopFromRest(raw: unknown, market: string): StopReport {
  const row = read(RawStop, raw, 'conditional order');
  const orderId = String(row.actualOrderId ?? '');
  return {
    market,
    clientOrderId: row.clientAlgoId,
    exchangeStopId: String(row.algoId),
    side: sideOf(row.side),
    positionSide: positionSideOf(row.positionSide),
    triggerPrice: plain(row.triggerPrice),
    quantity: row.closePosition === true || row.quantity == null ? null : plain(row.quantity),
    state: STOP_STATES[row.algoStatus] ?? 'ended',
    orderId: orderId === '' ? null : orderId,
  };
}
