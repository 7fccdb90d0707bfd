import { describe, expect, it } from 'vitest';
import type { LegContext } from '../kind.js';
import { LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';

const PARAMS: LadderGridParams = {
  side: 'long',
  levels: 3,
  openDeviation: '1',
  closeDeviation: '1',
  quantity: { mode: 'base', value: '1' },
  anchor: 'trail-up',
  tolerance: '0.1',
  positionMode: 'one-way',
  postOnly: false,
};
const LEG: LegContext = { ...TEST_LEG, bid: 10_000, ask: 10_001, feeCurrency: 'quote' };

function codes(params: Partial<LadderGridParams>, leg: Partial<LegContext> = {}): string[] {
  const { refusals } = ladderGrid.plan({ ...PARAMS, ...params }, { legs: [{ ...LEG, ...leg }] });
  return [...new Set(refusals.map(({ code }) => code))];
}

describe('the plan of a ladder', () => {
  it('shows every slot, the funds, one cycle and the worst case', () => {
    const plan = ladderGrid.plan(PARAMS, { legs: [LEG] });
    expect(plan.levels.map(({ cell, side, price, sellPrice }) => [cell, side, price, sellPrice])).toEqual([
      [1, 'buy', '99', '99.99'],
      [2, 'buy', '98', '98.98'],
      [3, 'buy', '97', '97.97'],
    ]);
    expect(plan.requirements).toEqual([{ leg: 0, asset: 'USDT', amount: '294' }]);
    // The deepest slot earns least: 0.97 less 0.001 · (97 + 97.97).
    expect(plan.cycle).toEqual({ gross: '0.97', fees: '0.19497', net: '0.77503', netPercent: '0.799' });
    expect(plan.breakEvenRatio).toBe('1.002002002');
    expect(plan.worstCase).toEqual({ base: '3', valueAtLower: '291' });
    expect(plan.refusals).toEqual([]);
  });

  it('reserves nothing for slots beyond the most positions', () => {
    const plan = ladderGrid.plan({ ...PARAMS, maxPositions: 1 }, { legs: [LEG] });
    expect(plan.levels.map(({ reserved }) => reserved)).toEqual(['99', '0', '0']);
    expect(plan.worstCase?.base).toBe('1');
  });

  it('mirrors the short side, with cells below zero', () => {
    const leg = { ...LINEAR_LEG, bid: 10_000, ask: 10_000 };
    const params = { ...PARAMS, side: 'both', levels: 1, stopLoss: '10' } as const;
    const { levels, refusals } = ladderGrid.plan(params, { legs: [leg] });
    expect(refusals).toEqual([]);
    expect(levels).toMatchObject([
      { cell: 1, side: 'buy', buyPrice: '99', sellPrice: '99.99' },
      { cell: -1, side: 'sell', buyPrice: '99.99', sellPrice: '101' },
    ]);
  });

  it.each<[string, Partial<LadderGridParams>, Partial<LegContext>?]>([
    ['DEVIATION_NOT_POSITIVE', { openDeviation: '0' }],
    ['DEVIATION_NOT_POSITIVE', { closeDeviation: '0' }],
    ['PRICE_NOT_POSITIVE', { openDeviation: '40' }],
    ['QUANTITY_NOT_POSITIVE', { quantity: { mode: 'base', value: '0' } }],
    ['STOP_LOSS_OUT_OF_RANGE', { stopLoss: '100' }],
    ['SHORT_NEEDS_FUTURES', { side: 'both' }],
    ['TOO_MANY_ORDERS', { side: 'both', levels: 101, openDeviation: '0.1' }, LINEAR_LEG],
    ['MARKET_INACTIVE', {}, { market: { ...LEG.market, active: false } }],
    ['LEVELS_COLLAPSE', {}, { bid: 50, ask: 51, market: { ...LEG.market, minNotional: '0' } }],
    ['BELOW_MIN_NOTIONAL', { quantity: { mode: 'quote', value: '4.99' } }],
    ['BELOW_MIN_QUANTITY', { quantity: { mode: 'base', value: '0.001' } }],
    ['ABOVE_MAX_QUANTITY', { quantity: { mode: 'base', value: '1000.001' } }],
    [
      'NET_QUANTITY_TOO_SMALL',
      { quantity: { mode: 'base', value: '0.002' } },
      {
        feeCurrency: 'base',
        market: { ...LEG.market, minNotional: '0' },
      },
    ],
    ['CYCLE_NOT_PROFITABLE', { closeDeviation: '0.15' }],
    ['INSUFFICIENT_FUNDS', {}, { quoteFree: '293.99' }],
    ['STOP_LOSS_MISSING', {}, LINEAR_LEG],
  ])('is refused with %s (%j)', (code, params, leg) => {
    expect(codes(params, leg)).toContain(code);
  });

  it('is let through on a contract with a stop-loss, or by those who say that they want none', () => {
    expect(codes({ stopLoss: '10' }, LINEAR_LEG)).not.toContain('STOP_LOSS_MISSING');
    expect(codes({ allowUnprotected: true }, LINEAR_LEG)).not.toContain('STOP_LOSS_MISSING');
  });
});
