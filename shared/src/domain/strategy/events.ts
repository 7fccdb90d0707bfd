import type { DecimalString } from '../numbers/decimal.js';
import type { Steps, Ticks } from '../market/market.js';
import type { Fill, OrderState, OrderType, Side, SlotKey, TimeInForce } from '../order/order.js';

/** What the order path tells a machine about one of its orders; each carries the whole truth, not a difference. */
export interface OrderUpdate {
  key: SlotKey;
  side: Side;
  generation: number;
  state: OrderState;
  price: Ticks | null;
  quantity: Steps;
  filled: Steps;
  /** Fills that were booked with this update, oldest first; a fill appears in exactly one update. */
  fills: readonly Fill[];
  /** Set when the exchange or the order path refused: stable code and sentence. */
  refusal: Reason | null;
}

/** Why something is as it is: a stable code for programs, a sentence for people. */
export interface Reason {
  code: string;
  message: string;
}

export type StrategyEvent =
  | { type: 'quote'; leg: number; market: string; bid: Ticks; ask: Ticks }
  | { type: 'order'; update: OrderUpdate }
  /** Time has passed; comes about once a second. */
  | { type: 'timer'; name: 'tick' }
  /** `pause`: no new orders from now on. `resume`: every slot gets its order again. */
  | { type: 'lifecycle'; action: 'pause' | 'resume' };

export type Command =
  | {
      type: 'place';
      key: SlotKey;
      side: Side;
      generation: number;
      orderType: OrderType;
      timeInForce: TimeInForce;
      postOnly: boolean;
      reduceOnly: boolean;
      /** Null for market orders. */
      price: Ticks | null;
      quantity: Steps;
    }
  | { type: 'cancel'; key: SlotKey; side: Side; generation: number }
  | { type: 'cycle'; key: SlotKey; cycle: CompletedCycle };

/** A filled SELL of a cell, as it enters the books. Prices are the levels', money is quote, exact. */
export interface CompletedCycle {
  /** Generation of the SELL that completed it. */
  generation: number;
  /** 0, or a number of its own when a late fill of that SELL makes another cycle: unique with slot and generation. */
  part: number;
  buyPrice: DecimalString;
  sellPrice: DecimalString;
  quantity: DecimalString;
  gross: DecimalString;
  fees: DecimalString;
  net: DecimalString;
}

/** Result of one step: the new state and what to do, in order. */
export interface Step<S> {
  state: S;
  commands: Command[];
}
