import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLastAttempt, retryWait } from './retry.js';

describe('waiting before the next attempt', () => {
  it('is anywhere below a doubling bound, and at most a quarter of an hour', () => {
    expect([1, 2, 3, 4, 40].map((attempts) => retryWait(attempts, 0.999_999_9))).toEqual([
      1_999, 3_999, 7_999, 15_999, 899_999,
    ]);
    expect(retryWait(9, 0)).toBe(0);
  });

  it('is never shorter than the receiver asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 3_600_000 }),
        (attempts, random, asked) => {
          const wait = retryWait(attempts, random, asked);
          expect(wait).toBeGreaterThanOrEqual(asked);
          expect(wait).toBeLessThanOrEqual(Math.max(asked, 900_000));
        },
      ),
    );
  });

  it('goes on much longer for what is critical', () => {
    expect(isLastAttempt('info', 14)).toBe(true);
    expect(isLastAttempt('critical', 14)).toBe(false);
    expect(isLastAttempt('critical', 60)).toBe(true);
  });
});
