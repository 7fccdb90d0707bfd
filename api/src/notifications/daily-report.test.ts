import { describe, expect, it } from 'vitest';
import { dueDay } from './daily-report.js';

const LONG_AGO = new Date('2025-01-01T00:00:00.000Z');
const at = (text: string): Date => new Date(text);

describe('the daily report', () => {
  it.each([
    ['UTC', 8, '2026-01-31T07:59:59.999Z', null],
    ['UTC', 8, '2026-01-31T08:00:00.000Z', '2026-01-30'],
    // 08:00 in Shanghai is midnight in UTC.
    ['Asia/Shanghai', 8, '2026-01-30T23:59:59.000Z', null],
    ['Asia/Shanghai', 8, '2026-01-31T00:00:00.000Z', '2026-01-30'],
    ['America/New_York', 0, '2026-01-31T04:59:59.000Z', '2026-01-29'],
    ['America/New_York', 0, '2026-01-31T05:00:00.000Z', '2026-01-30'],
  ])('in %s at hour %i is at %s of %s', (zone, hour, now, day) => {
    expect(dueDay(zone, hour, LONG_AGO, at(now))).toBe(day);
  });

  it('begins with the first full hour after the channel was set up', () => {
    const now = at('2026-01-31T15:00:00.000Z');
    expect(dueDay('UTC', 8, at('2026-01-31T09:00:00.000Z'), now)).toBeNull();
    expect(dueDay('UTC', 8, at('2026-01-31T07:00:00.000Z'), now)).toBe('2026-01-30');
  });
});
