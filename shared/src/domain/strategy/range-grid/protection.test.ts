import { describe, expect, it } from 'vitest';
import type { Market } from '../../market/market.js';
import type { Refusal } from '../plan.js';
import type { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { protectionOf } from './protection.js';
import { TEST_MARKET, TEST_PARAMS, testLeg } from './test-session.js';

const LINEAR: Market = { ...TEST_MARKET, symbol: 'SOL/USDT:USDT', type: 'linear' };
const futures = { leverage: 2, marginMode: 'isolated', positionMode: 'one-way' } as const;

function missing(params: Partial<RangeGridParams>, market = LINEAR): Refusal[] {
  const { refusals } = planRangeGrid({ ...TEST_PARAMS, futures, ...params }, testLeg({ market }));
  return refusals.filter(({ code }) => code === 'STOP_LOSS_MISSING');
}

describe('a grid on a contract', () => {
  it.each<[string, Partial<RangeGridParams>, string]>([
    ['no exits', {}, 'params.exits.stopLoss'],
    ['a take-profit alone', { exits: { takeProfit: '180', stop: 'sell' } }, 'params.exits.stopLoss'],
    ['a stop that keeps the position', { exits: { stopLoss: '130', stop: 'cancel' } }, 'params.exits.stop'],
    ['a range whose end only stops it', { outOfRange: 'stop' }, 'params.exits.stopLoss'],
    [
      'neutral, and a stop for its long side alone',
      { direction: 'neutral', exits: { stopLoss: '130', stop: 'sell' } },
      'params.exits.takeProfit',
    ],
    [
      'neutral, and a stop for its short side alone',
      { direction: 'neutral', exits: { takeProfit: '180', stop: 'sell' } },
      'params.exits.stopLoss',
    ],
  ])('is refused with %s, naming what to set', (_, params, field) => {
    const [refusal, ...others] = missing(params);
    expect([refusal?.field, others]).toEqual([field, []]);
    expect(refusal?.message).toContain('allowUnprotected');
    expect(protectionOf({ ...TEST_PARAMS, futures, ...params }).hasStop).toBe(false);
  });

  it.each<[string, Partial<RangeGridParams>]>([
    ['a stop-loss', { exits: { stopLoss: '130', stop: 'sell' } }],
    ['a trailing stop', { exits: { trailingStopPercent: '5', stop: 'sell' } }],
    ['a range whose end closes it', { outOfRange: 'sell' }],
    [
      'neutral, and a stop at each end',
      { direction: 'neutral', exits: { stopLoss: '130', takeProfit: '180', stop: 'sell' } },
    ],
  ])('is let through with %s', (_, params) => {
    expect(missing(params)).toEqual([]);
    expect(protectionOf({ ...TEST_PARAMS, futures, ...params }).hasStop).toBe(true);
  });

  it('is let through unprotected by those who say so, and is still no protected one', () => {
    const waived = { futures: { ...futures, allowUnprotected: true } };
    expect(missing(waived)).toEqual([]);
    expect(protectionOf({ ...TEST_PARAMS, ...waived }).hasStop).toBe(false);
    expect(missing({ futures: { ...futures, allowUnprotected: false } })).toHaveLength(1);
  });

  it('is not asked for a stop on spot', () => {
    const { futures: _, ...spot } = { ...TEST_PARAMS, futures };
    expect(planRangeGrid(spot, testLeg()).refusals).toEqual([]);
  });
});
