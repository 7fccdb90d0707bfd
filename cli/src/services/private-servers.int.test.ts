import { createConnection } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { describe, expect, inject, test } from 'vitest';

describe('the private servers of a test run', () => {
  test('Redis answers a client that has the password and evicts nothing', async () => {
    const redis = new Redis(inject('redisUrl'), { maxRetriesPerRequest: 1 });
    try {
      expect(await redis.ping()).toBe('PONG');
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    } finally {
      redis.disconnect();
    }
  });

  test('MariaDB speaks utf8mb4 in UTC', async () => {
    const connection = await createConnection({ uri: inject('databaseUrl') });
    try {
      const [rows] = await connection.query('SELECT @@character_set_server AS charset, @@time_zone AS zone');
      expect(rows).toEqual([{ charset: 'utf8mb4', zone: '+00:00' }]);
    } finally {
      await connection.end();
    }
  });
});
