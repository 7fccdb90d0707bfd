import { dec } from '@gridfleet/shared/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoGridParams } from './demo-grid.js';

describe('the demo grid', () => {
  test('spans 0.3 % to both sides of the price', () => {
    expect(demoGridParams('60000.00')).toMatchObject({ lower: '59820.00', upper: '60180.00', levels: 21 });
  });

  test('has every level on a whole cent and the price inside, whatever the price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100_00, max: 10_000_000_00 }), (cents) => {
        const ask = dec(String(cents)).div(100);
        const { lower, upper, levels } = demoGridParams(ask.toFixed(2));
        const [low, high] = [dec(String(lower)), dec(String(upper))];
        expect(
          high
            .minus(low)
            .times(100)
            .mod(Number(levels) - 1)
            .isZero(),
        ).toBe(true);
        expect(low.lt(ask) && high.gt(ask)).toBe(true);
      }),
    );
  });
});
