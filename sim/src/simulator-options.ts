import type { FillModel } from '@gridfleet/shared/domain/matching';
import type { AccountSpec } from './account/accounts.js';
import type { FuturesTuning } from './futures/futures-venue.js';
import type { MarketSpec } from './market/market-spec.js';
import type { SocketLimits } from './server/socket-limits.js';
import type { VenueLimits } from './venue/limits.js';

export interface SimulatorOptions {
  /** Recorded tick files; the bundled BTCUSDT session when there are neither files nor markets. */
  replay?: readonly string[];
  /** Markets from other data. */
  markets?: readonly MarketSpec[];
  /** How resting orders fill. Default queue. */
  fillModel?: FillModel;
  /** `virtual`: exchange time moves with the data, and stands still with it. Default wall. */
  clock?: 'wall' | 'virtual';
  /** How much faster than recorded the data plays. Default 1. */
  speed?: number;
  /** Start the recording again when it ends. */
  loop?: boolean;
  /** Start paused. */
  paused?: boolean;
  /** TCP port; 0 takes a free one. Default 0. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Accounts to open; one with a random key when there is none, here or in the state. */
  accounts?: readonly AccountSpec[];
  /** File that keeps accounts, orders and fills across restarts. */
  state?: string;
  /** Makes generated keys and ids repeatable. */
  seed?: number;
  limits?: Partial<VenueLimits>;
  /** What the futures venues do differently from the exchange: mark price, funding, listen keys, limits. */
  futures?: Partial<FuturesTuning>;
  /** How long a WebSocket connection may live, ms. Default 24 h. */
  connectionLifeMs?: number;
  /** What clients may send and open on WebSocket addresses. */
  socketLimits?: Partial<SocketLimits>;
  /** Venues, each with its own books, accounts and ids; Binance without prefix when empty. The first is the main one. */
  venues?: readonly VenueSpec[];
}

/** One venue of a simulator. */
export interface VenueSpec {
  /** As ccxt or the client knows it, e.g. `binance`. */
  name: string;
  /** Path before all its addresses, e.g. `/venue-b`; '' for none. */
  prefix: string;
}

export interface Simulator {
  port: number;
  /** REST base, `http://host:port`. */
  url: string;
  /** WebSocket base, `ws://host:port`. */
  wsUrl: string;
  accounts: { venue: string; apiKey: string; apiSecret: string }[];
  /** Delivers `ms` of recorded time at once; for tests, with `paused`. */
  advance(ms: number): void;
  /** Saves the state and ends everything. Safe to call twice. */
  close(): Promise<void>;
}
