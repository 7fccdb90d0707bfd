import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, Strategy, StrategyWhy } from '@gridfleet/shared/schema';
import { setTradingState } from '@gridfleet/shared/infra';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let bob: Caller;
let account: Account;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  account = await createAccount(ann);
});
afterAll(() => api.close());

interface Page {
  items: Strategy[];
  nextCursor: string | null;
}
const list = async (query: string): Promise<Page> => {
  const answer = await ann('GET', `/api/strategies${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Page;
};
const named = (name: string, market = 'BTC/USDT'): Promise<Strategy> =>
  createStrategy(ann, account.id, { name, market });

describe('the list of strategies', () => {
  test('is filtered, sorted and cut into pages, each strategy exactly once', async () => {
    const made = [await named('alpha 100%'), await named('Beta', 'ETH/USDT'), await named('gamma_x')];
    for (const sort of ['id', '-id', 'name', '-name', 'createdAt', '-updatedAt']) {
      const whole = (await list(`?sort=${sort}`)).items.map(({ id }) => id);
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const page: Page = await list(`?sort=${sort}&limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen, sort).toEqual(whole);
      expect(new Set(seen), sort).toEqual(new Set(made.map(({ id }) => id)));
    }
    const names = async (query: string) => (await list(query)).items.map(({ name }) => name);
    expect(await names('?sort=-name')).toEqual(['gamma_x', 'alpha 100%', 'Beta']);
    expect(await names('?search=BETA')).toEqual(['Beta']);
    expect(await names('?search=eth')).toEqual(['Beta']);
    expect(await names(`?search=${encodeURIComponent('%')}`)).toEqual(['alpha 100%']);
    expect(await names('?search=_')).toEqual(['gamma_x']);
    expect(await names(`?search=${made[1]?.id ?? 0}`)).toContain('Beta');
    expect(await names('?market=ETH/USDT')).toEqual(['Beta']);
    expect(await names(`?accountId=${account.id}`)).toHaveLength(3);
    expect(await names('?accountId=999')).toEqual([]);
    expect(await names('?kind=dca')).toEqual([]);
    expect(await names('?state=stopped&desiredState=stopped')).toHaveLength(3);
    expect(await names('?state=running')).toEqual([]);
  });

  test.each(['?cursor=AAAA', '?cursor=WyJ4IiwxXQ', '?cursor=W10', '?cursor=*', '?sort=kind', '?limit=1001'])(
    'refuses %s with the field',
    async (query) => {
      const answer = await ann('GET', `/api/strategies${query}`);
      expect([answer.status, answer.error.code]).toEqual([400, 'VALIDATION_FAILED']);
      expect(answer.error.details[0]?.field).toMatch(/^query\.(cursor|sort|limit)$/);
    },
  );
});

describe('a copy', () => {
  test('has every setting of the original, is stopped and has a name of its own', async () => {
    const original = await named('To copy');
    await api.dataSource.query('UPDATE strategy SET risk_limits = ? WHERE id = ?', [
      '{"maxOpenOrders":7}',
      original.id,
    ]);
    const placement = { workerName: 'node-7', labels: ['region=eu', 'ssd'] };
    expect((await ann('PUT', `/api/strategies/${original.id}`, placement)).status).toBe(200);
    const answer = await ann('POST', `/api/strategies/${original.id}/copy`);
    expect(answer.status, answer.text).toBe(201);
    const copy = answer.body as Strategy;
    expect(copy).toMatchObject({
      name: 'To copy (copy)',
      kind: original.kind,
      params: original.params,
      legs: original.legs,
      desiredState: 'stopped',
      revision: 1,
      ...placement,
    });
    const [row]: { risk_limits: string }[] = await api.dataSource.query(
      'SELECT risk_limits FROM strategy WHERE id = ?',
      [copy.id],
    );
    expect(row?.risk_limits).toBe('{"maxOpenOrders":7}');
    const long = await named('ж'.repeat(100));
    const second = (await ann('POST', `/api/strategies/${long.id}/copy`)).body as Strategy;
    expect([second.name.length, second.name.endsWith(' (copy)')]).toEqual([100, true]);
  });

  test('for another market is checked like a new strategy', async () => {
    const original = await named('Other market');
    const placement = { workerName: 'node-7', labels: ['ssd'] };
    await ann('PUT', `/api/strategies/${original.id}`, placement);
    await api.dataSource.query("UPDATE strategy SET risk_limits = '{}' WHERE id = ?", [original.id]);
    const good = await ann('POST', `/api/strategies/${original.id}/copy`, {
      name: 'On ETH',
      market: 'ETH/USDT',
    });
    expect(good.body).toMatchObject({ legs: [{ market: 'ETH/USDT' }], ...placement });
    const [row]: { risk_limits: string }[] = await api.dataSource.query(
      'SELECT risk_limits FROM strategy WHERE id = ?',
      [(good.body as Strategy).id],
    );
    expect(row?.risk_limits).toBe('{}');
    const bad = await ann('POST', `/api/strategies/${original.id}/copy`, { market: 'NOPE/USDT' });
    expect(bad.error).toMatchObject({ code: 'MARKET_UNKNOWN' });
  });
});

