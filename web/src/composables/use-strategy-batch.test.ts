import { describe, expect, it } from 'vitest';
import { failuresFirst, openOrders, type ResultLine } from './use-strategy-batch.js';
import type { StrategyRow } from './use-strategy-rows.js';

const line = (key: number, ok: boolean): ResultLine => ({ key, name: `s${key}`, ok, code: '', message: '' });

describe('the result of a batch', () => {
  it('shows failures first and keeps the order otherwise', () => {
    const lines = [line(1, true), line(2, false), line(3, true), line(4, false)];
    expect(failuresFirst(lines).map((item) => item.key)).toEqual([2, 4, 1, 3]);
  });
});

describe('the effect of stopping many', () => {
  it('counts the open orders of all of them', () => {
    const rows = [
      { status: { pendingBuys: 3, pendingSells: 4 } },
      { status: { pendingBuys: 0, pendingSells: 5 } },
    ] as unknown as StrategyRow[];
    expect(openOrders(rows)).toBe(12);
  });
});
