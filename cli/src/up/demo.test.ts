import { describe, expect, test } from 'vitest';
import type { ApiClient } from './api-client.js';
import { DEMO_ACCOUNT, DEMO_STRATEGY, ensureDemo } from './demo.js';

const secrets = {
  redisPassword: 'r',
  mariadbPassword: 'm',
  encryptionKey: 'e',
  demoApiKey: 'key',
  demoApiSecret: 'secret',
};

/** An API that keeps what is posted and can break before one request. */
class StubApi implements ApiClient {
  readonly posted: string[] = [];
  readonly accounts: object[] = [];
  readonly strategies: { id: number; name: string; desiredState: string }[] = [];
  breakAt: string | undefined;

  async get(path: string): Promise<unknown> {
    if (path === '/api/accounts') return { items: this.accounts };
    if (path === '/api/strategies') return { items: this.strategies };
    if (path === '/api/accounts/1/quote?market=BTC%2FUSDT') return { bid: '59999.99', ask: '60000.00' };
    throw new Error(`unexpected GET ${path}`);
  }

  async post(path: string, body: object): Promise<unknown> {
    if (path === this.breakAt) throw new Error('connection lost');
    this.posted.push(path);
    if (path === '/api/accounts') this.accounts.push({ id: 1, label: DEMO_ACCOUNT, ...body });
    if (path === '/api/strategies') {
      this.strategies.push({ id: 7, desiredState: 'stopped', name: DEMO_STRATEGY, ...body });
      return this.strategies[0];
    }
    return { id: 1 };
  }
}

const EVERYTHING = ['/api/accounts', '/api/strategies', '/api/strategies/7/start'];

describe('creating the demo', () => {
  test('makes an account and a strategy and starts it', async () => {
    const api = new StubApi();
    await ensureDemo(api, secrets);
    expect(api.posted).toEqual(EVERYTHING);
    expect(api.strategies[0]).toMatchObject({ legs: [{ accountId: 1, market: 'BTC/USDT' }] });
  });

  test.each(EVERYTHING)('is completed and not repeated after a break at %s', async (breakAt) => {
    const api = new StubApi();
    api.breakAt = breakAt;
    await expect(ensureDemo(api, secrets)).rejects.toThrow('connection lost');
    api.breakAt = undefined;
    await ensureDemo(api, secrets);
    expect(api.posted).toEqual(EVERYTHING);
  });

  test('does nothing when it runs already', async () => {
    const api = new StubApi();
    await ensureDemo(api, secrets);
    for (const strategy of api.strategies) strategy.desiredState = 'running';
    await ensureDemo(api, secrets);
    expect(api.posted).toEqual(EVERYTHING);
  });
});