describe('a deleted strategy', () => {
  test('comes back stopped, with its history; restoring twice changes nothing', async () => {
    const strategy = await named('Gone');
    await ann('DELETE', `/api/strategies/${strategy.id}`);
    expect((await list('?status=deleted')).items.map(({ id }) => id)).toEqual([strategy.id]);
    const restore = () => ann('POST', `/api/strategies/${strategy.id}/restore`);
    expect([await restore(), await restore()]).toMatchObject([
      { status: 200, body: { isDeleted: false } },
      { status: 200, body: { isDeleted: false } },
    ]);
    expect((await list('?status=deleted')).items).toEqual([]);
  });

  test('comes back with the trades that were archived meanwhile', async () => {
    const strategy = await named('Archived');
    await ann('DELETE', `/api/strategies/${strategy.id}`);
    const [order, now] = [String(strategy.id), 'UTC_TIMESTAMP(3)'];
    await api.dataSource.query(
      `INSERT INTO orders (id, strategy_id, run_id, account_id, leg, market, position_side, slot, side, generation,
         client_order_id, type, time_in_force, post_only, reduce_only, price, quantity, state, is_final, fence, not_after,
         created_at, updated_at) VALUES (?, ?, 1, ?, 0, 'BTC/USDT', 'net', 0, 'buy', 1, 'gfarchived', 'limit', 'GTC', 1, 0,
         1, 2, 'filled', 1, 1, ${now}, ${now}, ${now})`,
      [order, strategy.id, account.id],
    );
    await api.dataSource.query(
      `INSERT INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price, quantity,
         amount, fee, fee_asset, fee_quote, time, fill_id, maker) VALUES ('retention', 'gfarchived', ?, ?, 'BTC/USDT',
         'buy', 'a1', 1, 2, 2, 0, 'USDT', 0, ${now}, 70001, 1)`,
      [strategy.id, account.id],
    );
    const trades = async () => (await ann('GET', `/api/trades?strategyId=${strategy.id}`)).body;
    expect(await trades()).toMatchObject({ items: [] });
    const archived = async (query = '', as = ann) =>
      (await as('GET', `/api/archived-trades?limit=10${query}`)).body;
    const item = { source: 'archived', orderRef: 'gfarchived', strategyName: 'Archived', quantity: '2' };
    expect(await archived()).toMatchObject({ items: [item], nextCursor: null });
    expect(await archived('&source=archived&side=buy')).toMatchObject({ items: [item] });
    expect(await archived('&source=imported')).toMatchObject({ items: [] });
    expect(await archived('', bob)).toMatchObject({ items: [] });
    expect(await ann('POST', `/api/strategies/${strategy.id}/restore`)).toMatchObject({ status: 200 });
    expect(await trades()).toMatchObject({
      items: [{ id: '70001', orderId: order, tradeId: 'a1', quantity: '2', maker: true }],
    });
    expect(await archived()).toMatchObject({ items: [] });
  });
});

describe('why', () => {
  test('names every trading state that bears on the strategy', async () => {
    const one = await named('Halted');
    await setTradingState(
      api.dataSource.manager,
      { of: 'account', id: account.id },
      'HALTED',
      { code: 'OPERATOR', message: 'Out for lunch.' },
      'ann@example.org',
    );
    const why = (await ann('GET', `/api/strategies/${one.id}/why`)).body as StrategyWhy;
    expect(why.trading).toMatchObject([
      { scope: 'platform', state: 'ACTIVE' },
      { scope: 'account', name: 'Main', state: 'HALTED', reason: { code: 'OPERATOR' } },
      { scope: 'strategy', state: 'ACTIVE' },
    ]);
    expect(why).toMatchObject({ state: 'stopped', refusals: [], waiting: [] });
    expect((await bob('GET', `/api/strategies/${one.id}/why`)).status).toBe(404);
  });
});
