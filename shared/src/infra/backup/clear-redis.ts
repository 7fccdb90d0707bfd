import type { Redis } from 'ioredis';
import { redisKeys } from '../redis/keys.js';

/** Keys that tell of what was happening; budgets and gates stay: exchanges forget no ban. */
const PATTERNS = ['strategy:*', 'worker:info:*', 'run:unfit:*', 'bull:*', 'book:*', 'position:*'];

/** Empties what belongs to the life before a restore. All of it is built again from MySQL. @returns how many keys went */
export async function clearRedis(redis: Redis): Promise<number> {
  let removed = await redis.del(redisKeys.workers, redisKeys.events);
  for (const pattern of PATTERNS) {
    for await (const keys of redis.scanStream({ match: pattern, count: 500 }) as AsyncIterable<string[]>) {
      if (keys.length > 0) removed += await redis.unlink(...keys);
    }
  }
  return removed;
}
