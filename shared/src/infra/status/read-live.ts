import type { Redis } from 'ioredis';
import { redisKeys } from '../redis/keys.js';
import { hashToStatus, type LiveStatus } from './live-status.js';

/** What Redis knows about a strategy: the node's report, and whether a node holds the lease. */
export interface LiveReport {
  live: LiveStatus | null;
  leased: boolean;
}

function isHash(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null;
}

/** Reports of many strategies, in the order asked, in one round trip. @throws when Redis does not answer. */
export async function readLive(redis: Redis, strategyIds: readonly number[]): Promise<LiveReport[]> {
  if (strategyIds.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of strategyIds) pipeline.hgetall(redisKeys.running(id)).exists(redisKeys.lock(id));
  const replies = await pipeline.exec();
  const value = (index: number): unknown => {
    const reply = replies?.[index];
    if (reply === undefined) throw new Error('Connection is closed.');
    if (reply[0] !== null) throw reply[0];
    return reply[1];
  };
  return strategyIds.map((_, i) => {
    const hash = value(2 * i);
    return { live: isHash(hash) ? hashToStatus(hash) : null, leased: value(2 * i + 1) === 1 };
  });
}
