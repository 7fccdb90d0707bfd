import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, AllocationDto, HaltDto, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { setRun, storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let owner: Caller;
let bob: Caller;
let account: Account;
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  owner = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  account = await createAccount(owner);
  strategy = await createStrategy(owner, account.id);
});
afterAll(() => api.close());

describe('limits', () => {
  test('have defaults, are replaced whole, and go back to the defaults', async () => {
    const url = `/api/risk/limits?scope=strategy&id=${strategy.id}`;
    const first = (await owner('GET', url)).body;
    expect(first).toMatchObject({ isDefault: true, limits: { priceBandPercent: '10' } });
    const limits = { maxDailyLoss: '100', stopPriceBelow: '50000', onStop: 'reduce' };
    expect((await owner('PUT', url, { limits })).body).toEqual({
      scope: 'strategy',
      id: strategy.id,
      limits,
      isDefault: false,
    });
    expect((await owner('GET', url)).body).toMatchObject({ limits, isDefault: false });
    expect((await owner('PUT', url, { limits: null })).body).toEqual(first);
  });

  test.each([
    ['platform&id=3', {}, 'id'],
    ['account', {}, 'id'],
    ['strategy&id=1', { maxOpenOrders: 0 }, 'body.limits.maxOpenOrders'],
    ['strategy&id=1', { maxDailyLoss: '-5' }, 'body.limits.maxDailyLoss'],
    ['strategy&id=1', { maxDailyLos: '5' }, 'body.limits.maxDailyLos'],
    ['platform', { stopPriceBelow: '5' }, 'body.limits.stopPriceBelow'],
    ['strategy&id=1', { stopPriceBelow: '5', stopPriceAbove: '5' }, 'body.limits.stopPriceBelow'],
  ])('of %s refuse %j and name %s', async (query, limits, field) => {
    const answer = await owner('PUT', `/api/risk/limits?scope=${query}`, { limits });
    expect([answer.status, answer.error.details[0]?.field], answer.text).toEqual([400, field]);
  });

  test('of somebody else look absent', async () => {
    for (const scope of [`account&id=${account.id}`, `strategy&id=${strategy.id}`]) {
      expect((await bob('GET', `/api/risk/limits?scope=${scope}`)).status).toBe(404);
      expect((await bob('PUT', `/api/risk/limits?scope=${scope}`, { limits: {} })).status).toBe(404);
    }
  });

  test('that are watched anew forget old losses', async () => {
    const url = `/api/risk/limits?scope=account&id=${account.id}`;
    await api.dataSource.query(
      "INSERT INTO risk_state (scope, scope_id, state, updated_at) VALUES ('account', ?, '{}', UTC_TIMESTAMP(3))",
      [account.id],
    );
    await owner('PUT', url, { limits: { maxDrawdown: '5' } });
    expect(await api.count('risk_state')).toBe(0);
    await owner('PUT', url, { limits: null });
  });
});

describe('trading states', () => {
  test('are set with a reason and an author, and resumed', async () => {
    const url = `/api/trading-state/account/${account.id}`;
    const halted = await owner('PUT', url, { state: 'REDUCING', reason: 'Checking the books' });
    expect(halted.body).toMatchObject({
      scope: 'account',
      id: account.id,
      state: 'REDUCING',
      reason: { code: 'OPERATOR', message: 'Checking the books' },
      changedBy: 'ann@example.org',
    });
    expect((await owner('PUT', url, { state: 'ACTIVE' })).body).toMatchObject({
      state: 'ACTIVE',
      reason: null,
    });
    expect((await bob('PUT', url, { state: 'HALTED' })).status).toBe(404);
    expect((await bob('GET', `/api/trading-state/strategy/${strategy.id}`)).status).toBe(404);
    expect((await bob('GET', '/api/trading-state/platform')).body).toMatchObject({
      state: 'ACTIVE',
      id: null,
    });
  });

  test('halt the platform only when somebody means it', async () => {
    const url = '/api/trading-state/platform';
    const asked = await owner('PUT', url, { state: 'HALTED' });
    expect([asked.status, asked.error.code]).toEqual([403, 'CONFIRMATION_REQUIRED']);
    expect((await owner('PUT', url, { state: 'HALTED', confirmation: 'HALT PLATFORM' })).status).toBe(200);
    const start = await owner('POST', `/api/strategies/${strategy.id}/start`);
    expect(start.error.code).toBe('TRADING_HALTED');
    expect((await owner('PUT', url, { state: 'ACTIVE' })).status).toBe(200);
  });
});

