import { connectDatabase, migrate, setTradingState } from '@gridfleet/shared/infra';
import type { RiskLimits } from '@gridfleet/shared/domain';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { fillReport, storeAccount, storeHolding, StoredGrid } from '../testing/stored-grid.js';
import { StepStore } from './step-store.js';

let test: TestDatabase;
let database: DataSource;
let store: StepStore;
let accountId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 30, undefined, true);
  store = new StepStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
});

const limit = (table: 'account' | 'strategy' | 'installation', id: number, limits: RiskLimits | null) =>
  database.query(`UPDATE ${table} SET risk_limits = ? WHERE id = ?`, [
    limits === null ? null : JSON.stringify(limits),
    id,
  ]);
async function number(sql: string, params: unknown[]): Promise<number> {
  const [row]: { n: string | null }[] = await database.query(sql, params);
  return Number(row?.n ?? 0);
}
const codesOf = async (grid: StoredGrid): Promise<string[]> => {
  const rows: { code: string }[] = await database.query(
    'SELECT DISTINCT code FROM refusal WHERE strategy_id = ? AND cleared_at IS NULL',
    [grid.frame.strategyId],
  );
  return rows.map(({ code }) => code);
};
const ordersOn = (account: number) =>
  number('SELECT COUNT(*) AS n FROM orders WHERE account_id = ? AND is_final = 0', [account]);

describe('limits of an account', () => {
  it.each<[RiskLimits, string, number]>([
    [{ maxOpenOrders: 4 }, 'TOO_MANY_OPEN_ORDERS', 4],
    [{ maxOpenNotional: '600' }, 'OPEN_NOTIONAL_LIMIT', 4],
    [{ maxOpenPositions: 5 }, 'TOO_MANY_POSITIONS', 5],
    [{ maxExposure: '450' }, 'EXPOSURE_LIMIT', 3],
    [{ maxAssetExposure: '450' }, 'ASSET_EXPOSURE_LIMIT', 3],
    [{ maxOrdersPerSecond: 4 }, 'ORDER_RATE_LIMIT', 4],
  ])('%j count what all its strategies have: %s', async (limits, code, expected) => {
    await limit('account', accountId, limits);
    const first = await StoredGrid.create(database, accountId);
    const second = await StoredGrid.create(database, accountId);
    const now = Date.now();
    await first.start(store, now);
    await second.start(store, now);
    expect(await ordersOn(accountId)).toBe(expected);
    expect(await codesOf(second)).toEqual([code]);
  });

  it('count what its strategies hold', async () => {
    const first = await StoredGrid.create(database, accountId);
    await first.start(store);
    await first.step(store, first.acceptAll());
    const [order] = [...first.memory.orders.values()];
    await first.step(store, [
      {
        type: 'report',
        report: fillReport(order?.row.clientOrderId ?? '', '140', `p${accountId}`, Date.now()),
      },
    ]);
    await limit('account', accountId, { maxOpenPositions: 4 });
    const second = await StoredGrid.create(database, accountId);
    await second.start(store);
    // One position and two orders of the first; its third order sells.
    expect(await codesOf(second)).toEqual(['TOO_MANY_POSITIONS']);
    expect(
      await number('SELECT position_cost AS n FROM strategy_exposure WHERE strategy_id = ?', [
        first.frame.strategyId,
      ]),
    ).toBeGreaterThan(139);
    expect(
      await number('SELECT COUNT(*) AS n FROM orders WHERE strategy_id = ?', [second.frame.strategyId]),
    ).toBe(1);
  });

  it('hold for twenty strategies that start at once', async () => {
    await limit('account', accountId, { maxExposure: '2000' });
    const grids = await Promise.all(Array.from({ length: 20 }, () => StoredGrid.create(database, accountId)));
    await Promise.allSettled(grids.map((grid) => grid.start(store)));
    const used = await number('SELECT SUM(price * quantity) AS n FROM orders WHERE account_id = ?', [
      accountId,
    ]);
    expect(used).toBeLessThanOrEqual(2000);
    expect(used).toBeGreaterThan(1850);
  });

  it('of the platform count every account', async () => {
    const other = await storeAccount(database);
    const before = await number('SELECT COUNT(*) AS n FROM orders WHERE is_final = 0', []);
    await limit('installation', 1, { maxOpenOrders: before + 4 });
    try {
      const first = await StoredGrid.create(database, accountId);
      const second = await StoredGrid.create(database, other);
      await first.start(store);
      await second.start(store);
      expect(await ordersOn(other)).toBe(1);
      expect(await codesOf(second)).toEqual(['TOO_MANY_OPEN_ORDERS']);
    } finally {
      await limit('installation', 1, null);
    }
  });
});

