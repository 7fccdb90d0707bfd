import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.js';

const good = {
  DATABASE_URL: 'mysql://grid:pw@127.0.0.1:3306/grid',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ENCRYPTION_KEY: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
};

function refusal(env: Record<string, string | undefined>): ConfigError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('configuration', () => {
  it('needs three variables; everything else has a safe default', () => {
    expect(loadConfig(good)).toMatchObject({
      apiHost: '127.0.0.1',
      apiPort: 8420,
      proxySecret: null,
      workerName: 'worker',
      logLevel: 'info',
      timeScale: 1,
      apiRateLimit: 6000,
      egressIp: null,
      simUrl: null,
    });
  });

  it('reads numbers as numbers, and an empty variable as none', () => {
    expect(loadConfig({ ...good, API_PORT: '0', TIME_SCALE: '0.1', WORKER_NAME: '' })).toMatchObject({
      apiPort: 0,
      timeScale: 0.1,
      workerName: 'worker',
    });
  });

  it.each(['DATABASE_URL', 'REDIS_URL', 'ENCRYPTION_KEY'])(
    'names %s when it is missing or empty',
    (variable) => {
      for (const value of [undefined, '']) {
        const error = refusal({ ...good, [variable]: value });
        expect(error.variable).toBe(variable);
        expect(error.message).toBe(`${variable}: is not set`);
      }
    },
  );

  it.each([
    ['DATABASE_URL', 'postgres://localhost/grid'],
    ['REDIS_URL', 'http://localhost'],
    ['ENCRYPTION_KEY', 'too-short'],
    ['ENCRYPTION_KEY', `${good.ENCRYPTION_KEY}00`],
    ['ENCRYPTION_KEY', '0'.repeat(64)],
    ['API_PORT', '65536'],
    ['API_PORT', 'eighty'],
    ['API_PORT', '80.5'],
    ['WORKER_NAME', 'two words'],
    ['WORKER_CAPACITY', '0'],
    ['SIM_URL', 'localhost:9000'],
    ['LOG_LEVEL', 'loud'],
    ['TIME_SCALE', '0'],
    ['TIME_SCALE', '-1'],
    ['PROXY_SECRET', 'short'],
  ])('names %s when it is %j', (variable, value) => {
    const error = refusal({ ...good, [variable]: value });
    expect(error.variable).toBe(variable);
    expect(error.message.startsWith(`${variable}: `)).toBe(true);
  });

  it('never shows a secret in its refusal', () => {
    expect(refusal({ ...good, ENCRYPTION_KEY: 'my-secret-key' }).message).not.toContain('my-secret-key');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'grid.example.org'])(
    'refuses to listen on %s without a proxy secret',
    (host) => {
      expect(refusal({ ...good, API_HOST: host }).variable).toBe('PROXY_SECRET');
      const secret = 'a-secret-of-24-characters';
      expect(loadConfig({ ...good, API_HOST: host, PROXY_SECRET: secret }).apiHost).toBe(host);
    },
  );

  it.each(['127.0.0.1', '::1', 'localhost'])('listens on %s without one', (host) => {
    expect(loadConfig({ ...good, API_HOST: host }).apiHost).toBe(host);
  });
});
