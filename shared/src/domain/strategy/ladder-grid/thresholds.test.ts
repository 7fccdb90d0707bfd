import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINEAR_LEG } from '../testing/kind-session.js';
import { ladderOf } from './context.js';
import type { LadderGridParams } from './params.js';
import { openTarget } from './prices.js';
import { isAdrift, isFollowing } from './test-drift.js';
import { driftBounds } from './thresholds.js';

describe('the prices at which an opening order moves', () => {
  it('are those at which its distance from its target is above the tolerance', () => {
    const world = fc.record({
      slot: fc.integer({ min: -5, max: 5 }).filter((slot) => slot !== 0),
      price: fc.integer({ min: 1, max: 5_000 }),
      shift: fc.integer({ min: -400, max: 400 }),
      anchor: fc.constantFrom('trail-up' as const, 'trail-both' as const, 'fixed' as const),
      tolerance: fc.constantFrom('0', '0.1', '0.33', '2', '100'),
      openDeviation: fc.constantFrom('0.07', '0.5', '3'),
    });
    fc.assert(
      fc.property(world, ({ slot, price, shift, ...params }) => {
        const full = { side: 'both', levels: 5, closeDeviation: '1', ...params } as LadderGridParams;
        const ladder = ladderOf(full, { legs: [LINEAR_LEG] });
        const reference = Math.max(1, price + shift);
        const target = openTarget(ladder, slot, reference);
        fc.pre(target >= 1);
        const moves =
          params.anchor !== 'fixed' &&
          isAdrift(ladder, price, target) &&
          (params.anchor === 'trail-both' || isFollowing(slot, price, target));
        const { lower, upper } = driftBounds(ladder, slot, price);
        const isOutside = (lower !== null && reference <= lower) || (upper !== null && reference >= upper);
        expect(isOutside).toBe(moves);
      }),
      { numRuns: 5_000 },
    );
  });
});
