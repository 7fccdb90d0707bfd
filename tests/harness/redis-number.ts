import { Redis } from 'ioredis';

/** Numbers to take; claims are kept in number 0. */
const NUMBERS = 15;
/** A claim of a test run that was killed ends by itself, s. */
const CLAIM_S = 3 * 60 * 60;

const claimKey = (number: number): string => `test:redis-number:${number}`;

/** A Redis number of one's own. */
export interface RedisNumber {
  url: string;
  /** Gives it back. */
  release: () => Promise<void>;
}

/** Takes a Redis number that no other test on this server uses, and empties it: several tests run side by side. */
export async function claimRedisNumber(serverUrl: string): Promise<RedisNumber> {
  const url = new URL(serverUrl);
  url.pathname = '/0';
  const redis = new Redis(url.href);
  for (let number = 1; number <= NUMBERS; number += 1) {
    if ((await redis.set(claimKey(number), '1', 'EX', CLAIM_S, 'NX')) !== 'OK') continue;
    url.pathname = `/${number}`;
    const release = async (): Promise<void> => {
      await redis.del(claimKey(number));
      redis.disconnect();
    };
    await redis.select(number);
    await redis.flushdb();
    await redis.select(0);
    return { url: url.href, release };
  }
  redis.disconnect();
  throw new Error(`all ${NUMBERS} Redis numbers are in use by other tests`);
}
