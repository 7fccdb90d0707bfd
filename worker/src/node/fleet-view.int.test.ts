import { connectRedis, createLogger, redisKeys, workerToHash, type Redis } from '@gridfleet/shared/infra';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { claimRedisNumber } from '../../../tests/harness/redis-number.js';
import { FleetView } from './fleet-view.js';
import { EXPIRY_MS } from './node-registry.js';

let redis: Redis;
let release: () => Promise<void>;
let view: FleetView;

/** @param silentMs since its last heartbeat */
async function beat(name: string, silentMs: number, roles = 'live'): Promise<void> {
  const info = {
    name,
    instanceId: name,
    hostname: 'host',
    ip: '127.0.0.1',
    egressIp: '127.0.0.1',
    version: '0',
    roles,
    labels: null,
    state: 'ready' as const,
    capacity: 10,
    running: 0,
    eventLoopUtilisation: 0,
    eventLoopLagMs: 0,
    rssBytes: 1,
    startedAt: '2026-01-31T12:00:00.000Z',
    heartbeatAt: '2026-01-31T12:00:00.000Z',
  };
  const key = redisKeys.workerInfo(name);
  await redis.sadd(redisKeys.workers, name);
  await redis.hset(key, workerToHash(info));
  await redis.pexpire(key, EXPIRY_MS - silentMs);
}

const names = (nodes: readonly { name: string }[]): string[] => nodes.map(({ name }) => name).sort();

beforeAll(async () => {
  const number = await claimRedisNumber(inject('redisUrl'));
  redis = connectRedis(number.url);
  release = number.release;
});
beforeEach(async () => {
  await redis.flushdb();
  view = new FleetView(redis, createLogger('test', 'fatal'));
});
afterAll(async () => {
  redis.disconnect();
  await release();
});

describe('the view of the fleet', () => {
  it('counts on nodes that spoke lately, and still knows those that are late', async () => {
    await beat('a', 0);
    await beat('late', 6_000);
    await beat('counts-only', 0, 'backtest');
    await view.refresh();
    expect(names(view.nodes)).toEqual(['a']);
    expect(names(view.living)).toEqual(['a', 'late']);
  });

  it('sees one that has joined with the next look', async () => {
    await beat('a', 0);
    await view.refresh();
    await beat('b', 0);
    expect(names(view.living)).toEqual(['a']);
    await view.refresh();
    expect(names(view.living)).toEqual(['a', 'b']);
  });

  it('takes a node that is gone off the list', async () => {
    await beat('a', 0);
    await redis.del(redisKeys.workerInfo('a'));
    await view.refresh();
    expect(view.living).toEqual([]);
    expect(await redis.smembers(redisKeys.workers)).toEqual([]);
  });

  it('keeps the last look when Redis does not answer', async () => {
    await beat('a', 0);
    await view.refresh();
    redis.disconnect();
    await view.refresh();
    expect(names(view.living)).toEqual(['a']);
    await redis.connect();
  });
});
