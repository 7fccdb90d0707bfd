import type { DecimalString } from '../numbers/decimal.js';
import type { Side, SlotKey } from '../order/order.js';
import type { Reason } from './events.js';

/**
 * Profit in quote, split so that the parts add up:
 * total = grid + inventoryRealised + inventoryUnrealised + priceImprovement + funding − openFees.
 */
export interface ProfitSplit {
  grid: DecimalString;
  inventoryRealised: DecimalString;
  inventoryUnrealised: DecimalString;
  priceImprovement: DecimalString;
  funding: DecimalString;
  openFees: DecimalString;
  total: DecimalString;
}

export interface LevelView {
  slot: number;
  buyPrice: DecimalString;
  sellPrice: DecimalString;
  side: Side;
  price: DecimalString;
  quantity: DecimalString;
  /** `resting` at the exchange, `in-flight` not yet answered, `frozen` outcome unknown, `waiting` with a reason. */
  state: 'resting' | 'in-flight' | 'frozen' | 'waiting';
  reason: Reason | null;
  cycles: number;
}

/** A stop that is to rest at the exchange as long as the strategy trades: it closes the whole position of its side. */
export interface ExchangeStop {
  /** What its fills are booked to; the slot is the stop's own. */
  key: SlotKey;
  /** Side of the closing order: `sell` for a long, `buy` for a short. */
  side: Side;
  /** Quote; on a tick. */
  price: DecimalString;
}

/** The machine as people see it at the present price. */
export interface StrategyView {
  levels: LevelView[];
  range: 'in-range' | 'above-range' | 'below-range' | null;
  /** Base held by the strategy. */
  position: DecimalString;
  positionCost: DecimalString;
  /** Cells that hold base now. */
  positionCount: number;
  cycles: number;
  profit: ProfitSplit;
  /** A named phase such as "buying initial inventory". */
  phase: string;
  /** Whether it closes its position by itself when the price goes against it. */
  hasStop: boolean;
  /** Perpetuals: the part of that which an exchange can do while the platform is down. Absent: none. */
  stops?: readonly ExchangeStop[];
  /** It is closing everything to end by itself: an edit has to wait for the next start. */
  ending: boolean;
  /** Why the strategy as a whole cannot go on, null when it can. */
  blocked: Reason | null;
}
