import type { DecimalString, Market, PositionSide, Reason, Side } from '@gridfleet/shared/domain';
import type { SendGuard } from './venue.js';

/** Whether an account holds one position in a contract (`net`), or a long and a short one beside each other. */
export type PositionMode = 'one-way' | 'hedge';
/** What stands behind a position: its own margin, or the whole wallet. */
export type MarginMode = 'isolated' | 'cross';

/** How a contract is traded; nothing of it may change while there is an order or a position. */
export interface ContractSettings {
  leverage: number;
  marginMode: MarginMode;
}

/** A position as the venue reports it. Money in the contract's quote. */
export interface VenuePosition {
  market: string;
  positionSide: PositionSide;
  /** Base; below zero when short. */
  amount: DecimalString;
  entryPrice: DecimalString;
  markPrice: DecimalString;
  /** Null when the venue names none. */
  liquidationPrice: DecimalString | null;
  /** What is held behind the position now. */
  margin: DecimalString;
  unrealized: DecimalString;
}

/** Funding booked for a contract; negative when the account paid. */
export interface FundingPayment {
  /** Unique for the account and the contract. */
  id: string;
  market: string;
  amount: DecimalString;
  asset: string;
  /** Exchange time, ms. */
  time: number;
}

/** How many open orders (conditional ones too) and positions there are, ours and foreign. */
export interface VenueExposure {
  orders: number;
  positions: number;
}

/**
 * Who placed an order of an account: its owner (we, or somebody with a key), or the exchange, which closes positions
 * by liquidation, auto-deleveraging or settlement.
 */
export interface OrderOrigin {
  by: 'account' | 'liquidation' | 'auto-deleveraging' | 'settlement';
  /** Null when the venue does not know the order any more. */
  clientOrderId: string | null;
}

/**
 * An order that sleeps at the exchange until the price reaches its trigger, and then closes at the market. It works
 * while the platform is down.
 */
export interface StopRequest {
  market: Market;
  /** Names of stops are apart from those of orders. */
  clientOrderId: string;
  side: Side;
  positionSide: PositionSide;
  triggerPrice: DecimalString;
  /** Which price triggers it. */
  triggerBy: 'mark' | 'last';
  /** Base, reduce-only; null closes the whole position, whatever its size is then. */
  quantity: DecimalString | null;
}

/**
 * - `waiting`: sleeps at the exchange
 * - `triggered`: its order was or is being placed; `orderId` names it once it is
 * - `ended`: cancelled, expired or refused
 */
export type StopState = 'waiting' | 'triggered' | 'ended';

export interface StopReport {
  market: string;
  clientOrderId: string;
  exchangeStopId: string;
  side: Side;
  positionSide: PositionSide;
  triggerPrice: DecimalString;
  quantity: DecimalString | null;
  state: StopState;
  /** Exchange's id of the order the stop has become, null before. */
  orderId: string | null;
}

/** As `PlaceOutcome` for orders. */
export type StopOutcome =
  | { phase: 'not-sent'; reason: Reason; retryAt?: number }
  | { phase: 'rejected'; reason: Reason }
  | { phase: 'accepted'; report: StopReport }
  | { phase: 'ambiguous'; reason: Reason };

/** As `CancelOutcome` for orders. */
export type StopCancel =
  | { phase: 'canceled' }
  | { phase: 'gone' }
  | { phase: 'not-sent'; reason: Reason }
  | { phase: 'ambiguous'; reason: Reason };

/** What an account on perpetual contracts can do beside placing orders. Every call has a deadline and may be repeated. */
export interface VenueFutures {
  positionMode(): Promise<PositionMode>;
  /** Of the whole account. Setting what is set already succeeds. @throws VenueError MODE_BLOCKED_BY_… */
  setPositionMode(mode: PositionMode): Promise<void>;
  settings(market: string): Promise<ContractSettings>;
  /** Sets what differs. @throws VenueError MODE_BLOCKED_BY_…, LEVERAGE_LIMIT */
  setSettings(market: string, settings: ContractSettings): Promise<void>;
  /** Open positions of one contract; empty when there is none. Complete or an error. */
  positions(market: string): Promise<VenuePosition[]>;
  /** Of one contract, or of the whole account when null. */
  exposure(market: string | null): Promise<VenueExposure>;
  /** Funding since a time (ms), oldest first, complete or an error. */
  fundingSince(market: string, since: number): Promise<FundingPayment[]>;
  /** Whose order this is, ours or not. */
  originOf(market: string, exchangeOrderId: string): Promise<OrderOrigin>;
  placeStop(request: StopRequest, guard: SendGuard): Promise<StopOutcome>;
  cancelStop(market: string, clientOrderId: string): Promise<StopCancel>;
  stop(market: string, clientOrderId: string): Promise<StopReport | null>;
  /** Stops that wait in this contract, foreign ones too. */
  openStops(market: string): Promise<StopReport[]>;
}
