import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRangeGrid } from './plan.js';
import { TEST_MARKET, TEST_PARAMS, testLeg } from './test-session.js';

/** Any amount the schema takes: up to 18 digits before the point and after it. */
const amount = fc
  .tuple(fc.integer({ min: 0, max: 17 }), fc.integer({ min: 0, max: 18 }), fc.integer({ min: 1, max: 9_999 }))
  .map(([zeros, places, digits]) => {
    const whole = `${digits}${'0'.repeat(Math.min(zeros, 14))}`;
    return places === 0 ? whole : `${zeros < 3 ? '0' : whole}.${'0'.repeat(Math.min(places, 14))}${digits}`;
  });
const unit = fc
  .integer({ min: 0, max: 18 })
  .map((places) => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`));

describe('the plan of any params in any market', { timeout: 60_000 }, () => {
  it('is a plan or a refusal with a code, never a failure', () => {
    const drawn = fc.record({
      lower: amount,
      upper: amount,
      value: amount,
      mode: fc.constantFrom('base' as const, 'quote' as const, 'total' as const),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const, 'infinity' as const),
      direction: fc.constantFrom('long' as const, 'reverse' as const),
      stepPercent: amount,
      levels: fc.integer({ min: 2, max: 6 }),
      tickSize: unit,
      stepSize: unit,
      minQuantity: amount,
      maxQuantity: amount,
      minNotional: fc.oneof(amount, fc.constant('0')),
      ask: fc.integer({ min: 2, max: 2 ** 50 }),
    });
    fc.assert(
      fc.property(
        drawn,
        ({ lower, upper, value, mode, spacing, direction, stepPercent, levels, ...rest }) => {
          const { ask, ...rules } = rest;
          const range = spacing === 'infinity' ? { stepPercent } : { upper, levels };
          const { lower: _lower, upper: _upper, levels: _levels, ...options } = TEST_PARAMS;
          const params = { ...options, lower, quantity: { mode, value }, spacing, direction, ...range };
          const leg = testLeg({ market: { ...TEST_MARKET, ...rules }, bid: ask - 1, ask });
          const { refusals, levels: planned } = planRangeGrid(params, leg);
          expect(refusals.length > 0 || planned.length > 0).toBe(true);
          for (const { code, message } of refusals) expect([code, message]).not.toContain('');
        },
      ),
      { numRuns: 500 },
    );
  });
});
