import { Value } from 'typebox/value';
import type { Redis } from 'ioredis';
import { PlatformEvent } from '../../schema/events.js';
import { redisKeys } from './keys.js';

/** Entries the stream keeps, roughly: minutes of a busy fleet, enough for a browser to resume. */
const MAX_LENGTH = 20_000;

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

/**
 * Waits up to `blockMs` for events after a cursor. Needs a connection of its own (it blocks).
 * Entries that do not parse are skipped: an older or newer node may speak of things unknown here.
 */
export async function readEvents(redis: Redis, after: string, blockMs: number): Promise<NumberedEvent[]> {
  const reply = await redis.xread('COUNT', 500, 'BLOCK', blockMs, 'STREAMS', redisKeys.events, after);
  const entries = reply?.[0]?.[1] ?? [];
  return entries.flatMap(([cursor, fields]) => {
    const text = fields[1];
    if (text === undefined) return [];
    const event: unknown = JSON.parse(text);
    return Value.Check(PlatformEvent, event) ? [{ cursor, event }] : [];
  });
}
