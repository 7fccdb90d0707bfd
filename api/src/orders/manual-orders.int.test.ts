import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closePhrase,
  orderPhrase,
  type Account,
  type ManualOrderRequest,
  type Strategy,
  type TokenCreated,
} from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let account: Account;
/** Running. */
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  account = await createAccount(ann);
  strategy = await createStrategy(ann, account.id);
  expect((await ann('POST', `/api/strategies/${strategy.id}/start`)).status).toBe(200);
});
afterAll(() => api.close());

describe('an order by hand', () => {
  const order = (change: Partial<ManualOrderRequest> = {}) => {
    const asked = {
      accountId: account.id,
      market: 'BTC/USDT',
      side: 'buy' as const,
      type: 'limit' as const,
      price: '59000',
      quantity: '0.01',
      ...change,
    };
    return { ...asked, confirmation: orderPhrase(asked) };
  };
  const close = (what: { strategyId: number } | { accountId: number; market: string }) => ({
    ...what,
    confirmation: closePhrase(what),
  });
  const unconfirmed = () => {
    const { confirmation, ...rest } = order();
    expect(confirmation).toBe('BUY 0.01 BTC/USDT');
    return rest;
  };

  test('and a close are not taken from people who have not typed what they mean', async () => {
    const before = await api.count('strategy');
    for (const body of [unconfirmed(), { ...order(), confirmation: 'BUY 0.1 BTC/USDT' }]) {
      const answer = await ann('POST', '/api/orders', body);
      expect([answer.status, answer.error.code], answer.text).toEqual([403, 'CONFIRMATION_REQUIRED']);
      expect(answer.error.details[0]?.field).toBe('body.confirmation');
      expect(answer.error.message).toContain('"BUY 0.01 BTC/USDT"');
    }
    for (const body of [{ strategyId: strategy.id }, { accountId: account.id, market: 'BTC/USDT' }]) {
      const answer = await ann('POST', '/api/positions/close', body);
      expect([answer.status, answer.error.code], answer.text).toEqual([403, 'CONFIRMATION_REQUIRED']);
      expect(answer.error.message).toContain(`"${closePhrase(body)}"`);
    }
    expect(await api.count('strategy')).toBe(before);
  });

  test('wants the trading password of whoever has one, typed or not, and keeps it nowhere', async () => {
    const carl = api.as('carl@example.org');
    const password = 'canary-trading-password';
    expect((await carl('PUT', '/api/me/trading-password', { password })).status).toBe(200);
    const phraseOnly = await carl('POST', '/api/orders', order());
    expect(phraseOnly.error).toMatchObject({
      code: 'CONFIRMATION_REQUIRED',
      details: [{ field: 'body.tradingPassword' }],
    });
    const wrong = { ...unconfirmed(), tradingPassword: 'canary-trading-passwore' };
    expect((await carl('POST', '/api/orders', wrong)).error.code).toBe('CONFIRMATION_REQUIRED');
    // Confirmed; the account is not Carl's, which is all there is to say.
    const right = { ...unconfirmed(), tradingPassword: password };
    expect((await carl('POST', '/api/orders', right)).error.code).toBe('NOT_FOUND');
    const kept: { details: string }[] = await api.dataSource.query('SELECT details FROM audit');
    expect(kept.map(({ details }) => details).join()).not.toContain('canary-trading');
    expect(api.log()).not.toContain('canary-trading');
  });

  test('of a program needs no more than the scope of its token', async () => {
    const token = async (scope: string): Promise<Record<string, string>> => {
      const { body } = await ann('POST', '/api/tokens', { name: scope, scopes: [scope] });
      return { authorization: `Bearer ${(body as TokenCreated).token}` };
    };
    // Off the tick: judged, and so confirmed.
    const body = { ...unconfirmed(), price: '59000.001' };
    const trade = await ann('POST', '/api/orders', body, await token('trade'));
    expect(trade.error.code, trade.text).toBe('PLAN_REFUSED');
    const read = await ann('POST', '/api/orders', body, await token('read'));
    expect(read.error.code).toBe('FORBIDDEN');
  });

  test('that no node has taken yet is told as such, and repeated under its key it is the same one', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const first = await ann('POST', '/api/orders', order(), headers);
    expect(first).toMatchObject({ status: 201, body: { state: 'queued', order: null } });
    const second = await ann('POST', '/api/orders', order(), headers);
    expect(second.body).toEqual(first.body);
    const [row]: { n: string }[] = await api.dataSource.query(
      'SELECT COUNT(*) AS n FROM strategy WHERE is_system = 1',
    );
    expect(row?.n).toBe('1');
    const shown = (await ann('GET', '/api/strategies?status=all')).body as { items: Strategy[] };
    expect(shown.items.map(({ id }) => id)).toEqual([strategy.id]);
    expect((await ann('GET', '/api/strategies/running')).body).toMatchObject({
      items: [{ strategyId: strategy.id }],
    });
  });

  test.each([
    [{ price: '59000.001' }, 'PLAN_REFUSED', 'body.price'],
    [{ quantity: '0.000001' }, 'PLAN_REFUSED', 'body.quantity'],
    [{ quantity: '90' }, 'PLAN_REFUSED', 'body.quantity'],
    [{ market: 'NOPE/USDT' }, 'MARKET_UNKNOWN', 'body.market'],
    [{ quantity: '1e5' }, 'VALIDATION_FAILED', 'body.quantity'],
  ])('with %j is refused with %s at %s, and leaves nothing', async (change, code, field) => {
    const before = await api.count('strategy');
    const answer = await ann('POST', '/api/orders', order(change));
    expect(answer.error, answer.text).toMatchObject({ code, details: [{ field }] });
    expect(await api.count('strategy')).toBe(before);
  });

  test('of somebody else’s account, or closing it, finds nothing', async () => {
    const bob = api.as('bob@example.org');
    expect((await bob('POST', '/api/orders', order())).status).toBe(404);
    const holdings = close({ accountId: account.id, market: 'BTC/USDT' });
    expect((await bob('POST', '/api/positions/close', holdings)).status).toBe(404);
    const theirs = close({ strategyId: strategy.id });
    expect((await bob('POST', '/api/positions/close', theirs)).status).toBe(404);
  });

  test('that would close nothing is refused', async () => {
    api.node.funds = { base: '0.000001', quote: '1' };
    const holdings = close({ accountId: account.id, market: 'BTC/USDT' });
    const answer = await ann('POST', '/api/positions/close', holdings);
    expect(answer.error.code).toBe('NOTHING_TO_CLOSE');
    api.node.funds = { base: '1', quote: '100000' };
  });
});
