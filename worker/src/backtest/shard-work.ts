import type { BacktestCreate } from '@gridfleet/shared/schema';

/** What a thread is given: everything a shard needs, nothing it could wait for. */
export interface ShardWork {
  request: BacktestCreate;
  /** CSV of the candles, uncompressed. */
  candles: Uint8Array;
  /** Runs of the sweep to do; 0 and 1 for a single backtest. */
  firstRun: number;
  runs: number;
}

/** What a thread says: how far it is, its results (JSON), or why it cannot go on. */
export type ShardMessage =
  | { type: 'progress'; runsDone: number }
  | { type: 'done'; results: string }
  | { type: 'failed'; code: string; message: string };
