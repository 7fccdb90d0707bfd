import type { Redis } from 'ioredis';
import { redisKeys } from '../redis/keys.js';
import { STATUS_FIELDS, valuesToStatus, type LiveStatus } from './live-status.js';

/** What Redis knows about a strategy: the node's report, and whether a node holds the lease. */
export interface LiveReport {
  live: LiveStatus | null;
  leased: boolean;
}

function isValues(value: unknown): value is (string | null)[] {
  return Array.isArray(value);
}

/** Reports of many strategies, in the order asked, in one round trip. @throws when Redis does not answer. */
export async function readLive(redis: Redis, strategyIds: readonly number[]): Promise<LiveReport[]> {
  if (strategyIds.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of strategyIds) pipeline.hmget(redisKeys.running(id), ...STATUS_FIELDS);
  pipeline.mget(strategyIds.map(redisKeys.lock));
  const replies = await pipeline.exec();
  const value = (index: number): unknown => {
    const reply = replies?.[index];
    if (reply === undefined) throw new Error('Connection is closed.');
    if (reply[0] !== null) throw reply[0];
    return reply[1];
  };
  const leases = value(strategyIds.length) as (string | null)[];
  return strategyIds.map((_, i) => {
    const values = value(i);
    return { live: isValues(values) ? valuesToStatus(values) : null, leased: leases[i] !== null };
  });
}
