import { describe, expect, it } from 'vitest';
import { ageSeconds, ageText, formatClock, formatDateTime, dayText, shiftDay, zoneNameOf } from './time.js';

describe('time on screen', () => {
  it('prints UTC in ISO order', () => {
    expect(formatDateTime('2026-01-31T23:05:09.123Z', 'utc')).toBe('2026-01-31 23:05:09');
    expect(formatClock('2026-01-31T00:05:09.123Z', 'utc')).toBe('00:05:09');
  });

  it('counts an age in whole seconds and never below zero', () => {
    const now = Date.parse('2026-01-31T12:00:10.900Z');
    expect(ageSeconds('2026-01-31T12:00:08.000Z', now)).toBe(2);
    expect(ageSeconds('2026-01-31T12:00:12.000Z', now)).toBe(0);
    expect(ageSeconds(null, now)).toBeNull();
    expect(ageSeconds('not a time', now)).toBeNull();
  });

  it('says an age in its largest whole unit', () => {
    expect([0, 59, 60, 3599, 3600, 86_400].map(ageText)).toEqual([
      { unit: 'now', count: 0 },
      { unit: 'seconds', count: 59 },
      { unit: 'minutes', count: 1 },
      { unit: 'minutes', count: 59 },
      { unit: 'hours', count: 1 },
      { unit: 'days', count: 1 },
    ]);
  });
});

describe('calendar days', () => {
  it('are shifted over month ends and leap days', () => {
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
    expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29');
    expect(shiftDay('2026-01-01', -1)).toBe('2025-12-31');
  });

  it('are those of the chosen zone', () => {
    expect(dayText('2026-01-31T23:59:59.000Z', 'utc')).toBe('2026-01-31');
    expect(zoneNameOf('utc')).toBe('UTC');
  });
});
