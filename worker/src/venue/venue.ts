import type {
  DecimalString,
  Fill,
  Market,
  OrderState,
  OrderType,
  PositionSide,
  Reason,
  Side,
  TimeInForce,
} from '@gridfleet/shared/domain';
import type { VenueFutures } from './venue-futures.js';

/** An order as a venue reports it, by stream or by query. Reports repeat and arrive in any order. */
export interface OrderReport {
  market: string;
  clientOrderId: string;
  exchangeOrderId: string;
  side: Side;
  state: OrderState;
  price: DecimalString | null;
  quantity: DecimalString;
  /** Total filled so far, base. */
  filledQuantity: DecimalString;
  /** Exchange time of the order's acceptance, ms; null when the report does not say. */
  createdAt: number | null;
  /** The trade that caused the report, when there is one. */
  fill: VenueFill | null;
  refusal: Reason | null;
}

/** A trade of an order before its fee is valued. */
export type VenueFill = Omit<Fill, 'feeQuote'> & {
  exchangeOrderId: string;
  market: string;
  side: Side;
  /** Absent: net. */
  positionSide?: PositionSide;
};

export interface PlaceRequest {
  market: Market;
  clientOrderId: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  postOnly: boolean;
  price: DecimalString | null;
  quantity: DecimalString;
  /** Absent: net. */
  positionSide?: PositionSide;
  /** Contracts: it may only make a position smaller. Absent: it may open one. */
  reduceOnly?: boolean;
}

/**
 * How an attempt to place ended.
 * - `not-sent`: proven that nothing left this process
 * - `rejected`: the venue refused; there is no such order
 * - `accepted`: the venue has it
 * - `ambiguous`: nobody knows; never sent again, looked up by client order id
 */
export type PlaceOutcome =
  /** `retryAt`: before this moment (ms since epoch) trying again is useless; absent when nobody said. */
  | { phase: 'not-sent'; reason: Reason; retryAt?: number }
  | { phase: 'rejected'; reason: Reason }
  | { phase: 'accepted'; report: OrderReport }
  | { phase: 'ambiguous'; reason: Reason };

/**
 * `gone`: the venue knows no such open order; it must be queried before anything is concluded.
 * `not-sent`: the gate, the clock or a limit held it back; the order is as it was.
 */
export type CancelOutcome =
  | { phase: 'canceled'; report: OrderReport }
  | { phase: 'gone' }
  | { phase: 'not-sent'; reason: Reason }
  | { phase: 'ambiguous'; reason: Reason };

/** `absent` is what one read says; it proves nothing while the request may still be accepted. */
export type OrderLookup = { found: true; report: OrderReport } | { found: false };

/** Called after signing and immediately before the request is written; throwing keeps it from being sent. */
export type SendGuard = (signedAt: number, validForMs: number) => void;

/** What the account's key may do, as the exchange says. */
export interface KeyPermissions {
  canRead: boolean;
  canTrade: boolean;
  canWithdraw: boolean;
  canTradeContracts: boolean;
  isAddressBound: boolean;
}

export interface AccountBalance {
  asset: string;
  free: DecimalString;
  locked: DecimalString;
  /** Contracts: the part of `locked` that open orders hold, the rest being behind positions; absent where unknown. */
  orderMargin?: DecimalString;
}

export interface VenueQuote {
  bid: DecimalString;
  ask: DecimalString;
  last: DecimalString | null;
}

export interface VenueCandle {
  openTime: number;
  open: DecimalString;
  high: DecimalString;
  low: DecimalString;
  close: DecimalString;
  volume: DecimalString;
}

export interface PrivateListener {
  onReport(report: OrderReport): void;
  /** Events may have been missed (connection lost or replaced): reconcile. */
  onGap(reason: string): void;
  /** Something other than an order changed the account: a liquidation, funding, a transfer, a setting. Look at it. */
  onAccountChange?(change: AccountChange): void;
}

export interface AccountChange {
  /** Contracts concerned; null when the event does not say. */
  markets: readonly string[] | null;
  /** The venue's word for the cause, e.g. "FUNDING_FEE". */
  cause: string;
}

/** Public side of a venue: one per process, shared by all accounts. Every call has a deadline. */
export interface VenueMarkets {
  /** Rules of one market, null when the venue does not list it. */
  market(symbol: string): Promise<Market | null>;
  markets(): Promise<Market[]>;
  quote(symbol: string): Promise<VenueQuote>;
  candles(symbol: string, interval: string, limit: number): Promise<VenueCandle[]>;
  /** Calls back with the newest best quotes until the signal aborts; older ones may be skipped. */
  watchQuotes(
    symbol: string,
    onQuote: (quote: VenueQuote) => void,
    onError: (error: unknown) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Price and quantity of one level of a book. */
export type VenueLevel = readonly [price: DecimalString, quantity: DecimalString];

/** The best levels of both sides, best first. */
export interface VenueDepth {
  bids: readonly VenueLevel[];
  asks: readonly VenueLevel[];
}

/** A public trade; ids rise within a market. */
export interface VenueTrade {
  id: number;
  price: DecimalString;
  quantity: DecimalString;
  aggressor: Side;
  /** Exchange time, ms. */
  time: number;
}

/** Every tick of a market, none skipped while the connection lasts. */
export interface TickListener {
  onQuote(bid: VenueLevel, ask: VenueLevel): void;
  onTrade(trade: VenueTrade): void;
  onError(error: unknown): void;
}

/** Public data that is enough to match orders against. Every call has a deadline. */
export interface VenueTicks extends VenueMarkets {
  depth(symbol: string): Promise<VenueDepth>;
  /** The latest public trades, oldest first. */
  trades(symbol: string): Promise<VenueTrade[]>;
  /** Calls back with each quote and trade until the signal aborts; reconnects by itself and tells of it. */
  watchTicks(symbol: string, listener: TickListener, signal: AbortSignal): Promise<void>;
}

/**
 * One account at a venue. Methods throw VenueError when the venue could not be asked or refused; a thrown error
 * never means "no such order".
 */
export interface VenueAccount {
  balances(): Promise<AccountBalance[]>;
  feeRates(symbol: string): Promise<{ maker: DecimalString; taker: DecimalString }>;
  place(request: PlaceRequest, guard: SendGuard): Promise<PlaceOutcome>;
  cancel(market: string, clientOrderId: string): Promise<CancelOutcome>;
  order(market: string, clientOrderId: string): Promise<OrderLookup>;
  /** All open orders of the account in this market, foreign ones too. */
  openOrders(market: string): Promise<OrderReport[]>;
  /** Trades since a time (ms), oldest first, complete or an error. */
  tradesSince(market: string, since: number): Promise<VenueFill[]>;
  orderTrades(market: string, exchangeOrderId: string): Promise<VenueFill[]>;
  /** Private updates until the signal aborts; reconnects by itself and says so through onGap. */
  watchPrivate(listener: PrivateListener, signal: AbortSignal): Promise<void>;
  /**
   * True when the venue accepts a request at any later time: then no absence of an order is ever concluded from time.
   * Absent: it refuses a placement after the validity its guard was told.
   */
  readonly neverExpires?: boolean;
  /** Present on accounts that trade perpetual contracts. */
  readonly futures?: VenueFutures;
  /** Absent where the exchange does not say. */
  permissions?(): Promise<KeyPermissions>;
  close(): Promise<void>;
}
