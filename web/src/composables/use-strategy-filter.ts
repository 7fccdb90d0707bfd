import type { StrategyRow } from './use-strategy-rows.js';
import { matchesQuery } from './use-strategy-rows.js';

/** Filters of the list of strategies, as they stand in the address. */
export const STRATEGY_FILTERS = ['q', 'state', 'kind', 'account', 'environment', 'node'] as const;
export type StrategyFilter = Record<(typeof STRATEGY_FILTERS)[number], string>;

/** Run states by what one looks for: does it trade, does it rest, does it need somebody? */
export const STATE_GROUPS = {
  running: ['running'],
  stopped: ['stopped'],
  changing: ['queued', 'claiming', 'recovering', 'stopping'],
  trouble: ['waiting', 'failed'],
} as const;
export type StateGroup = keyof typeof STATE_GROUPS;

export function isStateGroup(text: string): text is StateGroup {
  return Object.hasOwn(STATE_GROUPS, text);
}

/** Whether a row passes every filter that is set; an unknown state filter lets nothing through. */
export function passesFilter(row: StrategyRow, filter: StrategyFilter): boolean {
  const { strategy, status, leg } = row;
  if (filter.state !== '') {
    if (!isStateGroup(filter.state)) return false;
    if (!STATE_GROUPS[filter.state].some((state) => state === status.state)) return false;
  }
  return (
    (filter.kind === '' || strategy.kind === filter.kind) &&
    (filter.account === '' || String(leg?.accountId ?? '') === filter.account) &&
    (filter.environment === '' || leg?.environment === filter.environment) &&
    (filter.node === '' || status.workerName === filter.node) &&
    matchesQuery(row, filter.q)
  );
}
