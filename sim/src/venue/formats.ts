import { isConditional, type Fill, type SpotOrder } from './order.js';
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
    stopPrice: priceText(order.rules, order.stopPrice),
    icebergQty: NO_AMOUNT,
    time: order.time,
    updateTime: order.updateTime,
    isWorking: order.workingTime >= 0,
    workingTime: order.workingTime,
    selfTradePreventionMode: order.stpMode,
  };
}

/** Shown for conditional orders only, except where `orderJson` shows it for all. */
function stopOf({ type, rules, stopPrice }: SpotOrder): Json {
  return isConditional(type) ? { stopPrice: priceText(rules, stopPrice) } : {};
}

export type ResponseType = 'ACK' | 'RESULT' | 'FULL';

/** The answer to a new order. */
export function newOrderJson(order: SpotOrder, fills: readonly Fill[], type: ResponseType): Json {
  const { rules } = order;
  if (type === 'ACK') {
    return {
      symbol: rules.symbol,
      orderId: order.orderId,
      orderListId: -1,
      clientOrderId: order.clientOrderId,
      transactTime: order.time,
    };
  }
  // Written out, because nothing is answered as often. What is undefined is left out of the text.
  return {
    symbol: rules.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.time,
    price: priceText(rules, order.price),
    origQty: quantityText(rules, order.quantity),
    executedQty: quantityText(rules, order.executed),
    origQuoteOrderQty: unitsText(order.quoteOrderQty),
    cummulativeQuoteQty: unitsText(order.quote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side,
    stopPrice: isConditional(order.type) ? priceText(rules, order.stopPrice) : undefined,
    workingTime: order.workingTime,
    selfTradePreventionMode: order.stpMode,
    fills: type === 'FULL' ? fills.map(fillOfOrderJson) : undefined,
  };
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
    ...stopOf(order),
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
