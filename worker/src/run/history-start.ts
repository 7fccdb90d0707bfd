import { FUNDING_OVERLAP_MS } from './contract-check.js';
import { HISTORY_OVERLAP_MS } from './inspection.js';
import type { LoadedRun } from './load-run.js';

/** Funding before this moment is booked, or was paid for positions that are not the strategy's. */
export function fundingStart({ state, strategy }: LoadedRun, now: number): number {
  if (state === null) return now;
  const checked = (state.historyCheckedAt ?? state.updatedAt).getTime() - FUNDING_OVERLAP_MS;
  return Math.max(checked, strategy.createdAt.getTime());
}

/** Trades before this moment are booked: as far as the last owner got, or since the strategy's life began. */
export function historyStart({ state }: LoadedRun, now: number): number {
  if (state?.historyCheckedAt) return state.historyCheckedAt.getTime();
  return (state?.updatedAt.getTime() ?? now) - HISTORY_OVERLAP_MS;
}
