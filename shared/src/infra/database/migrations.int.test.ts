import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, migrate } from './data-source.js';
import { readTradingState } from '../repositories/trading-states.js';
import { CycleRowEntity, FillRowEntity, OrderRowEntity } from './entities/trading.js';

const TIMEOUT_MS = 10_000;

async function onServer(sql: string): Promise<void> {
  const connection = await createConnection({
    uri: process.env['DATABASE_URL'] ?? '',
    connectTimeout: TIMEOUT_MS,
  });
  try {
    await connection.query({ sql, timeout: TIMEOUT_MS });
  } finally {
    await connection.end();
  }
}

let name = '';
let url = '';
const open: DataSource[] = [];

async function connect(): Promise<DataSource> {
  const source = await connectDatabase(url, 2);
  open.push(source);
  return source;
}

/** Every column of the schema with its type, to compare two states of it. */
async function schemaOf(source: DataSource): Promise<unknown> {
  return source.query(
    `SELECT table_name, column_name, column_type, is_nullable FROM information_schema.columns
     WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  );
}

beforeEach(async () => {
  name = `gridfleet_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const address = new URL(process.env['DATABASE_URL'] ?? '');
  address.pathname = `/${name}`;
  url = address.href;
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.destroy()));
  await onServer(`DROP DATABASE IF EXISTS ${name}`);
});

