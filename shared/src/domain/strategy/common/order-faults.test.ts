import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { waitingAfterFailure } from './order-faults.js';
import { Waiting } from './slot-order.js';

const NOW = 1_790_000_000_000;
const REASON = { code: 'ORDER_RATE', message: 'The account has sent what it may in these ten seconds.' };

describe('an order that a gate held back', () => {
  it('is tried again when the gate says that it opens, not at once, and not counted as a failure', () => {
    const after = (retryAt: number): Waiting => waitingAfterFailure(null, REASON, NOW, { retryAt });
    expect(after(NOW + 4_000)).toEqual({ ...REASON, retryAt: NOW + 4_000, failures: 0 });
    expect(after(NOW - 4_000)).toEqual({ ...REASON, retryAt: NOW + 250, failures: 0 });
  });

  it('waits in whole milliseconds whatever the gate counts in, so that a restarted node can read it', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (inMs) => {
        const waiting = waitingAfterFailure(null, REASON, NOW, { retryAt: NOW + inMs });
        expect(Value.Check(Waiting, JSON.parse(JSON.stringify(waiting)))).toBe(true);
        expect(Number.isInteger(waiting.retryAt)).toBe(true);
        expect(waiting.retryAt).toBeGreaterThanOrEqual(NOW + inMs);
      }),
    );
  });
});

describe('an order that was refused', () => {
  it('is tried again after 5 s, then twice as long each time, up to a minute', () => {
    let waiting: Waiting | null = null;
    const delays = Array.from({ length: 6 }, () => {
      waiting = waitingAfterFailure(waiting, REASON, NOW, {});
      return (waiting.retryAt ?? 0) - NOW;
    });
    expect(delays).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });
});
