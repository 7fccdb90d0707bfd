export type TimeZoneChoice = 'local' | 'utc';

/** Older than this while running, a status is stale, seconds. */
export const STALE_AFTER_S = 10;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: TimeZoneChoice, dateToo: boolean): Intl.DateTimeFormat {
  const key = `${zone}|${dateToo}`;
  const known = formatters.get(key);
  if (known) return known;
  // Swedish order is ISO order: 2026-01-31 12:00:00 reads the same in every language of the UI.
  const made = new Intl.DateTimeFormat('sv-SE', {
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
    ...(dateToo ? ({ year: 'numeric', month: '2-digit', day: '2-digit' } as const) : {}),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  formatters.set(key, made);
  return made;
}

/** Date and time of an ISO text or ms value, e.g. "2026-01-31 12:00:00". */
export function formatDateTime(time: string | number, zone: TimeZoneChoice): string {
  return formatter(zone, true).format(new Date(time));
}

/** Time of day alone, e.g. "12:00:00". */
export function formatClock(time: string | number, zone: TimeZoneChoice): string {
  return formatter(zone, false).format(new Date(time));
}

/** Whole seconds from `time` to `nowMs`, never negative; null without a time. */
export function ageSeconds(time: string | null, nowMs: number): number | null {
  if (time === null) return null;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : Math.max(0, Math.floor((nowMs - ms) / 1000));
}

export interface AgeText {
  unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days';
  count: number;
}

/** An age in its largest whole unit, for the texts "3 s ago", "2 min ago". */
export function ageText(seconds: number): AgeText {
  if (seconds < 1) return { unit: 'now', count: 0 };
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'days', count: Math.floor(seconds / 86_400) };
}

/** Calendar day of a moment in the chosen zone, "2026-01-31". */
export function dayText(time: string | number, zone: TimeZoneChoice): string {
  return formatDateTime(time, zone).slice(0, 10);
}

/** The calendar day so many days before or after another: ("2026-03-01", -1) is "2026-02-28". */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** IANA name of the chosen zone, as the API takes it. */
export function zoneNameOf(zone: TimeZoneChoice): string {
  return zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;
}
