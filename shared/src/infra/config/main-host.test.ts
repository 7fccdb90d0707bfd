import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const secrets = {
  MAIN_HOST: '10.0.0.5',
  MYSQL_PASSWORD: 'my/sql-7Qw9xZ2k',
  REDIS_PASSWORD: 'red:is-7Qw9xZ2k',
  ENCRYPTION_KEY: '8c1f4be90d7a62f35e9b0c47d2a81f6e93b5c70d4e18fa26b7903dc5e1428af7',
};

describe('a node on a further machine', () => {
  it('needs the main machine’s address and its secrets, nothing else', () => {
    const config = loadConfig(secrets);
    expect(config.databaseUrl).toBe('mysql://gridfleet:my%2Fsql-7Qw9xZ2k@10.0.0.5:3306/gridfleet');
    expect(config.redisUrl).toBe('redis://:red%3Ais-7Qw9xZ2k@10.0.0.5:6379');
    expect(config.workerName).toMatch(/^[A-Za-z0-9._-]{1,60}$/);
  });

  it('takes an IPv6 address', () => {
    expect(loadConfig({ ...secrets, MAIN_HOST: 'fd00::5' }).redisUrl).toBe(
      'redis://:red%3Ais-7Qw9xZ2k@[fd00::5]:6379',
    );
  });

  it('prefers addresses that are given whole', () => {
    const config = loadConfig({
      ...secrets,
      DATABASE_URL: 'mysql://u:4fT8vQ2mX7aL@db:3306/x',
      REDIS_URL: '',
    });
    expect(config.databaseUrl).toBe('mysql://u:4fT8vQ2mX7aL@db:3306/x');
    expect(config.redisUrl).toContain('10.0.0.5');
  });

  it('says which variable is missing when a password is', () => {
    expect(() => loadConfig({ ...secrets, REDIS_PASSWORD: '' })).toThrow('REDIS_URL: is not set');
  });
});

describe('labels of a node', () => {
  it('are a list', () => {
    expect(loadConfig({ ...secrets, WORKER_LABELS: 'region=eu, fast' }).workerLabels).toEqual([
      'region=eu',
      'fast',
    ]);
    expect(loadConfig(secrets).workerLabels).toEqual([]);
  });

  it('are refused by the variable’s name when malformed', () => {
    expect(() => loadConfig({ ...secrets, WORKER_LABELS: 'a b' })).toThrow('WORKER_LABELS');
  });
});
