import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dec, decStr, ZERO } from '@gridfleet/shared/domain';
import { dayOf, EquitySnapshotRowEntity } from '@gridfleet/shared/infra';
import type {
  DailySeries,
  EquityPoint,
  GroupStatsList,
  Order,
  Position,
  Strategy,
  Trade,
  TradeRecord,
  TradeStats,
} from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { forgetReport, liveStatus, report, storeMachine } from '../testing/stored-run.js';
import { storeTrades, type StoredTrade } from '../testing/stored-trades.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let bob: Caller;
let strategy: Strategy;
let accountId: number;
/** What was stored, to compare totals with. */
let stored: StoredTrade[];

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  const account = await createAccount(ann);
  accountId = account.id;
  ({ strategy, stored } = await storeTrades(api.dataSource, ann, accountId));
});
afterAll(() => api.close());

const get = async <T>(url: string, as: Caller = ann): Promise<T> => {
  const answer = await as('GET', url);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as T;
};

describe('totals by day', () => {
  test.each(['UTC', 'Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu'])(
    'count each fill and cycle into its day of %s, exactly',
    async (timeZone) => {
      const groups = await get<GroupStatsList>(`/api/trades/stats/groups?by=day&timeZone=${timeZone}`);
      const expected = new Map<string, { fills: number; volume: string; net: string }>();
      for (const { time, amount, net } of stored) {
        const day = dayOf(timeZone, time);
        const before = expected.get(day) ?? { fills: 0, volume: '0', net: '0' };
        expected.set(day, {
          fills: before.fills + 1,
          volume: decStr(dec(before.volume).plus(amount)),
          net: decStr(dec(before.net).plus(net)),
        });
      }
      expect(
        new Map(groups.items.map(({ key, fills, volume, netProfit: net }) => [key, { fills, volume, net }])),
      ).toEqual(expected);
      const daily = await get<DailySeries>(`/api/daily?from=2026-03-25&to=2026-11-05&timeZone=${timeZone}`);
      expect([daily.items.length, daily.items[0]?.day, daily.items.at(-1)?.day]).toEqual([
        226,
        '2026-03-25',
        '2026-11-05',
      ]);
      const total = stored.reduce((sum, { net }) => sum.plus(net), ZERO);
      expect(daily.items.at(-1)?.cumulativeNet).toBe(decStr(total));
    },
  );

  test('use the zone of the settings, and a day as last is counted whole', async () => {
    const settings = await ann('PUT', '/api/settings', { timeZone: 'Europe/Berlin' });
    expect(settings.body).toEqual({ timeZone: 'Europe/Berlin', language: 'en' });
    const groups = await get<GroupStatsList>('/api/trades/stats/groups?by=day');
    expect(groups.timeZone).toBe('Europe/Berlin');
    const inDay = stored.filter(({ time }) => dayOf('Europe/Berlin', time) === '2026-03-29');
    const stats = await get<TradeStats>('/api/trades/stats?from=2026-03-29&to=2026-03-29');
    expect([stats.fills, inDay.length]).toEqual([3, 3]);
    expect(await get('/api/settings', bob)).toEqual({ timeZone: 'UTC', language: 'en' });
    expect((await ann('PUT', '/api/settings', { timeZone: 'Mars/Olympus' })).error.details).toMatchObject([
      { field: 'body.timeZone' },
    ]);
  });

  test('by strategy, market and account add up to the whole', async () => {
    const whole = await get<TradeStats>('/api/trades/stats');
    for (const by of ['strategy', 'market', 'account']) {
      const { items } = await get<GroupStatsList>(`/api/trades/stats/groups?by=${by}`);
      expect(items, by).toHaveLength(1);
      expect(items[0], by).toMatchObject(whole);
    }
    const names = await get<GroupStatsList>('/api/trades/stats/groups?by=strategy');
    expect(names.items[0]?.name).toBe(strategy.name);
  });
});

