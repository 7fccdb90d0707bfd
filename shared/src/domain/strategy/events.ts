import type { DecimalString } from '../numbers/decimal.js';
import type { Steps, Ticks } from '../market/market.js';
import type {
  Fill,
  OrderState,
  OrderType,
  PositionSide,
  Side,
  SlotKey,
  TimeInForce,
} from '../order/order.js';

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
  /** A gate held it back: before this moment (ms) trying again is useless, from then on it is worth it. */
  retryAt?: number;
}

/** Why something is as it is: a stable code for programs, a sentence for people. */
export interface Reason {
  code: string;
  message: string;
}

export type StrategyEvent =
  | { type: 'quote'; leg: number; market: string; bid: Ticks; ask: Ticks }
  | { type: 'order'; update: OrderUpdate }
  /**
   * One complete look at the venue that a `look` asked for and that began at `at` (ms); its trades and order states came
   * before it. `base` and `quote`: what the account has beside what others' orders hold, null where nothing limits it.
   * `position`: what the venue says is held in this market, null where it does not say (spot).
   */
  | {
      type: 'account';
      leg: number;
      market: string;
      at: number;
      base: DecimalString | null;
      quote: DecimalString | null;
      position: DecimalString | null;
    }
  /** What refused orders with these codes has changed: whatever waits for a retry is tried now. */
  | { type: 'retry'; codes: readonly string[] }
  /** Time has passed; comes about once a second. */
  | { type: 'timer'; name: 'tick' }
  /** Funding of a perpetual position; negative when the strategy paid. Each payment comes once. */
  | { type: 'funding'; leg: number; market: string; positionSide: PositionSide; amount: DecimalString }
  /** `pause`: no new orders from now on. `resume`: every slot gets its order again. */
  | { type: 'lifecycle'; action: 'pause' | 'resume' }
  /** End as `stop` says, for `reason` when it was nobody's wish; the machine says `finish` when that is done. */
  | { type: 'lifecycle'; action: 'stop'; stop: StopOption; reason?: Reason };

/**
 * How a strategy ends.
 * - `keep`: orders stay at the exchange
 * - `cancel`: orders are cancelled, the inventory stays and a later start goes on with it
 * - `sell`: orders are cancelled, then what is held is closed (a short is bought back)
 * - `buy`: orders are cancelled, then the quote the strategy has not used buys base
 */
export type StopOption = 'keep' | 'cancel' | 'sell' | 'buy';

/** What a strategy that has ended leaves: orders, inventory, or nothing but a rest too small to sell. */
export type FinishOutcome = 'orders-kept' | 'holding' | 'flat';

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
  | { type: 'cycle'; key: SlotKey; cycle: CompletedCycle }
  /** Look at the venue's orders, trades and balances now; the answer is an `account` event. Asking twice does no harm. */
  | { type: 'look'; leg: number }
  /** Something a person has to know at once; stored and published with the step. */
  | { type: 'alert'; reason: Reason }
  /** The strategy has ended by itself or as asked: its run is over, stored with this step. */
  | { type: 'finish'; reason: Reason; outcome: FinishOutcome };

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
  /** What the machine need not see before something else happens; absent: it wants to see everything. */
  wake?: Wake;
}

/**
 * Promise of a machine: until its next other event, quotes inside their band and timers, both before `timerAt`, would
 * change nothing it stores and cause no command. Valid for the state it came with. Who keeps quotes from a machine shows
 * it the newest of them before the next event of another type: what it does then may depend on the price.
 */
export interface Wake {
  bands: readonly WakeBand[];
  /** Ms since epoch; null when timers do nothing at all. */
  timerAt: number | null;
}

/** A quote with bid > lower and ask < upper changes nothing; null is no bound on that side. */
export interface WakeBand {
  leg: number;
  market: string;
  lower: Ticks | null;
  upper: Ticks | null;
}

/** Whether a quote lies inside the band of its market, so that the machine need not see it. */
export function isAsleep(
  wake: Wake | undefined,
  leg: number,
  market: string,
  bid: Ticks,
  ask: Ticks,
): boolean {
  if (wake === undefined) return false;
  // Asked for each run with each quote: a loop makes nothing that must be collected.
  for (const band of wake.bands) {
    if (band.leg !== leg || band.market !== market) continue;
    return (band.lower === null || bid > band.lower) && (band.upper === null || ask < band.upper);
  }
  return false;
}
