import { describe, expect, it } from 'vitest';
import { isWanted, toTradeFilter } from './use-trade-filter.js';

const NONE = { strategyId: '', accountId: '', market: '', side: '', from: '', to: '' };
const item = { strategyId: 7, accountId: 3, market: 'BTC/USDT', side: 'buy' };

describe('the filter of trades in the address', () => {
  it('is read into what the API takes', () => {
    const values = { ...NONE, strategyId: '7', side: 'sell', from: '2026-01-31' };
    expect(toTradeFilter(values, 'UTC')).toEqual({
      strategyId: 7,
      side: 'sell',
      from: '2026-01-31',
      timeZone: 'UTC',
    });
  });

  it('ignores what is not valid, and needs no time zone without dates', () => {
    const values = { ...NONE, strategyId: '-1', accountId: 'x', side: 'both', from: 'yesterday' };
    expect(toTradeFilter(values, 'UTC')).toEqual({});
  });
});

describe('a fill that has just happened', () => {
  it.each([
    [{}, true],
    [{ strategyId: 7, market: 'BTC/USDT', side: 'buy' as const }, true],
    [{ strategyId: 8 }, false],
    [{ accountId: 4 }, false],
    [{ market: 'ETH/USDT' }, false],
    [{ side: 'sell' as const }, false],
    [{ to: '2026-01-31' }, true],
    [{ to: '2026-01-30' }, false],
  ])('under %j is shown: %s', (filter, shown) => {
    expect(isWanted(item, filter, '2026-01-31')).toBe(shown);
  });
});