describe('filters', () => {
  test('narrow lists and totals to side, market, account and dates', async () => {
    const count = async (query: string) => (await get<TradeStats>(`/api/trades/stats?${query}`)).fills;
    expect(await count('side=buy')).toBe(20);
    expect(await count('market=ETH/USDT')).toBe(0);
    expect(await count(`accountId=${accountId}`)).toBe(40);
    expect(await count('accountId=9999')).toBe(0);
    expect(await count('from=2026-10-01')).toBe(20);
    expect(await count('from=2026-03-27T00:30:00Z&to=2026-03-27T07:30:00Z')).toBe(1);
    const sells = await get<{ items: Trade[] }>('/api/trades?side=sell&limit=5&from=2026-10-01');
    expect(sells.items.map(({ side }) => side)).toEqual(Array.from({ length: 5 }, () => 'sell'));
    const orders = await get<{ items: Order[] }>('/api/orders?state=closed&side=buy&limit=1000');
    expect(orders.items).toHaveLength(20);
    expect((await get<{ items: Order[] }>('/api/orders?state=open')).items).toEqual([]);
    expect((await get<{ items: unknown[] }>('/api/cycles?limit=1000')).items).toHaveLength(40);
  });

  test.each([
    ['from=yesterday', 'query.from'],
    ['from=2026-02-30', 'query.from'],
    ['to=2026-13-01T00:00:00Z', 'query.to'],
    ['from=0001-01-01', 'query.from'],
    ['from=2026-02-02&to=2026-02-01', 'query.to'],
    ['timeZone=Mars/Olympus', 'query.timeZone'],
    ['side=up', 'query.side'],
  ])('refuse %s with the field', async (query, field) => {
    const answer = await ann('GET', `/api/trades/stats?${query}`);
    expect([answer.status, answer.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.error.details).toMatchObject([{ field }]);
  });
});

describe('one trade', () => {
  test('has its order, the order it pairs with and its cycle', async () => {
    const { items } = await get<{ items: Trade[] }>('/api/trades?limit=40');
    const [sell, buy] = [items[0], items[1]];
    expect([sell?.side, sell?.linkedOrderId]).toEqual(['sell', buy?.orderId]);
    expect(buy?.linkedOrderId).toBe(sell?.orderId);
    expect(sell?.strategyName).toBe(strategy.name);
    const record = await get<TradeRecord>(`/api/trades/${sell?.id ?? ''}`);
    expect(record).toMatchObject({
      trade: sell,
      order: { id: sell?.orderId, reduceOnly: false },
      linkedOrder: { id: buy?.orderId },
      cycle: { generation: 40 },
    });
    expect((await bob('GET', `/api/trades/${sell?.id ?? ''}`)).status).toBe(404);
    const order = await get<{ fills: Trade[] }>(`/api/orders/${sell?.orderId ?? ''}`);
    expect(order.fills).toMatchObject([{ id: sell?.id }]);
    expect((await bob('GET', `/api/orders/${sell?.orderId ?? ''}`)).status).toBe(404);
  });
});

describe('equity', () => {
  test('is the sum of all strategies, each carried on from its last snapshot', async () => {
    const other = await createStrategy(ann, accountId);
    const snapshot = (strategyId: number, time: string, totalPnl: string) => ({
      strategyId,
      time: new Date(time),
      price: '1',
      position: '0',
      positionCost: '0',
      realizedPnl: totalPnl,
      unrealizedPnl: '0',
      totalPnl,
    });
    await api.dataSource.manager.insert(EquitySnapshotRowEntity, [
      snapshot(strategy.id, '2026-01-01T00:00:30Z', '1'),
      snapshot(strategy.id, '2026-01-01T00:01:30Z', '2'),
      snapshot(other.id, '2026-01-01T00:01:40Z', '10.000000000000000001'),
      snapshot(strategy.id, '2026-01-01T00:03:30Z', '3'),
    ]);
    const range = 'from=2026-01-01T00:00:00Z&to=2026-01-01T00:05:00Z';
    const { items } = await get<{ items: EquityPoint[] }>(`/api/equity?${range}&points=1000`);
    expect(items.map(({ time, totalPnl }) => [time, totalPnl])).toEqual([
      ['2026-01-01T00:01:00.000Z', '1'],
      ['2026-01-01T00:02:00.000Z', '12.000000000000000001'],
      ['2026-01-01T00:04:00.000Z', '13.000000000000000001'],
    ]);
    const own = await get<{ items: EquityPoint[] }>(`/api/equity?${range}&strategyId=${other.id}`);
    expect(own.items).toHaveLength(1);
    expect((await get<{ items: unknown[] }>(`/api/equity?${range}`, bob)).items).toEqual([]);
  });
});

describe('positions', () => {
  const HOLDS = {
    ...{ grid: '0', inventoryRealised: '0', priceImprovement: '0', cycles: 0, lateCycles: 0 },
    ...{ funding: '0', startedAt: 1, investment: '0', profitBefore: '0' },
    unassigned: { base: '0.03', cost: '1770', fee: '0' },
  };
  test.each(['0.03', '0.02', '0'])(
    'have quantity, cost and entry price of the books, even when the node’s last report says %s',
    async (position) => {
      const holder = await createStrategy(ann, accountId);
      await storeMachine(api.dataSource, holder, HOLDS);
      await api.dataSource.query(
        `INSERT INTO strategy_exposure (strategy_id, account_id, asset, quote, position, position_cost, positions,
           updated_at) VALUES (?, ?, 'BTC', 'USDT', 0.03, 1795, 1, UTC_TIMESTAMP(3))`,
        [holder.id, accountId],
      );
      const live = liveStatus(1, { position, unrealizedPnl: position === '0.03' ? '5' : '-0.25' });
      await report(api.redis, holder.id, live);
      const { items } = await get<{ items: Position[] }>('/api/positions');
      expect(items.find(({ strategyId }) => strategyId === holder.id)).toMatchObject({
        quantity: '0.03',
        cost: '1795',
        averagePrice: '59833.333333333333',
        currentPrice: '60000',
        unrealizedPnl: '5',
      });
      await forgetReport(api.redis, holder.id);
      expect((await get<{ items: Position[] }>('/api/positions', bob)).items).toEqual([]);
    },
  );
});
