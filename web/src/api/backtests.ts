import type { BacktestResult, SweepRow, SweepVerdict } from '@gridfleet/shared/domain/backtest';
import { command, get, upload } from './client.js';
import type { Backtest, BacktestCreate, CandleFile, List, Page } from './types.js';

export type { BacktestResult, SweepRow, SweepVerdict };

/** The table of a sweep and what it says about over-fitting. */
export interface SweepResult {
  runs: SweepRow[];
  verdict: SweepVerdict;
}

const path = (id: number, rest = ''): string => `/api/backtests/${id}${rest}`;

export const listBacktests = (query: { limit: number; cursor?: string }, signal?: AbortSignal) =>
  get<Page<Backtest>>('/api/backtests', signal, query);

export const getBacktest = (id: number, signal?: AbortSignal) => get<Backtest>(path(id), signal);

export const createBacktest = (body: BacktestCreate) => command<Backtest>('POST', '/api/backtests', body);

export const cancelBacktest = (id: number) => command<Backtest>('POST', path(id, '/cancel'));

export const deleteBacktest = (id: number) => command<null>('DELETE', path(id));

export const getBacktestResult = (id: number, signal?: AbortSignal) =>
  get<BacktestResult>(path(id, '/result'), signal);

export const getSweepResult = (id: number, signal?: AbortSignal) =>
  get<SweepResult>(path(id, '/result'), signal);

export const listCandleFiles = (signal?: AbortSignal) => get<List<CandleFile>>('/api/candle-files', signal);

/** Stores candles: CSV, plain or gzip. */
export const uploadCandles = (file: File) =>
  upload<CandleFile>(
    `/api/candle-files?name=${encodeURIComponent(file.name.slice(0, 100))}`,
    file,
    file.name.endsWith('.gz') ? 'application/gzip' : 'text/csv',
  );
