import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { OrderSide, StpMode } from '../venue/order.js';
import type { Units } from '../venue/units.js';
import type { AlgoOrderType, FuturesOrder, FuturesTimeInForce } from './order.js';
import type { PositionSide } from './position.js';
import type { FuturesRules } from './rules.js';
import type { Trader } from './trader.js';

export type AlgoStatus =
  'NEW' | 'TRIGGERING' | 'TRIGGERED' | 'FINISHED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';
export type WorkingType = 'MARK_PRICE' | 'CONTRACT_PRICE';

/** A validated request for a conditional order. */
export interface AlgoTicket {
  rules: FuturesRules;
  side: OrderSide;
  positionSide: PositionSide;
  type: AlgoOrderType;
  timeInForce: FuturesTimeInForce;
  /** Steps; 0 when it closes the position. */
  quantity: Steps;
  /** Ticks; 0 for the market types. */
  price: Ticks;
  /** Ticks; 0 for a trailing stop. */
  triggerPrice: Ticks;
  workingType: WorkingType;
  priceProtect: boolean;
  closePosition: boolean;
  reduceOnly: boolean;
  /** Trailing stop only: where it starts to follow (0: at once), and how far behind it follows, as a fraction. */
  activationPrice: Ticks;
  callbackRate: Units;
  clientAlgoId: string;
  stpMode: StpMode;
  goodTillDate: number;
}

/** A conditional order: it waits outside the book until its trigger price is reached. */
export interface AlgoOrder extends AlgoTicket {
  readonly algoId: number;
  readonly trader: Trader;
  status: AlgoStatus;
  /** The order it became. */
  order: FuturesOrder | undefined;
  /** Why it was rejected. */
  failure: string;
  readonly createTime: number;
  updateTime: number;
  triggerTime: number;
  /** Trailing stop: the best price seen since it is active, units; undefined before. */
  extreme: Units | undefined;
}

export function isWaiting(order: Pick<AlgoOrder, 'status'>): boolean {
  return order.status === 'NEW';
}
