import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, dayStart, isTimeZone, nextDay, zoneOffset, zoneSegments } from './zone.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
];

describe('a time zone', () => {
  test('is known by its name', () => {
    expect(ZONES.every(isTimeZone)).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
  });

  test('changes its offset on the minute of the clock change', () => {
    const segments = zoneSegments('Europe/Berlin', new Date('2026-01-01Z'), new Date('2027-01-01Z'));
    expect(segments).toEqual([
      { until: new Date('2026-03-29T01:00:00Z'), minutes: 60 },
      { until: new Date('2026-10-25T01:00:00Z'), minutes: 120 },
      { until: null, minutes: 60 },
    ]);
    expect(zoneSegments('Asia/Kathmandu', new Date('2026-01-01Z'), new Date('2027-01-01Z'))).toEqual([
      { until: null, minutes: 345 },
    ]);
  });

  test('has days that begin where its calendar says, of 23, 24 or 25 hours', () => {
    expect(dayStart('Asia/Shanghai', '2026-05-01')).toEqual(new Date('2026-04-30T16:00:00Z'));
    const hours = (day: string): number =>
      (dayStart('Europe/Berlin', nextDay(day)).getTime() - dayStart('Europe/Berlin', day).getTime()) /
      3_600_000;
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([24, 23, 25]);
    // Clocks went from 23:59:59 to 01:00:00: the day has no midnight.
    expect(dayStart('America/Sao_Paulo', '2018-11-04')).toEqual(new Date('2018-11-04T03:00:00Z'));
    expect(() => dayStart('UTC', '2026-02-30')).toThrow(RangeError);
    expect(() => nextDay('9999-12-31')).toThrow(RangeError);
  });

  test('counts every moment into the day whose start and end enclose it, by segments too', () => {
    const from = new Date('2015-01-01Z');
    const to = new Date('2030-01-01Z');
    const segments = new Map(ZONES.map((zone) => [zone, zoneSegments(zone, from, to)]));
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.date({ min: from, max: new Date(to.getTime() - 1), noInvalidDate: true }),
        (zone, at) => {
          const day = dayOf(zone, at);
          expect(dayStart(zone, day) <= at && at < dayStart(zone, nextDay(day))).toBe(true);
          const segment = segments.get(zone)?.find(({ until }) => until === null || at < until);
          expect(segment?.minutes).toBe(zoneOffset(zone, at));
        },
      ),
      { numRuns: 500 },
    );
  });
});
