import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.js';
import { isWeakSecret, weakPassword } from './weak-secrets.js';

const random = (bytes: number): string => randomBytes(bytes).toString('hex');
const good = {
  DATABASE_URL: `mysql://grid:${random(12)}@db.internal:3306/grid`,
  REDIS_URL: `redis://:${random(12)}@redis.internal:6379`,
  ENCRYPTION_KEY: random(32),
  PROXY_SECRET: random(16),
  API_HOST: '0.0.0.0',
};

describe('a weak secret', () => {
  it.each([
    '0'.repeat(64),
    'ab'.repeat(32),
    '0123456789abcdef'.repeat(4),
    'change-me-please-0123456789',
    'this-is-the-default-secret-0',
    'your_secret_goes_right_here',
    'MyPassword-1234567890abc',
  ])('is %s', (text) => expect(isWeakSecret(text)).toBe(true));

  it('is never a random one', () => {
    for (let i = 0; i < 500; i += 1) expect(isWeakSecret(random(16))).toBe(false);
  });

  it.each([
    ['ENCRYPTION_KEY', 'a'.repeat(64)],
    ['PROXY_SECRET', 'change-me-change-me-change-me'],
    ['DATABASE_URL', 'mysql://grid:gridfleet@db.internal/grid'],
    ['DATABASE_URL', 'mysql://grid@db.internal/grid'],
    ['REDIS_URL', 'redis://redis.internal:6379'],
    ['REDIS_URL', 'redis://:short@redis.internal:6379'],
  ])('stops the boot: %s=%s', (variable, value) => {
    expect(() => loadConfig({ ...good, [variable]: value })).toThrow(ConfigError);
    expect(() => loadConfig({ ...good, [variable]: value })).toThrow(variable);
  });

  it('is accepted in a try-out, which listens on this machine only', () => {
    const weak = { ...good, ENCRYPTION_KEY: 'a'.repeat(64), DEMO: 'true' };
    expect(() => loadConfig(weak)).toThrow(/^DEMO/);
    expect(loadConfig({ ...weak, API_HOST: '127.0.0.1' }).demo).toBe(true);
  });

  it('of a server on this machine is not judged', () => {
    expect(weakPassword('mysql://grid:pw@127.0.0.1/grid')).toBeNull();
    expect(loadConfig(good).apiHost).toBe('0.0.0.0');
  });
});
