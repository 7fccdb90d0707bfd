import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Candle, CycleDto, FillDto, Order, Strategy, TradeStats } from '@gridfleet/shared/schema';
import { RefusalRowEntity, setTradingState } from '@gridfleet/shared/infra';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { storeCycle, storeFill, storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let strategy: Strategy;
let orderIds: string[];

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  const account = await createAccount(ann);
  strategy = await createStrategy(ann, account.id);
  const { runId } = (await ann('POST', `/api/strategies/${strategy.id}/start`)).body as { runId: number };
  const key = (generation: number) => ({ strategy, runId, accountId: account.id, generation });
  orderIds = [];
  for (let generation = 1; generation <= 5; generation += 1) {
    const isFinal = generation <= 3;
    orderIds.push(
      await storeOrder(api.dataSource, key(generation), { isFinal, state: isFinal ? 'filled' : 'open' }),
    );
  }
  const old = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
  const fills = [
    // 0.1 + 0.2 in binary floats is not 0.3, and 18 decimals do not fit one.
    { side: 'buy', amount: '0.1', feeQuote: '0.000000000000000001', time: new Date() },
    { side: 'sell', amount: '0.2', feeQuote: '123456789012345678.000000000000000001', time: new Date() },
    { side: 'buy', amount: '1000', feeQuote: '0', time: old },
  ] as const;
  for (const [i, fill] of fills.entries())
    await storeFill(api.dataSource, key(i + 1), orderIds[i] ?? '', fill);
  await storeCycle(api.dataSource, key(1), '3', new Date());
  await storeCycle(api.dataSource, key(2), '-2', new Date());
  await storeCycle(api.dataSource, key(3), '1', old);
});
afterAll(() => api.close());

const get = async <T>(url: string): Promise<T> => {
  const answer = await ann('GET', url);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as T;
};

describe('why there is no order', () => {
  test('is told with each strategy: refusals in force, by slot, with code, reason and count', async () => {
    const refused = (slot: number, code: string, clearedAt: Date | null) => ({
      strategyId: strategy.id,
      leg: 0,
      market: 'BTC/USDT',
      positionSide: 'net' as const,
      slot,
      code,
      message: `${code} happened.`,
      since: new Date(1_790_000_000_000),
      lastAt: new Date(1_790_000_060_000),
      count: 3,
      clearedAt,
    });
    await api.dataSource.manager.insert(RefusalRowEntity, [
      refused(4, 'FUNDS_RESERVED', null),
      refused(5, 'WOULD_CROSS', new Date()),
    ]);
    await setTradingState(
      api.dataSource.manager,
      { of: 'strategy', id: strategy.id },
      'REDUCING',
      { code: 'POSITION_MISMATCH', message: 'Less than expected.' },
      'reconciliation',
    );
    expect(await get<Strategy>(`/api/strategies/${strategy.id}`)).toMatchObject({
      tradingState: 'REDUCING',
      tradingReason: { code: 'POSITION_MISMATCH' },
      tradingChangedBy: 'reconciliation',
      refusals: [{ slot: 4, code: 'FUNDS_RESERVED', count: 3, since: '2026-09-21T14:13:20.000Z' }],
    });
  });
});

describe('orders', () => {
  const orders = (query: string): Promise<Page<Order>> =>
    get(`/api/strategies/${strategy.id}/orders${query}`);

  test('come newest first, page by page, each exactly once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<Order> = await orders(`?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...orderIds].reverse());
  });

  test('can be asked by state', async () => {
    expect((await orders('?state=open')).items).toHaveLength(2);
    const closed = await orders('?state=closed');
    expect(closed.items.map(({ state }) => state)).toEqual(['filled', 'filled', 'filled']);
    expect(closed.items[0]).toMatchObject({
      price: '59500',
      quantity: '0.01',
      filledQuantity: '0',
      postOnly: false,
    });
  });

  test.each([
    ['?limit=0', 'query.limit'],
    ['?limit=1001', 'query.limit'],
    ['?limit=ten', 'query.limit'],
    ['?cursor=-1', 'query.cursor'],
    ['?state=lost', 'query.state'],
    ['?sort=price', 'query.sort'],
  ])('refuse %s with the field', async (query, field) => {
    const answer = await ann('GET', `/api/strategies/${strategy.id}/orders${query}`);
    expect([answer.status, answer.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.error.details).toMatchObject([{ field }]);
  });

  test('take a cursor beyond every id', async () => {
    expect((await orders('?cursor=18446744073709551615')).items).toHaveLength(5);
    expect((await orders('?cursor=99999999999999999999')).items).toHaveLength(5);
    expect((await orders('?cursor=0')).items).toEqual([]);
  });
});

describe('fills and cycles', () => {
  test('come newest first, with exact amounts', async () => {
    const page = await get<Page<FillDto>>(`/api/trades?strategyId=${strategy.id}`);
    expect(page.items.map(({ amount }) => amount)).toEqual(['1000', '0.2', '0.1']);
    expect(page.items[1]?.feeQuote).toBe('123456789012345678.000000000000000001');
    expect(await get<Page<FillDto>>('/api/trades')).toEqual(page);
    const cycles = await get<Page<CycleDto>>(`/api/strategies/${strategy.id}/cycles?limit=2`);
    expect(cycles.items.map(({ net }) => net)).toEqual(['1', '-2']);
    expect(cycles.nextCursor).not.toBeNull();
  });
});

describe('statistics', () => {
  test('are exact over the whole life', async () => {
    expect(await get<TradeStats>('/api/trades/stats')).toEqual({
      fills: 3,
      buys: 2,
      sells: 1,
      volume: '1000.3',
      fees: '123456789012345678.000000000000000002',
      cycles: 3,
      winningCycles: 2,
      losingCycles: 1,
      winRate: '0.666667',
      profitFactor: '2',
      grossProfit: '4',
      grossLoss: '2',
      cycleGross: '15',
      netProfit: '2',
    });
  });

  test('count only the last days when asked', async () => {
    const stats = await get<TradeStats>(`/api/trades/stats?strategyId=${strategy.id}&days=30`);
    expect(stats).toMatchObject({ fills: 2, volume: '0.3', cycles: 2, profitFactor: '1.5', netProfit: '1' });
  });

  test('have no ratios without cycles', async () => {
    const other = await createStrategy(ann, strategy.legs[0]?.accountId ?? 0);
    const stats = await get<TradeStats>(`/api/trades/stats?strategyId=${other.id}`);
    expect(stats).toMatchObject({ fills: 0, volume: '0', winRate: null, profitFactor: null, netProfit: '0' });
  });
});

describe('candles', () => {
  test('are the venue’s, for the interval asked', async () => {
    const page = await get<{ items: Candle[] }>(`/api/strategies/${strategy.id}/candles?interval=1s&limit=5`);
    expect(page.items).toHaveLength(1);
    expect(api.node.asked.at(-1)).toMatchObject({
      name: 'candles',
      data: { market: 'BTC/USDT', interval: '1s', limit: 5 },
    });
    await get(`/api/strategies/${strategy.id}/candles`);
    expect(api.node.asked.at(-1)).toMatchObject({ data: { interval: '1m', limit: 300 } });
  });

  test('of an unknown interval are refused', async () => {
    const answer = await ann('GET', `/api/strategies/${strategy.id}/candles?interval=3w`);
    expect(answer.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'query.interval' }] });
  });
});