describe('limits of a strategy', () => {
  it('warn once an hour from 80 % on, with an event', async () => {
    const grid = await StoredGrid.create(database, accountId, 6);
    const { strategyId } = grid.frame;
    await limit('strategy', strategyId, { maxOpenOrders: 5 });
    await grid.start(store, 1_790_000_000_000);
    await grid.step(store, grid.acceptAll());
    const [order] = [...grid.memory.orders.values()];
    await grid.step(
      store,
      [
        {
          type: 'report',
          report: fillReport(order?.row.clientOrderId ?? '', '140', `w${strategyId}`, Date.now()),
        },
      ],
      1_790_000_060_000,
    );
    const events = await database.query<{ code: string; level: string; used: string }[]>(
      "SELECT code, level, used FROM risk_event WHERE scope = 'strategy' AND scope_id = ?",
      [strategyId],
    );
    expect(events).toMatchObject([{ code: 'TOO_MANY_OPEN_ORDERS', level: 'warning' }]);
    const said = await number(
      'SELECT COUNT(*) AS n FROM outbox WHERE event LIKE ? AND event LIKE \'%"risk"%\'',
      [`%"strategyId":${strategyId},%`],
    );
    expect(said).toBe(1);
  });

  it('nobody can read stop new orders', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await database.query('UPDATE strategy SET risk_limits = \'{"maxOpen":1}\' WHERE id = ?', [
      grid.frame.strategyId,
    ]);
    await grid.start(store);
    expect(await codesOf(grid)).toEqual(['LIMITS_UNREADABLE']);
  });

  it.each(['DAILY_LOSS_LIMIT', 'DRAWDOWN_LIMIT', 'LOSS_STREAK', 'TIME_STOP', 'PRICE_STOP'])(
    'that were broken refuse purchases with %s',
    async (code) => {
      const grid = await StoredGrid.create(database, accountId);
      const scope = { of: 'strategy', id: grid.frame.strategyId } as const;
      await setTradingState(database.manager, scope, 'REDUCING', { code, message: 'Broken.' }, 'risk');
      await grid.start(store);
      expect(await codesOf(grid)).toEqual([code]);
      expect(await ordersOn(accountId)).toBe(0);
    },
  );
});

async function allocate(amount: string, strategies: readonly StoredGrid[], asset = 'USDT'): Promise<void> {
  const { insertId } = await database.query<{ insertId: number }>(
    `INSERT INTO capital_allocation (user_id, account_id, name, asset, amount, created_at)
       SELECT user_id, id, 'pool', ?, ?, UTC_TIMESTAMP(3) FROM account WHERE id = ?`,
    [asset, amount, accountId],
  );
  await database.query('INSERT INTO capital_member (strategy_id, allocation_id) VALUES ?', [
    strategies.map(({ frame }) => [frame.strategyId, insertId]),
  ]);
  await database.query('UPDATE account SET capital_version = capital_version + 1 WHERE id = ?', [accountId]);
}
const orderedBy = (grid: StoredGrid) =>
  number('SELECT COALESCE(SUM(price * quantity), 0) AS n FROM orders WHERE strategy_id = ?', [
    grid.frame.strategyId,
  ]);

describe('capital', () => {
  it('is never over-committed by fifty strategies that race for one balance', async () => {
    await storeHolding(database, accountId, 'USDT', '5000');
    const grids = await Promise.all(Array.from({ length: 50 }, () => StoredGrid.create(database, accountId)));
    const started = await Promise.allSettled(grids.map((grid) => grid.start(store)));
    expect(started.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const ordered = await number('SELECT SUM(price * quantity) AS n FROM orders WHERE account_id = ?', [
      accountId,
    ]);
    const reserved = await number(
      "SELECT reserved AS n FROM reservation WHERE account_id = ? AND resource = 'USDT'",
      [accountId],
    );
    expect(reserved).toBe(ordered);
    expect(ordered).toBeLessThanOrEqual(5000);
    expect(ordered).toBeGreaterThan(4850);
  });

  it('set aside for one strategy limits it, and is kept from others', async () => {
    await storeHolding(database, accountId, 'USDT', '850');
    const mine = await StoredGrid.create(database, accountId);
    const other = await StoredGrid.create(database, accountId);
    await allocate('300', [mine]);
    await other.start(store);
    expect(await orderedBy(other)).toBe(140 + 141 + 142);
    await mine.start(store);
    expect(await orderedBy(mine)).toBe(140 + 141);
    expect(await codesOf(mine)).toEqual(['ALLOCATION_EXCEEDED']);
    const third = await StoredGrid.create(database, accountId);
    await third.start(store);
    expect([await orderedBy(third), await codesOf(third)]).toEqual([0, ['FUNDS_ALLOCATED']]);
  });

  it('of a pool is shared by its members, ten of them racing', async () => {
    await storeHolding(database, accountId, 'USDT', '100000');
    const grids = await Promise.all(Array.from({ length: 10 }, () => StoredGrid.create(database, accountId)));
    await allocate('1000', grids);
    await Promise.allSettled(grids.map((grid) => grid.start(store)));
    const ordered = await number('SELECT SUM(price * quantity) AS n FROM orders WHERE account_id = ?', [
      accountId,
    ]);
    expect(ordered).toBeLessThanOrEqual(1000);
    expect(ordered).toBeGreaterThan(850);
  });
});
