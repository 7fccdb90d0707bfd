import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { SelfTradePrevention, TimeInForce } from '@gridfleet/shared/domain/matching';
import type { Account } from '../account/accounts.js';
import type { SymbolRules } from './rules.js';
import type { Units } from './units.js';

export type OrderSide = 'BUY' | 'SELL';
export type ConditionalType = 'STOP_LOSS' | 'STOP_LOSS_LIMIT' | 'TAKE_PROFIT' | 'TAKE_PROFIT_LIMIT';
export type OrderType = 'LIMIT' | 'LIMIT_MAKER' | 'MARKET' | ConditionalType;
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';

/** Order types in `exchangeInfo`; clients refuse to send others. */
export const ORDER_TYPES: readonly OrderType[] = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];

export const STP_MODES = {
  EXPIRE_MAKER: 'expire-maker',
  EXPIRE_TAKER: 'expire-taker',
  EXPIRE_BOTH: 'expire-both',
  NONE: 'none',
} as const satisfies Record<string, SelfTradePrevention>;
export type StpMode = keyof typeof STP_MODES;

/** A validated request for a new order. */
export interface OrderTicket {
  rules: SymbolRules;
  side: OrderSide;
  type: OrderType;
  timeInForce: TimeInForce;
  /** Ticks; 0 for an order that takes any price. */
  price: Ticks;
  /** Ticks; the last price at which a conditional order goes to the book, 0 for other orders. */
  stopPrice: Ticks;
  /** Steps, or the quote amount to spend or receive. */
  amount: { quantity: Steps } | { quoteOrderQty: Units };
  clientOrderId: string;
  stpMode: StpMode;
}

/** One order in the books of the venue. */
export interface SpotOrder extends Omit<OrderTicket, 'amount'> {
  readonly orderId: number;
  readonly account: Account;
  /** Steps ordered; for an order by quote amount, the steps executed. */
  quantity: Steps;
  readonly quoteOrderQty: Units;
  executed: Steps;
  /** Quote traded so far. */
  quote: Units;
  /** What is locked for the rest of this order, in `lockedAsset`. */
  locked: Units;
  status: OrderStatus;
  /** Exchange time of arrival and of the last change, ms. */
  readonly time: number;
  updateTime: number;
  /** When it went to the book, ms; -1 while its stop price has not been reached. */
  workingTime: number;
}

/** One trade of one order. */
export interface Fill {
  readonly tradeId: number;
  readonly order: SpotOrder;
  readonly price: Ticks;
  readonly quantity: Steps;
  readonly quote: Units;
  readonly commission: Units;
  readonly commissionAsset: string;
  readonly maker: boolean;
  readonly time: number;
}

export function isOpen(order: SpotOrder): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

/** Whether an order is in the book: open, and not waiting for its stop price. */
export function isWorking(order: SpotOrder): boolean {
  return isOpen(order) && order.workingTime >= 0;
}

export function isConditional(type: OrderType): type is ConditionalType {
  return type.startsWith('STOP_LOSS') || type.startsWith('TAKE_PROFIT');
}

/** Whether orders of a type take any price. */
export function isMarketType(type: OrderType): boolean {
  return type === 'MARKET' || type === 'STOP_LOSS' || type === 'TAKE_PROFIT';
}

/** The asset an order pays with. */
export function lockedAsset(order: Pick<SpotOrder, 'rules' | 'side'>): string {
  return order.side === 'BUY' ? order.rules.quote : order.rules.base;
}
