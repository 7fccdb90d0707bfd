import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  Account,
  AccountBalance,
  CredentialTest,
  ForeignOrder,
  Strategy,
} from '@gridfleet/shared/schema';
import { clientOrderId } from '@gridfleet/shared/domain';
import { ForeignOrderRepository } from '@gridfleet/shared/infra';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let account: Account;
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  account = await createAccount(ann);
  strategy = await createStrategy(ann, account.id);
});
afterAll(() => api.close());

describe('an account', () => {
  test('is copied with its credentials, which work and are shown nowhere', async () => {
    const answer = await ann('POST', `/api/accounts/${account.id}/copy`);
    expect(answer.status, answer.text).toBe(201);
    const copy = answer.body as Account;
    expect(copy).toMatchObject({
      label: 'Main (copy)',
      venue: 'binance',
      fingerprint: account.fingerprint,
      credentialFields: ['apiKey', 'secret'],
    });
    expect(answer.text).not.toContain('good-secret');
    const tested = (await ann('POST', `/api/accounts/${copy.id}/test`)).body as CredentialTest;
    expect(tested).toMatchObject({ ok: true, reason: null, permissions: null });
    const elsewhere = await ann('POST', `/api/accounts/${account.id}/copy`, { venue: 'binancecoinm' });
    expect(elsewhere.error.code).toBe('VENUE_COIN_MARGINED');
  });

  test('whose key the exchange refuses says so as an answer', async () => {
    api.node.failure = {
      ok: false,
      code: 'CREDENTIALS_REFUSED',
      message: 'The key is gone.',
      field: 'apiKey',
    };
    try {
      const answer = await ann('POST', `/api/accounts/${account.id}/test`);
      expect(answer).toMatchObject({
        status: 200,
        body: { ok: false, reason: { code: 'CREDENTIALS_REFUSED', message: 'The key is gone.' } },
      });
    } finally {
      api.node.failure = null;
    }
  });

  test('gets new keys by rotation', async () => {
    const credentials = { apiKey: 'another-key', secret: 'good-secret-2' };
    const rotated = await ann('POST', `/api/accounts/${account.id}/rotate`, { credentials });
    expect(rotated.status, rotated.text).toBe(200);
    expect((rotated.body as Account).fingerprint).not.toBe(account.fingerprint);
    const bad = { credentials: { apiKey: 'x', secret: 'bad' } };
    expect((await ann('POST', `/api/accounts/${account.id}/rotate`, bad)).error.code).toBe(
      'CREDENTIALS_REFUSED',
    );
  });

  test('lists its symbols and fees', async () => {
    expect((await ann('GET', `/api/accounts/${account.id}/symbols`)).body).toEqual({
      items: ['BTC/USDT', 'ETH/USDT'],
    });
    const fee = await ann('GET', `/api/accounts/${account.id}/trading-fee?market=BTC/USDT`);
    expect(fee.body).toEqual({ market: 'BTC/USDT', maker: '0.0001', taker: '0.001' });
    const unknown = await ann('GET', `/api/accounts/${account.id}/trading-fee?market=NOPE/USDT`);
    expect(unknown.error).toMatchObject({ code: 'MARKET_UNKNOWN', details: [{ field: 'query.market' }] });
  });

  test('shows whose orders need how much of a balance', async () => {
    const { runId } = (await ann('POST', `/api/strategies/${strategy.id}/start`)).body as { runId: number };
    const key = { strategy, runId, accountId: account.id, generation: 1 };
    await storeOrder(api.dataSource, key, { price: '100.1', quantity: '0.1' });
    await storeOrder(
      api.dataSource,
      { ...key, generation: 2 },
      { price: '50', quantity: '0.1', filledQuantity: '0.04' },
    );
    await storeOrder(api.dataSource, { ...key, generation: 3 }, { isFinal: true, state: 'canceled' });
    const { items } = (await ann('GET', `/api/accounts/${account.id}/balances`)).body as {
      items: AccountBalance[];
    };
    expect(items).toEqual([
      {
        asset: 'USDT',
        total: '100',
        free: '90',
        locked: '10',
        reserved: '13.01',
        reservedBy: [{ strategyId: strategy.id, name: 'Grid', amount: '13.01' }],
      },
    ]);
  });
});

describe('orphans', () => {
  test('are adopted by decision, cancelled at the exchange, and foreign orders are left alone', async () => {
    const orphan = clientOrderId({
      salt: 'abcd',
      strategyId: strategy.id,
      leg: 0,
      slot: 0,
      side: 'buy',
      generation: 9,
    });
    const seen = { isOrphan: true, side: 'buy' as const, price: '1', quantity: '1', filledQuantity: '0' };
    await new ForeignOrderRepository(api.dataSource.manager).record(
      account.id,
      'BTC/USDT',
      [
        { ...seen, exchangeOrderId: 'o-1', clientOrderId: orphan },
        { ...seen, exchangeOrderId: 'f-1', clientOrderId: 'by-hand', isOrphan: false },
      ],
      new Date(),
    );
    const listed = await ann('GET', `/api/accounts/${account.id}/foreign-orders`);
    expect((listed.body as { items: ForeignOrder[] }).items).toHaveLength(2);
    const request = { accountId: account.id, market: 'BTC/USDT', exchangeOrderId: 'o-1' };
    const adopted = await ann('POST', '/api/journal/adopt', request);
    expect(adopted).toMatchObject({ status: 200, body: { decision: 'adopt', decidedBy: 'ann@example.org' } });
    for (const path of ['adopt', 'cancel']) {
      const foreign = await ann('POST', `/api/journal/${path}`, { ...request, exchangeOrderId: 'f-1' });
      expect([foreign.status, foreign.error.code]).toEqual([404, 'NOT_FOUND']);
      const theirs = await api.as('bob@example.org')('POST', `/api/journal/${path}`, request);
      expect(theirs.status).toBe(404);
    }
    // The stand-in for a node says that it is gone.
    expect((await ann('POST', '/api/journal/cancel', request)).error.code).toBe('ORPHAN_GONE');
    expect((await ann('POST', '/api/journal/adopt', request)).error.code).toBe('ORPHAN_GONE');
  });
});

describe('a pause', () => {
  test('halts the strategy for a reason of its own, and only that reason is lifted', async () => {
    const url = (action: string) => `/api/strategies/${strategy.id}/${action}`;
    const send = async (action: string): Promise<unknown> => (await ann('POST', url(action))).body;
    const paused = {
      tradingState: 'HALTED',
      tradingReason: { code: 'PAUSED' },
      tradingChangedBy: 'ann@example.org',
    };
    expect([await send('pause'), await send('pause')]).toMatchObject([paused, paused]);
    const active = { tradingState: 'ACTIVE', tradingReason: null };
    expect([await send('resume'), await send('resume')]).toMatchObject([active, active]);
    await api.dataSource.query(
      "UPDATE strategy SET trading_state = 'HALTED', trading_reason_code = 'DAILY_LOSS', trading_reason_message = 'Too much.' WHERE id = ?",
      [strategy.id],
    );
    for (const action of ['pause', 'resume']) {
      const answer = await ann('POST', url(action));
      expect([answer.status, answer.error.code]).toEqual([409, 'TRADING_HALTED']);
      expect(answer.error.message).toContain('Too much.');
    }
  });
});
