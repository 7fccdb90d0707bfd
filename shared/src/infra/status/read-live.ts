import type { Redis } from 'ioredis';
import { redisKeys } from '../redis/keys.js';
import { STATUS_FIELDS, valuesToStatus, type LiveStatus } from './live-status.js';

/** What Redis knows about a strategy: the node's report, and whether a node holds the lease. */
export interface LiveReport {
  live: LiveStatus | null;
  leased: boolean;
}

/**
 * Reports, each as one text, and leases: a thousand reports are 26,000 values, which cost the reader several times as much
 * one by one. KEYS: reports, then locks.
 */
const READ = `
local count = #KEYS / 2
local found = {}
for i = 1, count do
  found[2 * i - 1] = cjson.encode(redis.call('HMGET', KEYS[i], unpack(ARGV)))
  found[2 * i] = redis.call('EXISTS', KEYS[count + i])
end
return found`;
/** Strategies of one call: Redis does nothing else meanwhile. */
const AT_ONCE = 100;
/** Reports that are remembered; with more, all are read anew. */
const MOST_REMEMBERED = 20_000;

/** Reports as they were read last, by strategy: one whose text is the same is not read again. */
export type KnownReports = Map<number, { text: string; live: LiveStatus | null }>;

function liveOf(id: number, text: string, known: KnownReports): LiveStatus | null {
  const before = known.get(id);
  if (before?.text === text) return before.live;
  // A field that is not there is `false`.
  const live = valuesToStatus(JSON.parse(text) as (string | false)[]);
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(id, { text, live });
  return live;
}

/**
 * Reports of many strategies, in the order asked, in one round trip.
 * @param known kept by whoever asks again and again
 * @throws when Redis does not answer
 */
export async function readLive(
  redis: Redis,
  strategyIds: readonly number[],
  known: KnownReports = new Map(),
): Promise<LiveReport[]> {
  if (strategyIds.length === 0) return [];
  const pipeline = redis.pipeline();
  for (let from = 0; from < strategyIds.length; from += AT_ONCE) {
    const ids = strategyIds.slice(from, from + AT_ONCE);
    const keys = [...ids.map(redisKeys.running), ...ids.map(redisKeys.lock)];
    pipeline.eval(READ, keys.length, ...keys, ...STATUS_FIELDS);
  }
  const replies = await pipeline.exec();
  if (replies === null) throw new Error('Connection is closed.');
  const found = replies.flatMap(([error, values]) => {
    if (error !== null) throw error;
    return values as (string | number)[];
  });
  return strategyIds.map((id, i) => ({
    live: liveOf(id, String(found[2 * i]), known),
    leased: found[2 * i + 1] === 1,
  }));
}
