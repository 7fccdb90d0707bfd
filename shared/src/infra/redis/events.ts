import { Compile } from 'typebox/compile';
import type { Redis } from 'ioredis';
import { PlatformEvent } from '../../schema/events.js';
import { redisKeys } from './keys.js';

/** Entries the stream keeps, roughly: minutes of a busy fleet, enough for a browser to resume. */
const MAX_LENGTH = 20_000;

/** Compiled: a fleet speaks a thousand times a second. */
const checkEvent = Compile(PlatformEvent);

export interface NumberedEvent {
  cursor: string;
  event: PlatformEvent;
}

/** Appends events in order, in one round trip. */
export async function publishEvents(redis: Redis, events: readonly PlatformEvent[]): Promise<void> {
  if (events.length === 0) return;
  const pipeline = redis.pipeline();
  for (const event of events) {
    pipeline.xadd(redisKeys.events, 'MAXLEN', '~', MAX_LENGTH, '*', 'event', JSON.stringify(event));
  }
  await pipeline.exec();
}

/** Cursor of the newest event, "0-0" on an empty stream. */
export async function latestCursor(redis: Redis): Promise<string> {
  const newest = await redis.xrevrange(redisKeys.events, '+', '-', 'COUNT', 1);
  return newest[0]?.[0] ?? '0-0';
}

/** Cursor of the oldest event still held, null on an empty stream: older positions cannot be resumed. */
export async function oldestCursor(redis: Redis): Promise<string | null> {
  const oldest = await redis.xrange(redisKeys.events, '-', '+', 'COUNT', 1);
  return oldest[0]?.[0] ?? null;
}

/** What one read of the stream gave; `cursor` is where the next one starts. */
export interface EventBatch {
  events: NumberedEvent[];
  cursor: string;
}

/** Entries that are not events are skipped: an older or newer node may speak of things unknown here. */
function parseEntry(cursor: string, text: string | undefined): NumberedEvent[] {
  if (text === undefined) return [];
  try {
    const event: unknown = JSON.parse(text);
    return checkEvent.Check(event) ? [{ cursor, event }] : [];
  } catch {
    return [];
  }
}

function toBatch(entries: readonly [string, string[]][], after: string): EventBatch {
  return {
    events: entries.flatMap(([cursor, fields]) => parseEntry(cursor, fields[1])),
    cursor: entries.at(-1)?.[0] ?? after,
  };
}

/** Waits up to `blockMs` for at most 500 events after a cursor. Needs a connection of its own (it blocks). */
export async function readEvents(redis: Redis, after: string, blockMs: number): Promise<EventBatch> {
  const reply = await redis.xread('COUNT', 500, 'BLOCK', blockMs, 'STREAMS', redisKeys.events, after);
  return toBatch(reply?.[0]?.[1] ?? [], after);
}

/** At most 500 events after a cursor, without waiting. */
export async function eventsAfter(redis: Redis, after: string): Promise<EventBatch> {
  return toBatch(await redis.xrange(redisKeys.events, `(${after}`, '+', 'COUNT', 500), after);
}

/** Orders two cursors (`ms-sequence`): negative when `a` is older. */
export function compareCursors(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq);
}
