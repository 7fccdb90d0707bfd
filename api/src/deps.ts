import type { DataSource } from 'typeorm';
import type { Config, Logger, Redis } from '@gridfleet/shared/infra';
import type { BacktestQueue } from './backtests/backtest-queue.js';
import type { RunQueue } from './runs/run-queue.js';
import type { VenueQueryClient } from './venue-queries/client.js';

/** Everything the API needs from outside; tests inject their own. */
export interface ApiDeps {
  config: Config;
  dataSource: DataSource;
  redis: Redis;
  /** Makes a connection that may block, for the one reader of the event stream. */
  connectBlocking: () => Redis;
  venueQueries: VenueQueryClient;
  runQueue: RunQueue;
  backtestQueue: BacktestQueue;
  logger: Logger;
  version: string;
  /** Longest wait of an answer for an order placed by hand, ms; 5000 when left out. */
  orderPatienceMs?: number;
}
