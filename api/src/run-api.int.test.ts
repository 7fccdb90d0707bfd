import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../tests/harness/database.js';
import { startGridfleet } from '../../tests/harness/processes.js';
import { claimRedisNumber, type RedisNumber } from '../../tests/harness/redis-number.js';

let database: TestDatabase;
let redis: RedisNumber;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  database = await createTestDatabase(inject('databaseUrl'));
  redis = await claimRedisNumber(inject('redisUrl'));
  env = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    ENCRYPTION_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
    API_PORT: '0',
    LOG_LEVEL: 'info',
  };
});
afterAll(async () => {
  await redis.release();
  await database.drop();
});

describe('the process of the API', () => {
  test('migrates, says where it serves, and ends on SIGTERM with an open event stream', async () => {
    const api = await startGridfleet(['api'], { env });
    const { url, docs } = api.ready as unknown as { url: string; docs: string };
    expect(docs).toBe(`${url}/docs`);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
      status: 'ok',
      checks: { mysql: true, redis: true, workers: 0 },
    });
    expect(await (await fetch(`${url}/api/strategies`)).json()).toEqual({ items: [], nextCursor: null });
    const stream = await fetch(`${url}/api/events`);
    expect(stream.status).toBe(200);
    const began = performance.now();
    await api.stop();
    expect(api.exitCode()).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('does not start with a wrong setting, and names the variable', async () => {
    await expect(startGridfleet(['api'], { env: { ...env, ENCRYPTION_KEY: 'short' } })).rejects.toThrow(
      'ENCRYPTION_KEY',
    );
  });
});
