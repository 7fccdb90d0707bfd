import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rollUpTrades } from '@gridfleet/shared/infra';
import type { TradeStats } from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { Random } from '../testing/random.js';
import { storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

const START = Date.parse('2026-01-29T20:00:00.000Z');
const SPREAD_MS = 4 * 24 * 60 * 60 * 1000;
const random = new Random(11);

let api: TestApi;
let ann: Caller;
let traders: { strategyId: number; accountId: number; orderId: string }[];
let made = 0;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  traders = [];
  for (const label of ['One', 'Two']) {
    const account = await createAccount(ann, label);
    const strategy = await createStrategy(ann, account.id);
    const key = { strategy, runId: 1, accountId: account.id, generation: 1 };
    traders.push({
      strategyId: strategy.id,
      accountId: account.id,
      orderId: await storeOrder(api.dataSource, key),
    });
  }
});
afterAll(() => api.close());

const money = (): string => `${random.int(1000)}.${String(random.int(1_000_000)).padStart(18, '0')}`;

/** Trades of both strategies at random moments of four days, with amounts down to the last place. */
async function trade(count: number): Promise<void> {
  const fills: unknown[][] = [];
  const cycles: unknown[][] = [];
  for (let i = 0; i < count; i += 1) {
    made += 1;
    const { strategyId, accountId, orderId } = random.pick(traders);
    const time = new Date(START + random.int(SPREAD_MS));
    const market = random.pick(['BTC/USDT', 'ETH/USDT']);
    const side = random.pick(['buy', 'sell']);
    fills.push([
      orderId,
      strategyId,
      accountId,
      0,
      market,
      'net',
      0,
      side,
      `t${made}`,
      '1',
      '1',
      money(),
      '0',
      'USDT',
      money(),
      true,
      time,
    ]);
    const net = random.pick([money(), `-${money()}`, '0']);
    cycles.push([strategyId, 1, 0, market, 'net', 0, made, 0, '1', '1', '1', money(), '0', net, time]);
  }
  await api.dataSource.query(
    `INSERT INTO fill (order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price, quantity,
       amount, fee, fee_asset, fee_quote, maker, time) VALUES ?`,
    [fills],
  );
  await api.dataSource.query(
    `INSERT INTO cycle (strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
       quantity, gross, fees, net, completed_at) VALUES ?`,
    [cycles],
  );
}

const SCOPES = [
  '',
  '?side=buy',
  '?side=sell&market=BTC/USDT',
  '?market=ETH/USDT',
  '?from=2026-01-30T07:13:05.123Z&to=2026-02-01T19:00:00Z',
  '?from=2026-01-30T07:13:05Z&to=2026-01-30T09:00:00Z',
  '?from=2026-01-31&timeZone=Asia/Kathmandu',
  '?to=2026-01-31&timeZone=America/New_York&side=sell',
  '?from=2026-01-30&to=2026-01-30',
  '?from=2030-01-01',
];

/** Of each scope, for all strategies and each by itself. */
async function totals(): Promise<TradeStats[]> {
  const [first] = traders;
  const scopes = SCOPES.flatMap((scope) => {
    const and = scope === '' ? '?' : `${scope}&`;
    return [scope, `${and}strategyId=${first?.strategyId ?? 0}`, `${and}accountId=${first?.accountId ?? 0}`];
  });
  return Promise.all(
    scopes.map(async (scope) => {
      const answer = await ann('GET', `/api/trades/stats${scope}`);
      expect(answer.status, answer.text).toBe(200);
      return answer.body as TradeStats;
    }),
  );
}

const rolledUp = async (): Promise<number> => {
  const [row]: { n: string }[] = await api.dataSource.query('SELECT SUM(buys + sells) AS n FROM trade_day');
  return Number(row?.n ?? 0);
};
/** Notes the newest id, and, once it is settled, adds everything up to it. */
const rollUp = async (): Promise<void> => {
  const now = new Date();
  await rollUpTrades(api.dataSource, now, 0);
  await rollUpTrades(api.dataSource, now, 0);
};

describe('totals by day', () => {
  test('give to the last place what the trades themselves give, in every scope', async () => {
    await trade(400);
    const before = await totals();
    expect(before[0]).toMatchObject({ fills: 400, cycles: 400 });
    expect(await rolledUp()).toBe(0);
    await rollUp();
    expect(await rolledUp()).toBe(400);
    expect(await totals()).toEqual(before);
    const [days]: { n: string }[] = await api.dataSource.query('SELECT COUNT(*) AS n FROM trade_day');
    expect(Number(days?.n)).toBeLessThanOrEqual(2 * 2 * 5);
  });

  test('leave nothing out and count nothing twice while trades go on and several processes add', async () => {
    await trade(100);
    const before = await totals();
    expect(before[0]?.fills).toBe(500);
    await Promise.all([rollUp(), rollUp(), rollUp(), totals().then((now) => expect(now).toEqual(before))]);
    expect(await totals()).toEqual(before);
    expect(await rolledUp()).toBe(500);
    await trade(50);
    expect((await totals())[0]?.fills).toBe(550);
  });

  test('wait until an id that was given must be committed, because an earlier one may come later', async () => {
    const before = await rolledUp();
    const now = new Date();
    await rollUpTrades(api.dataSource, now, 60_000);
    await rollUpTrades(api.dataSource, new Date(now.getTime() + 59_000), 60_000);
    expect(await rolledUp()).toBe(before);
    await rollUpTrades(api.dataSource, new Date(now.getTime() + 61_000), 60_000);
    expect(await rolledUp()).toBe(550);
  });
});
