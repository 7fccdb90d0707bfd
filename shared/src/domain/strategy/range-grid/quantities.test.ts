import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, dec, ZERO, type Decimal as Amount } from '../../numbers/decimal.js';
import { notional, type Steps } from '../../market/market.js';
import { levelTicks } from './levels.js';
import type { RangeGridParams } from './params.js';
import { cellQuantities, grossUp, startsHolding } from './quantities.js';
import { TEST_MARKET, TEST_PARAMS, testLeg } from './test-session.js';

function quantities(changes: Partial<RangeGridParams>, ask = 15_000, market = TEST_MARKET): Steps[] {
  const params = { ...TEST_PARAMS, ...changes };
  return cellQuantities(params, testLeg({ ask, market }), levelTicks(params, market));
}

describe('sides at the start', () => {
  it('ten of fifteen cells hold base at 150, and no order stands between the sides', () => {
    const levels = levelTicks(TEST_PARAMS, TEST_MARKET);
    const holding = Array.from({ length: 15 }, (_, cell) => startsHolding(levels, cell, 15_000));
    expect(holding).toEqual([...Array<boolean>(5).fill(false), ...Array<boolean>(10).fill(true)]);
  });

  it('a cell whose sell level is the price itself buys', () => {
    expect(startsHolding([14_000, 15_000], 0, 15_000)).toBe(false);
    expect(startsHolding([14_000, 15_000], 0, 14_999)).toBe(true);
  });
});

describe('quantity per cell', () => {
  it('in base: the same everywhere, floored to the step', () => {
    expect(quantities({ quantity: '1.2349' })).toEqual(Array<number>(15).fill(1_234));
  });

  it('in quote: what it buys at each cell’s own level, floored to the step', () => {
    const steps = quantities({ quantityMode: 'quote', quantity: '50' });
    expect(steps[0]).toBe(357);
    expect(steps[14]).toBe(297);
    steps.forEach((at, cell) => {
      const level = 14_000 + 200 * cell;
      expect(notional(TEST_MARKET, level, at).lte(50)).toBe(true);
      expect(notional(TEST_MARKET, level, at + 1).gt(50)).toBe(true);
    });
  });

  it.each(['base', 'quote', 'total'] as const)('in %s: more than the venue takes stays refusable', (mode) => {
    const steps = quantities({ quantityMode: mode, quantity: '99999999999999999' });
    expect(new Set(steps)).toEqual(new Set([1_000_001]));
  });

  it('of a total too small for one step is none', () => {
    expect(new Set(quantities({ quantityMode: 'total', quantity: '0.5' }))).toEqual(new Set([0]));
  });
});

/** The investment of `steps` per cell, added up cell by cell. */
function invested(params: RangeGridParams, ask: number, steps: Steps): Amount {
  const leg = testLeg({ ask });
  const levels = levelTicks(params, TEST_MARKET);
  let buys = ZERO;
  let held = 0;
  for (const [cell, level] of levels.slice(0, -1).entries()) {
    const isBuying = params.initialInventory === 'none' || !startsHolding(levels, cell, ask);
    if (isBuying) buys = buys.plus(notional(TEST_MARKET, level, steps));
    else held += steps;
  }
  if (params.initialInventory !== 'buy') return buys.plus(notional(TEST_MARKET, ask, held));
  const purchase = notional(TEST_MARKET, ask, grossUp(leg, held));
  return buys.plus(purchase).plus(purchase.times(leg.takerRate));
}

describe('a total investment', { timeout: 60_000 }, () => {
  it('covers BUY orders, purchase and fees, and one more step would exceed it', () => {
    fc.assert(
      fc.property(
        fc.record({
          lower: fc.constantFrom('120', '140'),
          upper: fc.constantFrom('160', '170'),
          levels: fc.integer({ min: 2, max: 30 }),
          quantity: fc.integer({ min: 1, max: 100_000 }).map(String),
          initialInventory: fc.constantFrom('buy' as const, 'have' as const, 'none' as const),
          spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const),
        }),
        fc.integer({ min: 1_000, max: 20_000 }),
        (changes, ask) => {
          const params: RangeGridParams = { ...TEST_PARAMS, ...changes, quantityMode: 'total' };
          const [steps = 0] = quantities(params, ask);
          const investment = dec(params.quantity);
          expect(invested(params, ask, steps).lte(investment)).toBe(true);
          expect(steps === 1_000_001 || invested(params, ask, steps + 1).gt(investment)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the initial purchase', () => {
  it('is grossed up by the taker fee taken in base', () => {
    expect(grossUp(testLeg(), 10_000)).toBe(10_011);
    expect(grossUp(testLeg({ takerRate: '0' }), 10_000)).toBe(10_000);
    expect(grossUp(testLeg(), 0)).toBe(0);
  });

  it('leaves at least the base wanted, with not a step too many', () => {
    const rate = fc.constantFrom('0.001', '0.00075', '0.005', '0');
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 1_000_000 }), (takerRate, net) => {
        const gross = grossUp(testLeg({ takerRate }), net);
        const kept = new Decimal(1).minus(takerRate);
        expect(kept.times(gross).gte(net)).toBe(true);
        expect(kept.times(gross - 1).lt(net)).toBe(true);
      }),
    );
  });
});
