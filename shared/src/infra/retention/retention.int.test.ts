import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../../../../tests/harness/database.js';
import { connectDatabase, migrate } from '../database/data-source.js';
import { rollUpTrades } from '../repositories/trade-days.js';
import { tradeStats } from '../repositories/trade-stats.js';
import { returnFills } from './archive.js';
import { Retention } from './retention.js';

let database: TestDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  source = await connectDatabase(database.url, 2);
  const now = 'UTC_TIMESTAMP(3)';
  await source.query(`INSERT INTO user (id, email, role, created_at) VALUES (1, 'a', 'owner', ${now})`);
  await source.query(
    `INSERT INTO account (id, user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (4, 1, 'main', 'binance', 'sim', REPEAT('0', 64), ${now}, ${now})`,
  );
});

afterAll(async () => {
  await source.destroy();
  await database.drop();
});

beforeEach(async () => {
  for (const table of [
    'outbox',
    'fill',
    'fill_archive',
    'trade_day',
    'strategy_exposure',
    'orders',
    'equity_snapshot',
    'strategy',
  ])
    await source.query(`DELETE FROM ${table}`);
});

const count = async (table: string): Promise<number> =>
  Number((await source.query<{ n: string }[]>(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);

async function strategy(id: number, deletedDays: number | null, isFinal = true): Promise<void> {
  await source.query(
    `INSERT INTO strategy (id, user_id, name, kind, params, desired_state, deleted_at, created_at, updated_at)
       VALUES (?, 1, 'g', 'range-grid', '{}', 'stopped', UTC_TIMESTAMP(3) - INTERVAL ? DAY, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [id, deletedDays],
  );
  await source.query(
    `INSERT INTO orders (id, strategy_id, run_id, account_id, leg, market, position_side, slot, side, generation,
       client_order_id, type, time_in_force, post_only, reduce_only, price, quantity, state, is_final, fence, not_after,
       created_at, updated_at) VALUES (?, ?, 1, 4, 0, 'BTC/USDT', 'net', 0, 'buy', 1, ?, 'limit', 'GTC', 0, 0, 1, 2,
       'filled', ?, 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [id, id, `gf${id}`, isFinal],
  );
  await source.query(
    `INSERT INTO fill (order_id, strategy_id, account_id, leg, market, position_side, slot, side, trade_id, price,
       quantity, amount, fee, fee_asset, fee_quote, maker, time) VALUES (?, ?, 4, 0, 'BTC/USDT', 'net', 0, 'buy', ?,
       '1.000000000000000001', 2, 2, 0, 'USDT', 0, 1, UTC_TIMESTAMP(3))`,
    [id, id, `t${id}`],
  );
}

/** All fills are in the totals by day. */
async function rollUp(): Promise<void> {
  const later = new Date(Date.now() + 3_600_000);
  await rollUpTrades(source, new Date(), 0);
  await rollUpTrades(source, later, 0);
}

const archiving = (): Retention => new Retention(source, { retentionEventsDays: 0, retentionFillsDays: 30 });

describe('retention', () => {
  it('removes events that were published long ago, and keeps those that wait', async () => {
    const insert =
      'INSERT INTO outbox (event, created_at, published_at, notified_at) VALUES (?, UTC_TIMESTAMP(3), ?, UTC_TIMESTAMP(3))';
    const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
    for (let index = 0; index < 1_500; index += 1) await source.query(insert, ['old', daysAgo(31)]);
    await source.query(insert, ['young', daysAgo(29)]);
    await source.query(insert, ['waiting', null]);
    const done = await new Retention(source, { retentionEventsDays: 30, retentionFillsDays: 0 }).run();
    expect(done.outbox).toBe(1_500);
    const left: unknown = await source.query('SELECT event FROM outbox ORDER BY event');
    expect(left).toEqual([{ event: 'waiting' }, { event: 'young' }]);
  });

  it('keeps a notice that nobody was told of, however old', async () => {
    const insert = 'INSERT INTO outbox (event, created_at, published_at, notified_at) VALUES (?, ?, ?, ?)';
    const old = new Date('2001-01-01T00:00:00Z');
    await source.query(insert, ['untold', old, old, null]);
    await source.query(insert, ['told', old, old, old]);
    const done = await new Retention(source, { retentionEventsDays: 90, retentionFillsDays: 0 }).run();
    expect(done.outbox).toBe(1);
    expect(await source.query('SELECT event FROM outbox')).toEqual([{ event: 'untold' }]);
  });

  it('thins old equity to a point an hour', async () => {
    await strategy(7, null);
    for (const minute of [0, 1, 30, 59])
      await source.query(
        `INSERT INTO equity_snapshot (strategy_id, time, position, position_cost, realized_pnl, unrealized_pnl, total_pnl)
           VALUES (7, ?, 0, 0, 0, 0, 0)`,
        [`2020-01-01 00:${String(minute).padStart(2, '0')}:00`],
      );
    await new Retention(source, { retentionEventsDays: 30, retentionFillsDays: 0 }).run();
    expect(await count('equity_snapshot')).toBe(1);
  });

  it('archives trades of strategies removed long ago, to the last digit, and no others', async () => {
    await strategy(1, 40);
    await strategy(2, 20);
    await strategy(3, null);
    await strategy(4, 40, false);
    await strategy(5, 40);
    await source.query(
      `INSERT INTO strategy_exposure (strategy_id, account_id, asset, quote, position, position_cost, positions,
         updated_at) VALUES (5, 4, 'BTC', 'USDT', 2, 2, 1, UTC_TIMESTAMP(3))`,
    );
    expect((await archiving().run()).fill, 'not before they are in the totals').toBe(0);
    await rollUp();
    expect((await archiving().run()).fill).toBe(1);
    expect(await count('fill')).toBe(4);
    expect(
      await source.query('SELECT strategy_id, order_ref, trade_id, price FROM fill_archive'),
    ).toMatchObject([{ strategy_id: 1, order_ref: 'gf1', trade_id: 't1', price: '1.000000000000000001' }]);
    expect(await count('orders')).toBe(5);
    expect((await archiving().run()).fill).toBe(0);
  });

  it('gives a restored strategy its trades back as they were, counted once', async () => {
    await strategy(1, 40);
    await strategy(2, 40);
    await source.query(
      `INSERT INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price, quantity,
         amount, fee, fee_asset, fee_quote, time) VALUES ('import', 'x', 1, 4, 'BTC/USDT', 'buy', 'x', 1, 1, 1, 0, 'USDT',
         0, UTC_TIMESTAMP(3))`,
    );
    await rollUp();
    const figures = async (): Promise<unknown[]> => [
      await source.query<unknown[]>('SELECT * FROM fill WHERE strategy_id = 1'),
      await tradeStats(source.manager, { userId: 1 }),
      await tradeStats(source.manager, { userId: 1, strategyId: 1 }),
    ];
    const before = await figures();
    expect((await archiving().run()).fill).toBe(2);
    expect(await count('fill')).toBe(0);
    await source.transaction((manager) => returnFills(manager, 1));
    await rollUp();
    expect(await figures()).toEqual(before);
    expect(await source.query('SELECT source, strategy_id FROM fill_archive ORDER BY id')).toEqual([
      { source: 'import', strategy_id: 1 },
      { source: 'retention', strategy_id: 2 },
    ]);
    await source.transaction((manager) => returnFills(manager, 1));
    expect(await figures()).toEqual(before);
  });

  it('touches nothing where zero keeps for ever', async () => {
    await strategy(1, 4_000);
    await source.query(
      `INSERT INTO outbox (event, created_at, published_at, notified_at)
         VALUES ('x', '2001-01-01', '2001-01-01', '2001-01-01')`,
    );
    const done = await new Retention(source, { retentionEventsDays: 0, retentionFillsDays: 0 }).run();
    expect(Object.values(done)).toEqual([0, 0, 0, 0, 0]);
    expect([await count('fill'), await count('outbox')]).toEqual([1, 1]);
  });
});
