import type { Redis } from 'ioredis';
import { redisKeys } from '../redis/keys.js';
import { STATUS_FIELDS, valuesToStatus, type LiveStatus } from './live-status.js';

/** What Redis knows about a strategy: the node's report, and whether a node holds the lease. */
export interface LiveReport {
  live: LiveStatus | null;
  leased: boolean;
}

/**
 * Reports and leases, one text for all: a thousand reports are 26,000 values, which cost the reader several times as much
 * one by one. KEYS: reports, then locks.
 */
const READ = `
local count = #KEYS / 2
local found = {}
for i = 1, count do
  found[i] = { redis.call('HMGET', KEYS[i], unpack(ARGV)), redis.call('EXISTS', KEYS[count + i]) }
end
return cjson.encode(found)`;
/** Strategies of one call: Redis does nothing else meanwhile. */
const AT_ONCE = 100;

/** A field that is not there is `false`. */
type Found = [values: (string | false)[], leased: 0 | 1][];

/** Reports of many strategies, in the order asked, in one round trip. @throws when Redis does not answer. */
export async function readLive(redis: Redis, strategyIds: readonly number[]): Promise<LiveReport[]> {
  if (strategyIds.length === 0) return [];
  const pipeline = redis.pipeline();
  for (let from = 0; from < strategyIds.length; from += AT_ONCE) {
    const ids = strategyIds.slice(from, from + AT_ONCE);
    const keys = [...ids.map(redisKeys.running), ...ids.map(redisKeys.lock)];
    pipeline.eval(READ, keys.length, ...keys, ...STATUS_FIELDS);
  }
  const replies = await pipeline.exec();
  if (replies === null) throw new Error('Connection is closed.');
  return replies.flatMap(([error, text]) => {
    if (error !== null) throw error;
    return (JSON.parse(String(text)) as Found).map(([values, leased]) => ({
      live: valuesToStatus(values),
      leased: leased === 1,
    }));
  });
}
