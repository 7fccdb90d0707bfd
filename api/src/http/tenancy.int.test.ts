import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams } from '../testing/fixtures.js';
import { setRun, storeCycle, storeFill, storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let bob: Caller;
let account: Account;
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  const ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  account = await createAccount(ann);
  strategy = await createStrategy(ann, account.id);
  await ann('POST', `/api/strategies/${strategy.id}/start`);
  const runId = await setRun(api.dataSource, strategy.id, { state: 'running' });
  const key = { strategy, runId, accountId: account.id, generation: 1 };
  const orderId = await storeOrder(api.dataSource, key);
  await storeFill(api.dataSource, key, orderId, { side: 'buy', amount: '1', feeQuote: '0' });
  await storeCycle(api.dataSource, key, '1');
});
afterAll(() => api.close());

describe('what belongs to somebody else', () => {
  test.each([
    ['GET', '', undefined],
    ['PUT', '', { label: 'Mine' }],
    ['PUT', '', { credentials: { apiKey: 'k', secret: 'good-secret' } }],
    ['DELETE', '', undefined],
    ['GET', '/balances', undefined],
    ['GET', '/markets', undefined],
    ['GET', '/quote?market=BTC/USDT', undefined],
    ['GET', '/symbols', undefined],
    ['GET', '/trading-fee?market=BTC/USDT', undefined],
    ['GET', '/foreign-orders', undefined],
    ['POST', '/copy', undefined],
    ['POST', '/test', undefined],
    ['POST', '/rotate', { credentials: { apiKey: 'k', secret: 'good-secret' } }],
  ] as const)('looks absent: %s /api/accounts/:id%s', async (method, path, body) => {
    const answer = await bob(method, `/api/accounts/${account.id}${path}`, body);
    expect([answer.status, answer.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each([
    ['GET', '', undefined],
    ['PUT', '', { name: 'Mine' }],
    ['PUT', '', { params: gridParams() }],
    ['DELETE', '', undefined],
    ['POST', '/start', undefined],
    ['POST', '/stop', undefined],
    ['GET', '/status', undefined],
    ['GET', '/levels', undefined],
    ['GET', '/orders', undefined],
    ['GET', '/cycles', undefined],
    ['GET', '/candles', undefined],
    ['GET', '/why', undefined],
    ['POST', '/copy', undefined],
    ['POST', '/restore', undefined],
    ['POST', '/pause', undefined],
    ['POST', '/resume', undefined],
  ] as const)('looks absent: %s /api/strategies/:id%s', async (method, path, body) => {
    const answer = await bob(method, `/api/strategies/${strategy.id}${path}`, body);
    expect([answer.status, answer.error.code]).toEqual([404, 'NOT_FOUND']);
    expect(answer.error.message).toBe(
      (await bob(method, `/api/strategies/999999${path}`, body)).error.message.replace(
        '999999',
        String(strategy.id),
      ),
    );
  });

  test('is in no list and no total', async () => {
    for (const url of [
      '/api/accounts',
      '/api/strategies?status=all',
      '/api/strategies/running',
      '/api/trades',
      '/api/orders',
      '/api/cycles',
      '/api/positions',
      '/api/equity',
      '/api/journal',
      '/api/templates',
    ]) {
      expect((await bob('GET', url)).body, url).toMatchObject({ items: [] });
    }
    expect((await bob('GET', '/api/trades/stats')).body).toMatchObject({ fills: 0, cycles: 0, volume: '0' });
    for (const url of [
      `/api/trades?strategyId=${strategy.id}`,
      `/api/trades/stats?strategyId=${strategy.id}`,
    ]) {
      expect((await bob('GET', url)).status, url).toBe(404);
    }
  });

  test('cannot be traded with', async () => {
    for (const url of ['/api/strategies', '/api/strategies/preview']) {
      const answer = await bob('POST', url, {
        ...(url.endsWith('preview') ? {} : { name: 'Theft' }),
        kind: 'range-grid',
        params: gridParams(),
        legs: [{ accountId: account.id, market: 'BTC/USDT' }],
      });
      expect(answer.error).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: [{ field: 'body.legs.0.accountId', code: 'ACCOUNT_UNKNOWN' }],
      });
    }
    expect(await api.count('strategy')).toBe(1);
  });

  test('is as it was', async () => {
    const ann = api.as('ann@example.org');
    expect((await ann('GET', `/api/accounts/${account.id}`)).body).toEqual(account);
    expect((await ann('GET', `/api/strategies/${strategy.id}`)).body).toMatchObject({
      name: strategy.name,
      revision: 1,
      desiredState: 'running',
    });
  });
});
