import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decStr } from '../numbers/decimal.js';
import {
  maxSteps,
  minSteps,
  notional,
  sizeRefusal,
  stepsToQuantity,
  ticksToPrice,
  toSteps,
  toTicks,
  type Market,
} from './market.js';

const market: Market = {
  symbol: 'BTC/USDT',
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};

describe('ticks and steps', () => {
  it('round a price to the nearest tick, halves up', () => {
    expect(toTicks(market, '61837.64')).toBe(6_183_764);
    expect(toTicks(market, '61837.645')).toBe(6_183_765);
    expect(toTicks(market, '61837.64499999999999999')).toBe(6_183_764);
  });

  it('round a quantity down or up to the step, and leave whole steps alone', () => {
    expect(toSteps(market, '0.0050099', 'down')).toBe(500);
    expect(toSteps(market, '0.0050001', 'up')).toBe(501);
    expect(toSteps(market, '0.005', 'down')).toBe(500);
    expect(toSteps(market, '0.005', 'up')).toBe(500);
  });

  it('know ticks that are no power of ten, and those of cheap coins', () => {
    expect(toTicks({ ...market, tickSize: '0.25' }, '100.13')).toBe(401);
    expect(toTicks({ ...market, tickSize: '0.00000001' }, '0.00001234')).toBe(1_234);
  });

  it('come back from every price and quantity that they make', () => {
    const units = fc.constantFrom('0.01', '0.25', '5', '0.00000001', '0.003');
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 2 ** 40 }), (unit, count) => {
        const fine = { ...market, tickSize: unit, stepSize: unit };
        expect(toTicks(fine, ticksToPrice(fine, count))).toBe(count);
        for (const rounding of ['down', 'up', 'nearest'] as const)
          expect(toSteps(fine, stepsToQuantity(fine, count), rounding)).toBe(count);
      }),
    );
  });

  it('refuse numbers too large to be exact', () => {
    expect(() => toTicks(market, '99999999999999999')).toThrow(RangeError);
  });
});

describe('size rules', () => {
  it('give the exact notional', () => {
    expect(decStr(notional(market, 6_183_764, 500))).toBe('309.1882');
  });

  it.each([
    [0, 6_000_000, 'BELOW_MIN_QUANTITY'],
    [-1, 6_000_000, 'BELOW_MIN_QUANTITY'],
    [8, 6_000_000, 'BELOW_MIN_NOTIONAL'],
    [9, 6_000_000, null],
    [900_000_000, 6_000_000, null],
    [900_000_001, 6_000_000, 'ABOVE_MAX_QUANTITY'],
  ])('say of %i steps at %i ticks: %s', (steps, ticks, refusal) => {
    expect(sizeRefusal(market, ticks, steps)).toBe(refusal);
  });

  it('accept exactly the minimum notional', () => {
    expect(sizeRefusal(market, 500_000, 100)).toBeNull();
    expect(sizeRefusal(market, 499_999, 100)).toBe('BELOW_MIN_NOTIONAL');
  });

  it('have a smallest and a largest size, of which one step less or more is refused', () => {
    const price = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(price, fc.constantFrom('0.00001', '0.5', '3'), (ticks, minQuantity) => {
        const strict = { ...market, minQuantity };
        expect(sizeRefusal(strict, ticks, minSteps(strict, ticks))).toBeNull();
        expect(sizeRefusal(strict, ticks, minSteps(strict, ticks) - 1)).not.toBeNull();
        expect(sizeRefusal(strict, ticks, maxSteps(strict))).toBeNull();
        expect(sizeRefusal(strict, ticks, maxSteps(strict) + 1)).toBe('ABOVE_MAX_QUANTITY');
      }),
    );
  });

  it('never ask for nothing, even where the venue has no minimum', () => {
    expect(minSteps({ ...market, minQuantity: '0', minNotional: '0' }, 1)).toBe(1);
  });

  it('count no further than numbers are exact', () => {
    const boundless = { ...market, maxQuantity: '99999999999999999999' };
    expect(maxSteps(boundless)).toBe(Number.MAX_SAFE_INTEGER);
  });
});
