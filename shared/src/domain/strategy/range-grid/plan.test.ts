import { describe, expect, it } from 'vitest';
import type { Market } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Plan } from '../plan.js';
import type { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { TEST_MARKET, TEST_PARAMS, testLeg } from './test-session.js';

function plan(params: Partial<RangeGridParams> = {}, leg: Partial<LegContext> = {}): Plan {
  return planRangeGrid({ ...TEST_PARAMS, ...params }, testLeg(leg));
}

function market(changes: Partial<Market>): Partial<LegContext> {
  return { market: { ...TEST_MARKET, ...changes } };
}

describe('plan of 140-170, 16 levels, 1 SOL a cell, at 150', () => {
  const preview = plan();

  it('passes, with fifteen orders and ten cells holding base', () => {
    expect(preview.refusals).toEqual([]);
    expect(preview.levels).toHaveLength(15);
    expect(preview.levels.filter((level) => level.holdsBase)).toHaveLength(10);
    expect(preview.levels[4]).toMatchObject({ side: 'buy', price: '148', reserved: '148' });
    expect(preview.levels[5]).toMatchObject({
      side: 'sell',
      price: '152',
      reserved: '1',
      reservedAsset: 'SOL',
    });
    expect(preview.levels.map((level) => level.price)).not.toContain('150');
  });

  it('buys the base for them grossed up by the fee, and asks for the quote of everything', () => {
    expect(preview.initialPurchase).toBe('10.011');
    // 140+142+144+146+148 and 10.011 × 150 × 1.001.
    expect(preview.requirements).toEqual([{ leg: 0, asset: 'USDT', amount: '2223.15165' }]);
  });

  it('shows the worst cycle, the break-even ratio and the worst case', () => {
    expect(preview.cycle).toEqual({ gross: '2', fees: '0.33983', net: '1.66017', netPercent: '0.988196' });
    expect(preview.breakEvenRatio).toBe('1.002003004');
    expect(preview.worstCase).toEqual({ base: '15', valueAtLower: '2100' });
  });
});

describe('the demo grid: BTC/USDT ±0.3 % around 61837.64, 21 levels of 0.005', () => {
  const demo: Partial<RangeGridParams> = {
    lower: '61652.13',
    upper: '62023.15',
    levels: 21,
    quantity: { mode: 'base', value: '0.005' },
  };
  const btc: Partial<LegContext> = {
    market: {
      ...TEST_MARKET,
      symbol: 'BTC/USDT',
      base: 'BTC',
      stepSize: '0.00001',
      minQuantity: '0.00001',
      maxQuantity: '9000',
    },
    bid: 6_183_763,
    ask: 6_183_764,
    takerRate: '0.001',
  };

  it('passes with 0.01 % maker fee', () => {
    const preview = plan(demo, { ...btc, makerRate: '0.0001' });
    expect(preview.refusals).toEqual([]);
    expect(preview.levels).toHaveLength(20);
  });

  it('is refused with 0.1 %, because every cycle would lose', () => {
    const { refusals } = plan(demo, { ...btc, makerRate: '0.001' });
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['CYCLE_NOT_PROFITABLE']));
    expect(refusals.map(({ level }) => level)).toEqual(Array.from({ length: 20 }, (_, cell) => cell));
  });
});

type Case = [string, string, Partial<RangeGridParams>, Partial<LegContext>, string | undefined];

