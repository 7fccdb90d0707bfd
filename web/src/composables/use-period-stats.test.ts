import { describe, expect, it } from 'vitest';
import { periodQuery, sumStats } from './use-period-stats.js';

describe('what a period brought', () => {
  it('is today of the shown time zone, or whole days back', () => {
    expect(periodQuery('today', '2026-01-31', 'Europe/Berlin')).toEqual({
      from: '2026-01-31',
      timeZone: 'Europe/Berlin',
    });
    expect(periodQuery('month', '2026-01-31', 'UTC')).toEqual({ days: 30 });
  });

  it('is added up exactly per environment and asset', () => {
    const item = (key: string, netProfit: string) => ({ key, netProfit, fees: '0.01', fills: 2, cycles: 1 });
    const sums = sumStats([
      { environment: 'sim', items: [item('BTC/USDT', '0.1'), item('SOL/USDT', '0.2')] },
      { environment: 'sim', items: [item('ETH/BTC', '0.5')] },
      { environment: 'live', items: [item('BTC/USDT', '7')] },
    ]);
    expect(sums.map((sum) => [sum.environment, sum.quote, sum.net, sum.fees, sum.fills])).toEqual([
      ['sim', 'USDT', '0.3', '0.02', 4],
      ['sim', 'BTC', '0.5', '0.01', 2],
      ['live', 'USDT', '7', '0.01', 2],
    ]);
  });
});
