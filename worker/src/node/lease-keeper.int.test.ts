import { createLogger, connectRedis, redisKeys, type Redis } from '@gridfleet/shared/infra';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../tests/harness/wait.js';
import { NotSentError } from '../venue/venue-error.js';
import { assertLeaseCovers } from './lease.js';
import { LeaseKeeper } from './lease-keeper.js';

const log = createLogger('test', 'fatal');
let redis: Redis;
const keepers: LeaseKeeper[] = [];

function keeper(): LeaseKeeper {
  const made = new LeaseKeeper(redis, log);
  made.start();
  keepers.push(made);
  return made;
}

beforeAll(() => {
  redis = connectRedis(process.env['REDIS_URL'] ?? '');
});
afterEach(async () => {
  for (const made of keepers.splice(0)) {
    made.stop();
    for (const id of [901, 902, 903]) await made.release(id);
  }
});
afterAll(() => redis.disconnect());

describe('the lease of a strategy', () => {
  it('is held by one node at a time', async () => {
    const [first, second] = [keeper(), keeper()];
    expect(await first.acquire(901)).not.toBeNull();
    expect(await second.acquire(901)).toBeNull();
    await first.release(901);
    expect(await second.acquire(901)).not.toBeNull();
  });

  it('lives on while it is renewed', async () => {
    const lease = await keeper().acquire(902);
    const start = performance.now();
    await waitUntil(() => performance.now() - start > 5_500, {
      timeoutMs: 7_000,
      what: 'more than a lease life',
    });
    expect(lease?.signal.aborted).toBe(false);
    expect(lease?.remainingMs()).toBeGreaterThan(3_000);
    expect(await redis.pttl(redisKeys.lock(902))).toBeGreaterThan(3_000);
  });

  it('is lost when another value stands in its place, and then covers no send', async () => {
    const lease = await keeper().acquire(903);
    if (lease === null) throw new Error('the lease was not given');
    await redis.set(redisKeys.lock(903), 'somebody else', 'PX', 5_000);
    await waitUntil(() => lease.signal.aborted, { timeoutMs: 4_000, what: 'the loss to be noticed' });
    expect(lease.remainingMs()).toBe(0);
    expect(() => assertLeaseCovers(lease, 1)).toThrow(NotSentError);
    await redis.del(redisKeys.lock(903));
  });

  it('fences itself before it could expire when Redis does not answer', async () => {
    const lonely = connectRedis(process.env['REDIS_URL'] ?? '');
    const made = new LeaseKeeper(lonely, log);
    made.start();
    const lease = await made.acquire(901);
    const start = performance.now();
    lonely.on('error', () => undefined);
    lonely.disconnect();
    await waitUntil(() => lease?.signal.aborted, { timeoutMs: 6_000, what: 'the run to fence itself' });
    const after = performance.now() - start;
    expect(after).toBeGreaterThan(3_500);
    expect(after).toBeLessThan(5_000);
    made.stop();
    await redis.del(redisKeys.lock(901));
  });
});

describe('a send', () => {
  const lease = (remaining: number) => ({
    signal: new AbortController().signal,
    remainingMs: () => remaining,
  });
  it('needs a lease that outlives the validity of the order by the clock skew', () => {
    expect(() => assertLeaseCovers(lease(2_500), 2_000)).not.toThrow();
    expect(() => assertLeaseCovers(lease(2_499), 2_000)).toThrow(NotSentError);
  });
});