describe('refusals', () => {
  const cases: Case[] = [
    ['PRICE_NOT_POSITIVE', 'a lower price of zero', { lower: '0' }, {}, 'params.lower'],
    ['PRICE_NOT_POSITIVE', 'a level that rounds to zero', { lower: '0.001', upper: '5' }, {}, undefined],
    ['RANGE_EMPTY', 'bounds in the wrong order', { lower: '170', upper: '140' }, {}, 'params.upper'],
    ['RANGE_EMPTY', 'equal bounds', { lower: '150', upper: '150' }, {}, 'params.upper'],
    [
      'QUANTITY_NOT_POSITIVE',
      'no quantity',
      { quantity: { mode: 'base', value: '0' } },
      {},
      'params.quantity.value',
    ],
    ['PRICE_TOO_HIGH', 'a price beyond exact ticks', { upper: '999999999999999999' }, {}, 'params.upper'],
    ['LEVELS_COLLAPSE', 'levels closer than a tick', { upper: '140.1' }, {}, 'params.levels'],
    ['MARKET_INACTIVE', 'a halted market', {}, market({ active: false }), undefined],
    ['TOO_MANY_ORDERS', 'more orders than the venue takes', { levels: 202 }, {}, 'params.levels'],
    [
      'BELOW_MIN_QUANTITY',
      'less than the smallest quantity',
      { quantity: { mode: 'base', value: '0.001' } },
      {},
      'params.quantity.value',
    ],
    [
      'BELOW_MIN_NOTIONAL',
      'less than the smallest notional',
      { quantity: { mode: 'base', value: '0.03' } },
      {},
      'params.quantity.value',
    ],
    [
      'ABOVE_MAX_QUANTITY',
      'more than the largest quantity',
      { quantity: { mode: 'base', value: '1001' } },
      {},
      'params.quantity.value',
    ],
    [
      'ABOVE_MAX_QUANTITY',
      'an absurd quantity',
      { quantity: { mode: 'base', value: '99999999999999999' } },
      {},
      'params.quantity.value',
    ],
    ...(['base', 'quote', 'total'] as const).map((mode): Case => [
      'QUANTITY_TOO_LARGE',
      `${mode} beyond exact steps where the venue sets no maximum`,
      { quantity: { mode, value: '99999999999999999' } },
      market({ maxQuantity: '99999999999999999999', stepSize: '0.000000000000000001' }),
      'params.quantity.value',
    ]),
    [
      'QUANTITY_TOO_LARGE',
      'a minimum of the venue beyond exact steps',
      {},
      market({ minNotional: '1000', stepSize: '0.000000000000000001' }),
      'params.quantity.value',
    ],
    [
      'PRICE_TOO_HIGH',
      'an exit beyond exact ticks',
      { exits: { takeProfit: '999999999999999999', stop: 'sell' } },
      {},
      'params.exits.takeProfit',
    ],
    [
      'NET_QUANTITY_TOO_SMALL',
      'a sell under the minimum once the fee is gone',
      { quantity: { mode: 'base', value: '0.1' } },
      market({ minQuantity: '0.1' }),
      'params.quantity.value',
    ],
    [
      'NET_QUANTITY_TOO_SMALL',
      'a sell under the minimum once the profit is kept in base',
      { quantity: { mode: 'base', value: '0.1' }, profit: 'base', upper: '280' },
      { ...market({ minQuantity: '0.096' }), makerRate: '0' },
      'params.quantity.value',
    ],
    ['CYCLE_NOT_PROFITABLE', 'fees above the step', { upper: '141', levels: 11 }, {}, 'params.levels'],
    ['INSUFFICIENT_FUNDS', 'too little quote', {}, { quoteFree: '2223.15164' }, 'params.quantity.value'],
    [
      'INSUFFICIENT_FUNDS',
      'too little base',
      { initialInventory: 'have' },
      { baseFree: '9.999' },
      'params.quantity.value',
    ],
  ];

  it.each(cases)('%s for %s', (code, _, params, leg, field) => {
    const { refusals } = plan(params, leg);
    expect(new Set(refusals.map((refusal) => refusal.code))).toContain(code);
    for (const refusal of refusals.filter((at) => at.code === code)) {
      expect(refusal.field).toBe(field);
      expect(refusal.message).not.toBe('');
    }
  });

  it('do not name levels that are good', () => {
    const { refusals } = plan(
      { quantity: { mode: 'base', value: '0.0349' } },
      market({ minNotional: '4.8' }),
    );
    expect(refusals.map(({ level }) => level)).toEqual([0, 1]);
  });

  it('come not at all when funds are just enough, or unknown', () => {
    expect(plan({}, { quoteFree: '2223.15165' }).refusals).toEqual([]);
    expect(plan({ initialInventory: 'have' }, { baseFree: '10', quoteFree: '720' }).refusals).toEqual([]);
  });
});

describe('a plan without initial purchase', () => {
  it('takes the base from the account with `have`', () => {
    const preview = plan({ initialInventory: 'have' });
    expect(preview.initialPurchase).toBe('0');
    expect(preview.requirements).toEqual([
      { leg: 0, asset: 'USDT', amount: '720' },
      { leg: 0, asset: 'SOL', amount: '10' },
    ]);
  });

  it('shows cells above the market as BUYs that reserve nothing yet with `none`', () => {
    const preview = plan({ initialInventory: 'none' });
    expect(preview.levels.every((level) => level.side === 'buy')).toBe(true);
    expect(preview.levels[5]).toMatchObject({ price: '150', reserved: '0', holdsBase: false });
    expect(preview.requirements).toEqual([{ leg: 0, asset: 'USDT', amount: '720' }]);
  });
});
