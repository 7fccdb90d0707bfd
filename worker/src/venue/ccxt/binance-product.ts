import type { Market, OrderType } from '@gridfleet/shared/domain';
import type { VenueLimits } from '../../budget/venue-gate.js';
import type { AccountBalance, OrderReport, PlaceRequest, VenueFill, VenueQuote } from '../venue.js';
import type { BinanceApi } from './binance-codes.js';
import type { HookedBinance } from './hooked-binance.js';

export type Raw = Record<string, unknown>;

/** What differs between the exchange's spot and USDT-M APIs; everything else of the adapter is shared. */
export interface BinanceProduct {
  /** ccxt's id of the class, and the venue's. */
  id: 'binance' | 'binanceusdm';
  api: BinanceApi;
  /** ccxt's name of the market type. */
  marketType: 'spot' | 'swap';
  /** What ccxt loads. */
  loads: 'spot' | 'linear';
  limits: VenueLimits;
  /** Request weight of one look at a market: open orders, trades, balances, positions. */
  lookWeight: number;
  /** How far a query of trades by time reaches, ms; null without end. */
  tradeWindowMs: number | null;

  serverTime(client: HookedBinance): Promise<unknown>;
  quote(client: HookedBinance, id: string): Promise<VenueQuote>;
  klines(client: HookedBinance, params: Raw): Promise<unknown>;
  depth(client: HookedBinance, params: Raw): Promise<unknown>;
  recentTrades(client: HookedBinance, params: Raw): Promise<unknown>;
  market(raw: unknown, symbol: string): Market;

  balances(client: HookedBinance): Promise<AccountBalance[]>;
  feeRates(client: HookedBinance, id: string): Promise<{ maker: unknown; taker: unknown }>;
  /** Parameters of an order beside side, type, quantity and price. */
  orderParams(request: PlaceRequest): Raw;
  openOrders(client: HookedBinance, params: Raw): Promise<unknown>;
  myTrades(client: HookedBinance, params: Raw): Promise<unknown>;
  order(raw: unknown, market: string): OrderReport;
  trade(raw: unknown, market: string): VenueFill;
  /** The exchange's id of the market of a private order event. */
  eventMarketId(message: Raw): string;
  orderEvent(message: Raw, market: string): OrderReport;
  /** How the venue says that it has taken the subscription of private events; null: by opening the connection. */
  confirmsPrivate: ((message: Raw) => boolean) | null;
}

/** Time in force and post-only, as both APIs take them from ccxt. */
export function restingParams(type: OrderType, postOnly: boolean, timeInForce: string): Raw {
  if (type !== 'limit') return {};
  return postOnly ? { postOnly: true } : { timeInForce };
}
