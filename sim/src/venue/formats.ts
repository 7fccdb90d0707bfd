import type { Fill, SpotOrder } from './order.js';
import { priceText, quantityText } from './rules.js';
import { unitsText } from './units.js';

type Json = Record<string, unknown>;

const NO_AMOUNT = unitsText(0n);

/** The fields that every answer about an order has. */
function orderCore(order: SpotOrder): Json {
  return {
    price: priceText(order.rules, order.price),
    origQty: quantityText(order.rules, order.quantity),
    executedQty: quantityText(order.rules, order.executed),
    origQuoteOrderQty: unitsText(order.quoteOrderQty),
    cummulativeQuoteQty: unitsText(order.quote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
  };
}

/** An order as `GET order`, `openOrders` and `allOrders` show it. */
export function orderJson(order: SpotOrder): Json {
  return {
    symbol: order.rules.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    ...orderCore(order),
    stopPrice: NO_AMOUNT,
    icebergQty: NO_AMOUNT,
    time: order.time,
    updateTime: order.updateTime,
    isWorking: true,
    workingTime: order.time,
    selfTradePreventionMode: order.stpMode,
  };
}

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';

/** The answer to a new order. */
export function newOrderJson(order: SpotOrder, fills: readonly Fill[], type: ResponseType): Json {
  const ack = {
    symbol: order.rules.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.time,
  };
  if (type === 'ACK') return ack;
  const result = {
    ...ack,
    ...orderCore(order),
    workingTime: order.time,
    selfTradePreventionMode: order.stpMode,
  };
  return type === 'RESULT' ? result : { ...result, fills: fills.map(fillOfOrderJson) };
}

/** The answer to a cancel: `clientOrderId` is the cancel's own id, the order's is `origClientOrderId`. */
export function canceledJson(order: SpotOrder, cancelId: string): Json {
  return {
    symbol: order.rules.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updateTime,
    ...orderCore(order),
    selfTradePreventionMode: order.stpMode,
  };
}

function fillOfOrderJson(fill: Fill): Json {
  const { rules } = fill.order;
  return {
    price: priceText(rules, fill.price),
    qty: quantityText(rules, fill.quantity),
    commission: unitsText(fill.commission),
    commissionAsset: fill.commissionAsset,
    tradeId: fill.tradeId,
  };
}

/** A fill as `myTrades` shows it. */
export function myTradeJson(fill: Fill): Json {
  const { order } = fill;
  return {
    symbol: order.rules.symbol,
    id: fill.tradeId,
    orderId: order.orderId,
    orderListId: -1,
    price: priceText(order.rules, fill.price),
    qty: quantityText(order.rules, fill.quantity),
    quoteQty: unitsText(fill.quote),
    commission: unitsText(fill.commission),
    commissionAsset: fill.commissionAsset,
    time: fill.time,
    isBuyer: order.side === 'BUY',
    isMaker: fill.maker,
    isBestMatch: true,
  };
}
