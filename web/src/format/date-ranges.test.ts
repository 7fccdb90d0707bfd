import { describe, expect, it } from 'vitest';
import { daysOf, type DateRange } from './date-ranges.js';

describe('date shortcuts', () => {
  it.each<[DateRange, string, string]>([
    ['today', '2026-03-01', ''],
    ['yesterday', '2026-02-28', '2026-02-28'],
    ['week', '2026-02-23', ''],
    ['month', '2026-01-31', ''],
    ['this-month', '2026-03-01', ''],
    ['last-month', '2026-02-01', '2026-02-28'],
    ['all', '', ''],
  ])('%s on the first of March is from "%s" to "%s"', (range, from, to) => {
    expect(daysOf(range, '2026-03-01')).toEqual({ from, to });
  });
});
