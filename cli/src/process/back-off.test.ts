import { describe, expect, test } from 'vitest';
import { nextRestart } from './back-off.js';

describe('the pause before a restart', () => {
  test('doubles with each failure in a row up to 30 s', () => {
    const pauses = [];
    let failures = 0;
    for (let i = 0; i < 8; i += 1) {
      const next = nextRestart({ failures, ranMs: 100 });
      failures = next.failures;
      pauses.push(next.pauseMs);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test('is short again after a minute of health', () => {
    expect(nextRestart({ failures: 7, ranMs: 60_000 })).toEqual({ failures: 1, pauseMs: 500 });
  });
});
