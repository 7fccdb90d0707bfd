import { connectRedis, type Redis } from '@gridfleet/shared/infra';
import { afterAll, beforeAll } from 'vitest';
import { OwnRedis } from './own-redis.js';

/** Gives a test file a Redis server of its own, for what no other file should notice, and a connection to it. */
export function redisOfFile(begun: (redis: Redis, server: OwnRedis) => void): void {
  let server: OwnRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await OwnRedis.start();
    redis = connectRedis(server.url);
    begun(redis, server);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.close();
  });
}
