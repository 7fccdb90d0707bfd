import type { DepositEvent } from '../venue/events.js';
import type { Fill, OrderSide, OrderStatus, OrderType, SpotOrder, StpMode } from '../venue/order.js';
import { priceText, quantityText } from '../venue/rules.js';
import { unitsText } from '../venue/units.js';

/** Money that came from outside, or went there when below zero. Amounts in all records are decimal texts with 8 places. */
export interface DepositRecord {
  apiKey: string;
  asset: string;
  amount: string;
  /** Whether the account was opened with it. */
  opening: boolean;
  time: number;
}

export interface OrderRecord {
  apiKey: string;
  orderId: number;
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  type: OrderType;
  timeInForce: 'GTC' | 'IOC' | 'FOK';
  stpMode: StpMode;
  price: string;
  stopPrice: string;
  quantity: string;
  quoteOrderQty: string;
  executedQuantity: string;
  executedQuote: string;
  status: OrderStatus;
  time: number;
  updateTime: number;
  /** -1 while a conditional order waits for its stop price. */
  workingTime: number;
}

export interface FillRecord {
  apiKey: string;
  tradeId: number;
  orderId: number;
  clientOrderId: string;
  symbol: string;
  side: OrderSide;
  price: string;
  quantity: string;
  quote: string;
  commission: string;
  commissionAsset: string;
  maker: boolean;
  time: number;
}

export function depositRecord({ account, asset, amount, opening, time }: DepositEvent): DepositRecord {
  return { apiKey: account.apiKey, asset, amount: unitsText(amount), opening, time };
}

export function orderRecord(order: SpotOrder): OrderRecord {
  const { rules } = order;
  return {
    apiKey: order.account.apiKey,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: rules.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    stpMode: order.stpMode,
    price: priceText(rules, order.price),
    stopPrice: priceText(rules, order.stopPrice),
    quantity: quantityText(rules, order.quantity),
    quoteOrderQty: unitsText(order.quoteOrderQty),
    executedQuantity: quantityText(rules, order.executed),
    executedQuote: unitsText(order.quote),
    status: order.status,
    time: order.time,
    updateTime: order.updateTime,
    workingTime: order.workingTime,
  };
}

export function fillRecord(fill: Fill): FillRecord {
  const { order } = fill;
  return {
    apiKey: order.account.apiKey,
    tradeId: fill.tradeId,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.rules.symbol,
    side: order.side,
    price: priceText(order.rules, fill.price),
    quantity: quantityText(order.rules, fill.quantity),
    quote: unitsText(fill.quote),
    commission: unitsText(fill.commission),
    commissionAsset: fill.commissionAsset,
    maker: fill.maker,
    time: fill.time,
  };
}
