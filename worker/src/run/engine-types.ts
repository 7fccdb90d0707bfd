import type { Counters, Logger } from '@gridfleet/shared/infra';
import type { PlatformEvent } from '@gridfleet/shared/schema';
import type { AccountSessions } from '../hub/account-sessions.js';
import type { MarketDataHub } from '../hub/market-data-hub.js';
import type { Lease } from '../node/lease.js';
import type { StatusReporter } from '../node/status-reporter.js';
import type { Venues } from '../venue/venues.js';
import type { AccountStore } from './account-store.js';
import type { ContractBooks } from './contract-books.js';
import type { EquityRecorder } from './equity-recorder.js';
import type { RunStore } from './run-store.js';
import type { StepStore } from './step-store.js';

/** Waiting times, ms; tests scale them. */
export interface EngineTimes {
  /** The machine's clock tick. */
  tickMs: number;
  /** Full comparison with the venue while all is well. */
  inspectMs: number;
  /** From a suspicion to the look it calls for. */
  suspectMs: number;
  /** Desired state re-read without being told. */
  controlMs: number;
  /** First and longest pause after a failure. */
  retryMs: number;
  retryMaxMs: number;
  /** Longest wait for the first quote of a market. */
  quoteMs: number;
}

export const ENGINE_TIMES: EngineTimes = {
  tickMs: 1_000,
  inspectMs: 15_000,
  suspectMs: 500,
  controlMs: 5_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  quoteMs: 10_000,
};

/**
 * - `ended`: the run is over (stopped, failed or superseded), and MySQL says so
 * - `lost`: somebody else owns it
 * - `revised`: its orders are cancelled, and new params come into force when it is opened again
 * - `given-back`: the signal aborted; another node goes on, orders rest
 */
export type EngineEnd = 'ended' | 'lost' | 'revised' | 'given-back';

export interface EngineDeps {
  store: RunStore;
  steps: StepStore;
  accounts: AccountStore;
  books: ContractBooks;
  venues: Venues;
  sessions: AccountSessions;
  hub: MarketDataHub;
  lease: Lease;
  status: StatusReporter;
  equity: EquityRecorder;
  /** Whether a failure is about this node alone, and another one is left to try. */
  isUnfit(error: unknown): Promise<boolean>;
  /** Waits for a turn to be loaded and reconciled once more. */
  openAgain(): Promise<void>;
  publish(events: PlatformEvent[]): void;
  /** A run that only waits for the price renews what people are shown this often, ms. */
  calmTickMs(): number;
  log: Logger;
  metrics: Counters;
  times: EngineTimes;
  node: string;
}
