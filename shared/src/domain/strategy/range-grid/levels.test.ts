import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decStr } from '../../numbers/decimal.js';
import { levelAt, levelTicks, lineFormula } from './levels.js';
import { TEST_MARKET, TEST_PARAMS } from './test-session.js';

describe('grid levels', { timeout: 60_000 }, () => {
  it('are equal steps when arithmetic, both ends exact', () => {
    const levels = levelTicks(TEST_PARAMS, TEST_MARKET);
    expect(levels).toEqual(Array.from({ length: 16 }, (_, i) => 14_000 + 200 * i));
  });

  it('are equal percentages when geometric, both ends exact', () => {
    const levels = levelTicks(
      { ...TEST_PARAMS, spacing: 'geometric', lower: '100', upper: '400', levels: 5 },
      TEST_MARKET,
    );
    expect(levels).toEqual([10_000, 14_142, 20_000, 28_284, 40_000]);
  });

  it('round each level to the nearest tick on its own, halves up, without drifting', () => {
    const params = { ...TEST_PARAMS, lower: '1', upper: '1.1', levels: 5 };
    expect(levelTicks(params, TEST_MARKET)).toEqual([100, 103, 105, 108, 110]);
  });

  it('end exactly at both bounds and never fall, whatever the spacing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 2, max: 40 }),
        fc.constantFrom('arithmetic' as const, 'geometric' as const),
        (from, width, levels, spacing) => {
          const price = (ticks: number): string =>
            `${Math.floor(ticks / 100)}.${String(ticks % 100).padStart(2, '0')}`;
          const params = { ...TEST_PARAMS, lower: price(from), upper: price(from + width), levels, spacing };
          const ticks = levelTicks(params, TEST_MARKET);
          expect(ticks).toHaveLength(levels);
          expect([ticks[0], ticks.at(-1)]).toEqual([from, from + width]);
          expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('go on outside the range by the same formula', () => {
    const line = lineFormula(TEST_PARAMS);
    expect(decStr(line(-1))).toBe('138');
    expect(decStr(line(16))).toBe('172');
    const doubling = lineFormula({ lower: '100', upper: '400', levels: 3, spacing: 'geometric' });
    expect(decStr(doubling(3))).toBe('800');
    expect(decStr(doubling(-1))).toBe('50');
  });

  it('are exact where a root is, so that halves still round up', () => {
    const params = { ...TEST_PARAMS, lower: '0.01', upper: '22.5', levels: 3, spacing: 'geometric' } as const;
    // √(0.01 × 22.5) × 100 = 47.43…; and with ends 0.25 and 0.36 the middle is exactly 0.3.
    expect(levelTicks(params, TEST_MARKET)[1]).toBe(47);
    const tie = { ...params, lower: '0.25', upper: '0.36' };
    expect(levelTicks(tie, { ...TEST_MARKET, tickSize: '0.2' })[1]).toBe(2);
  });

  it('take milliseconds, not seconds, for a thousand of them', () => {
    const params = { ...TEST_PARAMS, upper: '9999', levels: 1_000, spacing: 'geometric' } as const;
    const before = performance.now();
    expect(levelTicks(params, TEST_MARKET)).toHaveLength(1_000);
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('do not exist outside the grid', () => {
    expect(() => levelAt([1, 2], 2)).toThrow(RangeError);
  });
});
