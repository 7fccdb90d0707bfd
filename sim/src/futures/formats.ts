import { priceText, quantityText, quoteUnits } from '../venue/rules.js';
import { plainText, unitsText, type Units } from '../venue/units.js';
import type { AlgoOrder } from './algo-order.js';
import type { FuturesFill, FuturesOrder } from './order.js';
import type { Income } from './events.js';

type Json = Record<string, unknown>;

/** Average price of what an order traded, cut to 8 decimals; 0 before. */
export function averagePrice({
  rules,
  executed,
  quote,
}: Pick<FuturesOrder, 'rules' | 'executed' | 'quote'>): Units {
  return executed === 0 ? 0n : (quote * rules.tick) / quoteUnits(rules, 1, executed);
}

/** An order as answers show it. */
export function futuresOrderJson(order: FuturesOrder): Json {
  const { rules } = order;
  return {
    orderId: order.orderId,
    symbol: rules.symbol,
    status: order.status,
    clientOrderId: order.clientOrderId,
    price: priceText(rules, order.price),
    avgPrice: unitsText(averagePrice(order)),
    origQty: quantityText(rules, order.quantity),
    executedQty: quantityText(rules, order.executed),
    cumQty: quantityText(rules, order.executed),
    cumQuote: unitsText(order.quote),
    timeInForce: order.timeInForce,
    type: order.type,
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side,
    positionSide: order.positionSide,
    stopPrice: priceText(rules, 0),
    workingType: 'CONTRACT_PRICE',
    priceProtect: false,
    origType: order.origType,
    priceMatch: order.priceMatch,
    selfTradePreventionMode: order.stpMode,
    goodTillDate: order.goodTillDate,
    time: order.time,
    updateTime: order.updateTime,
  };
}

/** The answer to a new order: `ACK` (the standard) shows it as it was accepted, `RESULT` as it is after matching. */
export function placedJson(order: FuturesOrder, type: 'ACK' | 'RESULT'): Json {
  const shown: FuturesOrder = type === 'RESULT' ? order : { ...order, status: 'NEW', executed: 0, quote: 0n };
  const { time: _time, ...json } = futuresOrderJson(shown);
  return json;
}

/** A fill as `userTrades` shows it. */
export function userTradeJson({ order, ...fill }: FuturesFill): Json {
  const { rules } = order;
  return {
    symbol: rules.symbol,
    id: fill.tradeId,
    orderId: order.orderId,
    side: order.side,
    price: priceText(rules, fill.price),
    qty: quantityText(rules, fill.quantity),
    realizedPnl: unitsText(fill.realised),
    quoteQty: unitsText(fill.quote),
    commission: unitsText(fill.commission),
    commissionAsset: 'USDT',
    time: fill.time,
    positionSide: order.positionSide,
    buyer: order.side === 'BUY',
    maker: fill.maker,
  };
}

/** A conditional order as answers show it. */
export function algoOrderJson(order: AlgoOrder): Json {
  const { rules, order: child } = order;
  return {
    algoId: order.algoId,
    clientAlgoId: order.clientAlgoId,
    algoType: 'CONDITIONAL',
    orderType: order.type,
    symbol: rules.symbol,
    side: order.side,
    positionSide: order.positionSide,
    timeInForce: order.timeInForce,
    quantity: quantityText(rules, order.quantity),
    algoStatus: order.status,
    actualOrderId: child ? String(child.orderId) : '',
    actualPrice: child ? unitsText(averagePrice(child)) : priceText(rules, 0),
    triggerPrice: priceText(rules, order.triggerPrice),
    price: priceText(rules, order.price),
    icebergQuantity: null,
    ...(order.type === 'TRAILING_STOP_MARKET'
      ? {
          activatePrice: priceText(rules, order.activationPrice),
          callbackRate: plainText(order.callbackRate * 100n),
        }
      : {}),
    selfTradePreventionMode: order.stpMode,
    workingType: order.workingType,
    priceMatch: 'NONE',
    closePosition: order.closePosition,
    priceProtect: order.priceProtect,
    reduceOnly: order.reduceOnly,
    createTime: order.createTime,
    updateTime: order.updateTime,
    triggerTime: order.triggerTime,
    goodTillDate: order.goodTillDate,
  };
}

/** An entry of `income`. */
export function incomeJson(income: Income): Json {
  return {
    symbol: income.symbol,
    incomeType: income.type,
    income: unitsText(income.amount),
    asset: income.asset,
    info: income.type,
    time: income.time,
    tranId: income.tranId,
    tradeId: income.tradeId,
  };
}
