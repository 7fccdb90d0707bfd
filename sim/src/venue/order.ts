import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { SelfTradePrevention, TimeInForce } from '@gridfleet/shared/domain/matching';
import type { Account } from '../account/accounts.js';
import type { SymbolRules } from './rules.js';
import type { Units } from './units.js';

export type OrderSide = 'BUY' | 'SELL';
export type OrderType = 'LIMIT' | 'LIMIT_MAKER' | 'MARKET';
export type OrderStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'EXPIRED_IN_MATCH';

/** Order types in `exchangeInfo`; clients refuse to send others. */
export const ORDER_TYPES: readonly OrderType[] = ['LIMIT', 'LIMIT_MAKER', 'MARKET'];

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
  /** Ticks; 0 for a market order. */
  price: Ticks;
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

/** The asset an order pays with. */
export function lockedAsset(order: Pick<SpotOrder, 'rules' | 'side'>): string {
  return order.side === 'BUY' ? order.rules.quote : order.rules.base;
}
