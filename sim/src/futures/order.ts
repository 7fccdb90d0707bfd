import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { OrderSide, OrderStatus, StpMode } from '../venue/order.js';
import type { Units } from '../venue/units.js';
import type { PositionSide } from './position.js';
import type { FuturesRules } from './rules.js';
import type { Trader } from './trader.js';

export type FuturesTimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTX' | 'GTD';
export type FuturesOrderType = 'LIMIT' | 'MARKET';
export type AlgoOrderType =
  'STOP' | 'TAKE_PROFIT' | 'STOP_MARKET' | 'TAKE_PROFIT_MARKET' | 'TRAILING_STOP_MARKET';

/** Order types in `exchangeInfo`; clients refuse to send others. */
export const FUTURES_ORDER_TYPES: readonly (FuturesOrderType | AlgoOrderType)[] = [
  'LIMIT',
  'MARKET',
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
];
export const FUTURES_TIMES_IN_FORCE: readonly FuturesTimeInForce[] = ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'];

/** A validated request for a new order. */
export interface FuturesTicket {
  rules: FuturesRules;
  side: OrderSide;
  positionSide: PositionSide;
  type: FuturesOrderType;
  timeInForce: FuturesTimeInForce;
  /** Ticks; 0 for a market order. */
  price: Ticks;
  quantity: Steps;
  reduceOnly: boolean;
  clientOrderId: string;
  stpMode: StpMode;
  priceMatch: string;
  /** When a GTD order ends, ms; 0 otherwise. */
  goodTillDate: number;
  /** What a triggered conditional order was; otherwise the type. */
  origType: FuturesOrderType | AlgoOrderType;
  closePosition: boolean;
}

/** One order in the books of the venue. */
export interface FuturesOrder extends FuturesTicket {
  readonly orderId: number;
  readonly trader: Trader;
  executed: Steps;
  /** Quote traded so far. */
  quote: Units;
  status: OrderStatus;
  readonly time: number;
  updateTime: number;
}

/** One trade of one order. */
export interface FuturesFill {
  readonly tradeId: number;
  readonly order: FuturesOrder;
  readonly price: Ticks;
  readonly quantity: Steps;
  readonly quote: Units;
  /** In USDT. */
  readonly commission: Units;
  readonly realised: Units;
  readonly maker: boolean;
  readonly time: number;
}

export function isOpen(order: Pick<FuturesOrder, 'status'>): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

/** Steps with the sign of the position they make: bought above zero. */
export function signed(side: OrderSide, steps: Steps): Steps {
  return side === 'BUY' ? steps : -steps;
}

/** Whether an order may only make its position smaller: by its flag, or by its side in hedge mode. */
export function mayOnlyReduce(order: Pick<FuturesTicket, 'reduceOnly' | 'positionSide' | 'side'>): boolean {
  if (order.positionSide === 'BOTH') return order.reduceOnly;
  return order.side === (order.positionSide === 'LONG' ? 'SELL' : 'BUY');
}