describe('the kill switch', () => {
  test('halts at once, tells how far it is, and ends when somebody resumes', async () => {
    const begun = await owner('POST', '/api/halt', { scope: 'strategy', id: strategy.id, orders: 'cancel' });
    expect(begun.status).toBe(202);
    const halt = begun.body as HaltDto;
    expect(halt).toMatchObject({
      state: 'running',
      orders: 'cancel',
      progress: null,
      actor: 'ann@example.org',
    });
    expect((await owner('GET', `/api/trading-state/strategy/${strategy.id}`)).body).toMatchObject({
      state: 'HALTED',
      reason: { code: 'OPERATOR_HALT' },
    });
    expect((await bob('GET', `/api/halt/${halt.id}`)).status).toBe(404);
    await owner('PUT', `/api/trading-state/strategy/${strategy.id}`, { state: 'ACTIVE' });
    expect((await owner('GET', `/api/halt/${halt.id}`)).body).toMatchObject({ state: 'ended' });
    expect((await owner('GET', '/api/halt')).body).toMatchObject({ items: [{ id: halt.id }] });
  });

  test('that sells lets reducing orders out first', async () => {
    await owner('POST', '/api/halt', { scope: 'account', id: account.id, orders: 'flatten' });
    const url = `/api/trading-state/account/${account.id}`;
    expect((await owner('GET', url)).body).toMatchObject({ state: 'REDUCING' });
    await owner('PUT', url, { state: 'ACTIVE' });
  });

  test('of the platform asks for the trading password where one is set', async () => {
    const password = 'a-trading-password';
    expect((await owner('PUT', '/api/me/trading-password', { password })).body).toMatchObject({
      hasTradingPassword: true,
    });
    const body = { scope: 'platform', orders: 'leave', confirmation: 'HALT PLATFORM' };
    expect((await owner('POST', '/api/halt', body)).error.code).toBe('CONFIRMATION_REQUIRED');
    const wrong = await owner('POST', '/api/halt', { ...body, tradingPassword: `${password}!` });
    expect(wrong.error.details[0]?.field).toBe('body.tradingPassword');
    expect((await owner('POST', '/api/halt', { ...body, tradingPassword: password })).status).toBe(202);
    await owner('PUT', '/api/trading-state/platform', { state: 'ACTIVE' });
    const removal = await owner('PUT', '/api/me/trading-password', { password: null });
    expect(removal.error.code).toBe('CONFIRMATION_REQUIRED');
    expect(
      (await owner('PUT', '/api/me/trading-password', { password: null, current: password })).status,
    ).toBe(200);
    const stored = JSON.stringify(await api.dataSource.query('SELECT * FROM audit'));
    expect(stored).not.toContain(password);
    expect(api.log()).not.toContain(password);
  });
});

