import { describe, expect, it } from 'vitest';
import type { StrategyRow } from './use-strategy-rows.js';
import { passesFilter, STATE_GROUPS, type StrategyFilter } from './use-strategy-filter.js';

const NONE: StrategyFilter = { q: '', state: '', kind: '', account: '', environment: '', node: '' };

function row(change: { state?: string; kind?: string; node?: string | null } = {}): StrategyRow {
  const { state = 'running', kind = 'range-grid', node = 'node-1' } = change;
  return {
    strategy: { name: 'BTC grid', kind },
    status: { state, workerName: node },
    leg: { accountId: 3, market: 'BTC/USDT', environment: 'sim' },
    accountLabel: 'Main',
  } as unknown as StrategyRow;
}

describe('the filters of the strategies', () => {
  it('let everything through when none is set', () => {
    expect(passesFilter(row(), NONE)).toBe(true);
  });

  it.each<[Partial<StrategyFilter>, boolean]>([
    [{ state: 'running' }, true],
    [{ state: 'trouble' }, false],
    [{ state: 'nonsense' }, false],
    [{ kind: 'range-grid' }, true],
    [{ kind: 'ladder-grid' }, false],
    [{ account: '3' }, true],
    [{ account: '33' }, false],
    [{ environment: 'live' }, false],
    [{ node: 'node-1' }, true],
    [{ node: 'node-2' }, false],
    [{ q: 'btc main' }, true],
    [{ q: 'eth' }, false],
    [{ q: 'btc', node: 'node-2' }, false],
  ])('%j: %s', (filter, passes) => {
    expect(passesFilter(row(), { ...NONE, ...filter })).toBe(passes);
  });

  it('put every run state into exactly one group', () => {
    const states = [
      'queued',
      'claiming',
      'recovering',
      'running',
      'waiting',
      'stopping',
      'stopped',
      'failed',
    ];
    expect(Object.values(STATE_GROUPS).flat().sort()).toEqual([...states].sort());
  });
});
