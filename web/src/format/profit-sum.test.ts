import { describe, expect, it } from 'vitest';
import type { ProfitSplit } from '../api/types.js';
import { sumProfit } from './profit-sum.js';

const split = (total: string): ProfitSplit => ({
  grid: total,
  inventoryRealised: '0',
  inventoryUnrealised: '0',
  priceImprovement: '0',
  funding: '0',
  openFees: '0.1',
  total,
});
const source = (environment: string, quote: string, total: string | null) => ({
  environment,
  quote,
  profit: total === null ? null : split(total),
});

describe('profit of several strategies', () => {
  it('is added up exactly', () => {
    const [sum] = sumProfit([source('sim', 'USDT', '0.1'), source('sim', 'USDT', '0.2')]);
    expect(sum?.profit.total).toBe('0.3');
    expect(sum?.profit.openFees).toBe('0.2');
    expect(sum?.strategies).toBe(2);
  });

  it('never mixes assets, nor play money with real money; real money comes first', () => {
    const sums = sumProfit([
      source('paper', 'USDT', '1000'),
      source('live', 'USDT', '1'),
      source('live', 'BTC', '0.5'),
      source('live', 'USDT', '2'),
    ]);
    expect(sums.map((sum) => [sum.environment, sum.quote, sum.profit.total])).toEqual([
      ['live', 'BTC', '0.5'],
      ['live', 'USDT', '3'],
      ['paper', 'USDT', '1000'],
    ]);
  });

  it('leaves out strategies without a figure instead of counting them as zero', () => {
    expect(sumProfit([source('sim', 'USDT', null)])).toEqual([]);
  });
});