describe('migrations', () => {
  it('make the whole schema from nothing, and do nothing the second time', async () => {
    expect(await migrate(url)).not.toEqual([]);
    const source = await connect();
    const before = await schemaOf(source);
    const installation: unknown = await source.query('SELECT * FROM installation');
    expect(installation).toHaveLength(1);
    expect(await migrate(url)).toEqual([]);
    expect(await schemaOf(source)).toEqual(before);
    expect(await source.query('SELECT * FROM installation')).toEqual(installation);
  });

  it('run once when several processes start together', async () => {
    const ran = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    const source = await connect();
    expect(await source.query('SELECT COUNT(*) AS n FROM installation')).toEqual([{ n: '1' }]);
  });

  it('leave nothing behind when they are taken back', async () => {
    await migrate(url);
    const source = await connect();
    for (let left = source.migrations.length; left > 0; left -= 1) await source.undoLastMigration();
    const tables: unknown = await source.query(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`,
    );
    expect(tables).toEqual([{ name: 'schema_migration' }]);
  });

  it('keep the rows of the first version, which then trade under the new rules', async () => {
    await migrate(url);
    const source = await connect();
    for (let left = source.migrations.length; left > 1; left -= 1) await source.undoLastMigration();
    const runner = source.createQueryRunner();
    await runner.query("INSERT INTO user VALUES (1, 'a@b.c', 'owner', UTC_TIMESTAMP(3))");
    await runner.query(
      `INSERT INTO account (id, user_id, label, venue, environment, fingerprint, trading_state, created_at, updated_at)
         VALUES (4, 1, 'main', 'binance', 'sim', REPEAT('0', 64), 'HALTED', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    );
    await runner.query(
      `INSERT INTO strategy (id, user_id, name, kind, params, created_at, updated_at)
         VALUES (7, 1, 'grid', 'range-grid', '{}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    );
    await runner.query(
      `INSERT INTO orders (strategy_id, run_id, account_id, leg, market, position_side, slot, side, generation,
         client_order_id, type, time_in_force, post_only, reduce_only, price, quantity, state, fence, not_after,
         created_at, updated_at) VALUES (7, 1, 4, 0, 'BTC/USDT', 'net', 0, 'buy', 1, 'gf1', 'limit', 'GTC', 0, 0, 1, 2,
         'open', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    );
    await runner.release();
    expect(await migrate(url)).not.toEqual([]);
    expect(await source.getRepository(OrderRowEntity).find()).toMatchObject([
      { clientOrderId: 'gf1', quantity: '2', version: 0 },
    ]);
    expect(await readTradingState(source.manager, { of: 'account', id: 4 })).toEqual({
      state: 'HALTED',
      reason: null,
      changedBy: null,
      changedAt: null,
    });
    expect(await source.query('SELECT orphan_policy FROM account')).toEqual([{ orphan_policy: 'cancel' }]);
    expect(await migrate(url)).toEqual([]);
  });

  it('bring trades back that were archived without what their return needs', async () => {
    await migrate(url);
    const source = await connect();
    const has = async (): Promise<boolean> =>
      (await source.query<unknown[]>("SELECT 1 FROM schema_migration WHERE name LIKE 'ArchiveReturns%'"))
        .length > 0;
    while (await has()) await source.undoLastMigration();
    const now = 'UTC_TIMESTAMP(3)';
    for (const statement of [
      `INSERT INTO user (id, email, role, created_at) VALUES (1, 'a@b.c', 'owner', ${now})`,
      `INSERT INTO account (id, user_id, label, venue, environment, fingerprint, created_at, updated_at)
         VALUES (4, 1, 'main', 'binance', 'sim', REPEAT('0', 64), ${now}, ${now})`,
      `INSERT INTO strategy (id, user_id, name, kind, params, created_at, updated_at)
         VALUES (7, 1, 'grid', 'range-grid', '{}', ${now}, ${now})`,
      `INSERT INTO orders (id, strategy_id, run_id, account_id, leg, market, position_side, slot, side, generation,
         client_order_id, type, time_in_force, post_only, reduce_only, price, quantity, state, fence, not_after,
         created_at, updated_at) VALUES (70, 7, 1, 4, 0, 'BTC/USDT', 'net', 3, 'buy', 1, 'gf1', 'limit', 'GTC', 1, 0, 1, 2,
         'filled', 1, ${now}, ${now}, ${now})`,
      ...['retention', 'import'].map(
        (
          origin,
        ) => `INSERT INTO fill_archive (source, order_ref, strategy_id, account_id, market, side, trade_id, price,
         quantity, amount, fee, fee_asset, fee_quote, time) VALUES ('${origin}', 'gf1', 7, 4, 'BTC/USDT', 'buy', 't1', 1,
         '2.000000000000000001', 2, 0, 'USDT', 0, ${now})`,
      ),
      'UPDATE trade_day_mark SET applied = 90, seen = 90',
    ])
      await source.query(statement);
    expect(await migrate(url)).not.toEqual([]);
    expect(await source.getRepository(FillRowEntity).find()).toMatchObject([
      { orderId: '70', slot: 3, tradeId: 't1', quantity: '2.000000000000000001', maker: true },
    ]);
    expect(await source.query('SELECT source FROM fill_archive')).toEqual([{ source: 'import' }]);
    expect(await source.query('SELECT DISTINCT applied FROM trade_day_mark')).toEqual([{ applied: '0' }]);
  });

  it('have every column that an entity reads', async () => {
    await migrate(url);
    const source = await connect();
    expect(source.entityMetadatas.length).toBeGreaterThan(10);
    for (const entity of source.entityMetadatas) {
      await expect(
        source.getRepository(entity.target).find({ take: 1 }),
        entity.name,
      ).resolves.toBeInstanceOf(Array);
    }
  });
});

describe('money in the database', () => {
  it('comes back to the last digit, and so do milliseconds', async () => {
    await migrate(url);
    const source = await connect();
    const runner = source.createQueryRunner();
    // Only the column types are of interest here, not what rows belong to.
    await runner.query('SET SESSION foreign_key_checks = 0');
    const amounts = ['0.000000000000000001', '123456789012345678.123456789012345678', '-42.5', '0', '70'];
    const rows = amounts.map((amount, part) => ({
      strategyId: 1,
      runId: 1,
      leg: 0,
      market: 'BTC/USDT',
      positionSide: 'net' as const,
      slot: 3,
      generation: 1,
      part,
      buyPrice: amount,
      sellPrice: amount,
      quantity: amount,
      gross: amount,
      fees: amount,
      net: amount,
      completedAt: new Date(1_790_000_000_123),
    }));
    for (const row of rows) await runner.manager.insert(CycleRowEntity, { ...row });
    expect(await runner.manager.find(CycleRowEntity, { order: { part: 'ASC' } })).toMatchObject(rows);
    await runner.release();
  });

  it('refuses one trade id twice on the same account and market', async () => {
    await migrate(url);
    const source = await connect();
    const runner = source.createQueryRunner();
    await runner.query('SET SESSION foreign_key_checks = 0');
    const fill = {
      orderId: '1',
      strategyId: 1,
      accountId: 1,
      leg: 0,
      market: 'BTC/USDT',
      positionSide: 'net' as const,
      slot: 0,
      side: 'buy' as const,
      tradeId: '77',
      price: '1',
      quantity: '1',
      amount: '1',
      fee: '0',
      feeAsset: 'USDT',
      feeQuote: '0',
      maker: true,
      time: new Date(0),
    };
    await runner.manager.insert(FillRowEntity, { ...fill });
    await expect(runner.manager.insert(FillRowEntity, { ...fill, orderId: '2' })).rejects.toThrow(
      /uq_fill_trade/,
    );
    await runner.manager.insert(FillRowEntity, { ...fill, market: 'ETH/USDT' });
    await runner.release();
  });
});