describe('money set aside', () => {
  const body = (change: Record<string, unknown> = {}) => ({
    accountId: account.id,
    name: 'Grids',
    asset: 'USDT',
    amount: '1000',
    strategyIds: [strategy.id],
    ...change,
  });
  let made: AllocationDto;

  test('belongs to strategies that pay with it on that account, each in one share', async () => {
    const answer = await owner('POST', '/api/capital/allocations', body());
    expect(answer.status, answer.text).toBe(201);
    made = answer.body as AllocationDto;
    expect(made).toMatchObject({ amount: '1000', used: '0', strategyIds: [strategy.id] });
    expect((await owner('POST', '/api/capital/allocations', body())).error.code).toBe('ALLOCATION_REFUSED');
    const wrong = await owner('POST', '/api/capital/allocations', body({ asset: 'EUR' }));
    expect(wrong.error.details[0]).toMatchObject({ field: 'body.strategyIds.0', code: 'STRATEGY_UNKNOWN' });
  });

  test('is never more than the account has', async () => {
    await api.dataSource.query(
      "INSERT INTO reservation (account_id, resource, total, reserved, read_at) VALUES (?, 'USDT', 1500, 600, NOW(3))",
      [account.id],
    );
    const url = `/api/capital/allocations/${made.id}`;
    expect((await owner('PUT', url, body({ amount: '1500.01' }))).error.code).toBe('ALLOCATION_REFUSED');
    expect((await owner('PUT', url, body({ amount: '1500' }))).body).toMatchObject({ amount: '1500' });
  });

  test('is shown beside what is free and who holds the rest', async () => {
    await owner('POST', `/api/strategies/${strategy.id}/start`);
    const runId = await setRun(api.dataSource, strategy.id, { state: 'running' });
    await storeOrder(api.dataSource, { strategy, runId, accountId: account.id, generation: 1 });
    const [order] = await api.dataSource.query<{ held: string }[]>(
      'SELECT TRIM(TRAILING "0" FROM price * quantity) + 0 AS held FROM orders WHERE is_final = 0',
    );
    const { items } = (await owner('GET', `/api/accounts/${account.id}/funds`)).body as {
      items: { asset: string; reserved: { strategyId: number; amount: string }[] }[];
    };
    expect(items).toMatchObject([
      { asset: 'USDT', isMargin: false, total: '1500', free: '900', foreign: '0' },
    ]);
    expect(items[0]?.reserved.map(({ strategyId, amount }) => [strategyId, Number(amount)])).toEqual(
      order === undefined ? [] : [[strategy.id, Number(order.held)]],
    );
  });

  test('is told apart from the margin of contracts, with who holds that', async () => {
    const traded = { market: 'SOL/USDT:USDT', price: '100', quantity: '2', unitMargin: '20.05' };
    const contracts = await createAccount(owner, 'contracts');
    const grid = await createStrategy(owner, contracts.id);
    await owner('POST', `/api/strategies/${grid.id}/start`);
    const runId = await setRun(api.dataSource, grid.id, { state: 'running' });
    const of = { strategy: grid, runId, accountId: contracts.id };
    await storeOrder(api.dataSource, { ...of, generation: 1 }, traded);
    const closing = { ...traded, side: 'sell', reduceOnly: true, unitMargin: null } as const;
    await storeOrder(api.dataSource, { ...of, generation: 2 }, closing);
    await api.dataSource.query(
      `INSERT INTO reservation (account_id, resource, total, foreign_locked, reserved, read_at)
         VALUES (?, 'margin:USDT', 500, 10, 40.1, NOW(3))`,
      [contracts.id],
    );
    const { items } = (await owner('GET', `/api/accounts/${contracts.id}/funds`)).body as {
      items: unknown[];
    };
    expect(items).toMatchObject([
      {
        ...{ asset: 'USDT', isMargin: true, total: '500', free: '449.9', foreign: '10', setAside: '0' },
        reserved: [{ strategyId: grid.id, amount: '40.1' }],
      },
    ]);
  });

  test('of somebody else looks absent, and is given back', async () => {
    const url = `/api/capital/allocations/${made.id}`;
    expect((await bob('GET', '/api/capital/allocations')).body).toEqual({ items: [] });
    expect((await bob('PUT', url, body())).status).toBe(404);
    expect((await bob('DELETE', url)).status).toBe(404);
    expect((await bob('POST', '/api/capital/allocations', body())).status).toBe(404);
    expect((await bob('GET', `/api/accounts/${account.id}/funds`)).status).toBe(404);
    expect((await owner('DELETE', url)).status).toBe(204);
    expect((await owner('GET', '/api/capital/allocations')).body).toEqual({ items: [] });
    const [row] = await api.dataSource.query<{ capital_version: number }[]>(
      'SELECT capital_version FROM account WHERE id = ?',
      [account.id],
    );
    expect(row?.capital_version).toBeGreaterThan(2);
  });
});
