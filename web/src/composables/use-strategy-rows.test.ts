import { describe, expect, it } from 'vitest';
import type { StrategyRow } from './use-strategy-rows.js';
import { matchesQuery } from './use-strategy-rows.js';

const row = {
  strategy: { name: 'Demo grid', kind: 'range-grid' },
  status: { workerName: 'node-a', state: 'running' },
  leg: { market: 'BTC/USDT' },
  accountLabel: 'Demo account',
} as unknown as StrategyRow;

describe('search in strategies', () => {
  it('finds by name, market, account, node and state, in any order and case', () => {
    for (const query of ['', 'DEMO', 'btc', 'account', 'node-a running', 'usdt demo'])
      expect(matchesQuery(row, query), query).toBe(true);
  });

  it('needs every word', () => {
    expect(matchesQuery(row, 'demo eth')).toBe(false);
  });
});
