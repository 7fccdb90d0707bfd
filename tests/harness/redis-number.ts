import { Redis } from 'ioredis';

/** Numbers a platform may use; claims are kept in number 0. */
const NUMBERS = 15;
/** A claim of a test run that was killed ends by itself, s. */
const CLAIM_S = 3 * 60 * 60;

const claimKey = (number: number): string => `test-platform:redis-number:${number}`;

/**
 * Takes a Redis number that no other platform on this server uses, so that several can run side by side.
 * @returns its address, and how to give it back
 */
export async function claimRedisNumber(
  serverUrl: string,
): Promise<{ url: string; release: () => Promise<void> }> {
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
    return { url: url.href, release };
  }
  redis.disconnect();
  throw new Error(`all ${NUMBERS} Redis numbers are in use by other test platforms`);
}
