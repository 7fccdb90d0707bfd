import { describe, expect, it } from 'vitest';
import { VenueError } from '../venue/venue-error.js';
import { Retries } from './retries.js';

const TIMES = { retryMs: 1_000, retryMaxMs: 30_000 };
const limit = (inMs: number): VenueError =>
  new VenueError('limited', 'WEIGHT_BUDGET', 'used up', { retryAt: Date.now() + inMs });

describe('an interrupted run', () => {
  it('is tried again later with each failure, up to half a minute', () => {
    const retries = new Retries(TIMES);
    const waits = Array.from({ length: 8 }, () => retries.after(new Error('x')).waitMs);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    retries.wentWell();
    expect(retries.after(new Error('x')).waitMs).toBe(1_000);
  });

  it('is said to be in a loop from the fourth failure on, once', () => {
    const retries = new Retries(TIMES);
    const seen = Array.from({ length: 5 }, () => retries.after(new Error('x')));
    expect(seen.map(({ isLoop }) => isLoop)).toEqual([false, false, false, true, false]);
    expect(seen[2]?.reason).toEqual({ code: 'INTERRUPTED', message: 'x' });
    expect(seen[3]?.reason.code).toBe('CRASH_LOOP');
    expect(seen[3]?.reason.message).toContain('INTERRUPTED: x');
  });

  it('waits as long as it is told to, which is no failure', () => {
    const retries = new Retries(TIMES);
    const waits = Array.from({ length: 6 }, () => retries.after(limit(20_000)));
    for (const { waitMs, reason, isLoop } of waits) {
      expect(waitMs).toBeGreaterThan(19_000);
      expect(waitMs).toBeLessThanOrEqual(20_000);
      expect(reason).toEqual({ code: 'WEIGHT_BUDGET', message: 'used up' });
      expect(isLoop).toBe(false);
    }
    expect(retries.after(new Error('x')).waitMs).toBe(1_000);
  });

  it('asks again after a minute however long it is told to wait, and not at once however short', () => {
    const retries = new Retries(TIMES);
    expect(retries.after(limit(3_600_000)).waitMs).toBe(60_000);
    expect(retries.after(limit(-5_000)).waitMs).toBe(1_000);
  });
});
