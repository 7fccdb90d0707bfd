import { command } from './client.js';
import type { BatchResult, ImportResult, StopRequest, Strategy, StrategyFile } from './types.js';

const path = (action: string): string => `/api/strategies/batch/${action}`;

export const batchStart = (strategyIds: readonly number[]) =>
  command<BatchResult>('POST', path('start'), { strategyIds });

export const batchStop = (strategyIds: readonly number[], stop: StopRequest) =>
  command<BatchResult>('POST', path('stop'), { strategyIds, ...stop });

export const batchDelete = (strategyIds: readonly number[]) =>
  command<BatchResult>('POST', path('delete'), { strategyIds });

export const batchUpdate = (strategyIds: readonly number[], params: Record<string, unknown>) =>
  command<BatchResult>('POST', path('update'), { strategyIds, update: { params } });

export const copyStrategy = (id: number, name: string) =>
  command<Strategy>('POST', `/api/strategies/${id}/copy`, { name });

export const importStrategies = (file: StrategyFile) =>
  command<ImportResult>('POST', '/api/strategies/import', { file });

/** Address of a file with these strategies; of all when none is named. */
export const exportUrl = (ids: readonly number[]): string =>
  ids.length === 0 ? '/api/strategies/export' : `/api/strategies/export?ids=${ids.join(',')}`;
