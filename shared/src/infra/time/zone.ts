const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
/** Longest stretch of transitions that is looked for; days beyond use the nearest known offset. */
const MAX_YEARS = 60;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether the name is a time zone of the tz database. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false; // a RangeError is how Intl says no
  }
}

/** What a zone's clocks are ahead of UTC at a moment, minutes. */
export function zoneOffset(timeZone: string, at: Date): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  const utc = Math.floor(at.getTime() / 1000) * 1000;
  return Math.round((local - utc) / MINUTE_MS);
}

/** A stretch of time with one offset; `until` is its end, null for the last. */
export interface ZoneSegment {
  until: Date | null;
  minutes: number;
}

/** The offsets between two moments, oldest first: one stretch more than clock changes in between. */
export function zoneSegments(timeZone: string, from: Date, to: Date): ZoneSegment[] {
  const segments: ZoneSegment[] = [];
  const end = Math.min(to.getTime(), from.getTime() + MAX_YEARS * 366 * DAY_MS);
  let at = from.getTime();
  let minutes = zoneOffset(timeZone, from);
  while (at < end) {
    const next = Math.min(at + 7 * DAY_MS, end);
    const then = zoneOffset(timeZone, new Date(next));
    if (then !== minutes) {
      const change = changeBetween(timeZone, at, next, minutes);
      segments.push({ until: new Date(change), minutes });
      minutes = zoneOffset(timeZone, new Date(change));
      at = change;
    } else at = next;
  }
  segments.push({ until: null, minutes });
  return segments;
}

/** First minute with another offset than `minutes`. */
function changeBetween(timeZone: string, from: number, to: number, minutes: number): number {
  let low = Math.floor(from / MINUTE_MS);
  let high = Math.ceil(to / MINUTE_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffset(timeZone, new Date(middle * MINUTE_MS)) === minutes) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** The day (YYYY-MM-DD) a zone's calendar shows at a moment. */
export function dayOf(timeZone: string, at: Date): string {
  return new Date(at.getTime() + zoneOffset(timeZone, at) * MINUTE_MS).toISOString().slice(0, 10);
}

/** First moment of a day (YYYY-MM-DD), also where clocks skip midnight. @throws RangeError for no such day */
export function dayStart(timeZone: string, day: string): Date {
  const utc = new Date(`${day}T00:00:00.000Z`);
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 10) !== day) throw new RangeError(day);
  const offsets = [-1, 0, 1].map((days) => zoneOffset(timeZone, new Date(utc.getTime() + days * DAY_MS)));
  const candidates = offsets
    .map((minutes) => new Date(utc.getTime() - minutes * MINUTE_MS))
    .filter((at) => dayOf(timeZone, at) >= day)
    .sort((a, b) => a.getTime() - b.getTime());
  return candidates[0] ?? utc;
}

/** The day after (YYYY-MM-DD). @throws RangeError beyond the year 9999, whose days are written otherwise */
export function nextDay(day: string): string {
  const next = new Date(Date.parse(`${day}T00:00:00.000Z`) + DAY_MS).toISOString();
  if (!/^\d/.test(next)) throw new RangeError(day);
  return next.slice(0, 10);
}
