import { connectDatabase, migrate, setTradingState } from '@gridfleet/shared/infra';
import type { DataSource, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { fillReport, reportOf, storeAccount, storeHolding, StoredGrid } from '../testing/stored-grid.js';
import { sendBatch, type Batch, type BatchSender } from './batch.js';
import { FencedError } from './fenced-batch.js';
import { StepStore } from './step-store.js';

let test: TestDatabase;
let database: DataSource;
let store: StepStore;
let accountId: number;
let trips = 0;

const counting: BatchSender = (runner, batch) => {
  trips += 1;
  return sendBatch(runner, batch);
};

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 20, undefined, true);
  store = new StepStore(database, counting);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
});

async function rows<T>(sql: string, params: unknown[]): Promise<T[]> {
  return database.query(sql, params);
}
async function holding(resource: string): Promise<{ total: number; reserved: number }> {
  const [row] = await rows<{ total: string; reserved: string }>(
    'SELECT total, reserved FROM reservation WHERE account_id = ? AND resource = ?',
    [accountId, resource],
  );
  return { total: Number(row?.total), reserved: Number(row?.reserved) };
}
const refusals = (grid: StoredGrid) =>
  rows<{ slot: number; code: string; count: number; cleared: number }>(
    'SELECT slot, code, count, cleared_at IS NOT NULL AS cleared FROM refusal WHERE strategy_id = ? ORDER BY slot, code',
    [grid.frame.strategyId],
  );

/** Everything a step writes about one strategy, times apart. */
async function booksOf({ strategyId }: { strategyId: number }, account = accountId): Promise<unknown> {
  const read = (sql: string, params: unknown[]): Promise<unknown> => database.query(sql, params);
  return {
    slots: await read('SELECT slot, state FROM slot WHERE strategy_id = ? ORDER BY slot', [strategyId]),
    orders: await read(
      'SELECT client_order_id, state, filled_quantity, version FROM orders WHERE strategy_id = ? ORDER BY 1',
      [strategyId],
    ),
    fills: await read('SELECT trade_id FROM fill WHERE strategy_id = ? ORDER BY 1', [strategyId]),
    cycles: await read('SELECT slot, generation, net FROM cycle WHERE strategy_id = ?', [strategyId]),
    held: await read('SELECT resource, total, reserved FROM reservation WHERE account_id = ? ORDER BY 1', [
      account,
    ]),
  };
}

describe('a step in the database', () => {
  it('takes one round trip once the policies are known', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    trips = 0;
    await grid.step(store, grid.acceptAll());
    const [first] = [...grid.memory.orders.values()];
    const id = first?.row.clientOrderId ?? '';
    const { written } = await grid.step(store, [
      { type: 'report', report: fillReport(id, '140', 't1', Date.now()) },
    ]);
    expect(trips).toBe(2);
    expect(written.intents.map(({ row }) => [row.side, row.price])).toEqual([['sell', '141']]);
    expect(written.intents[0]?.row.id).toMatch(/^\d+$/);
    expect(written.fills).toHaveLength(1);
  });

  it('is refused to an owner whose fence is stale, and changes nothing', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await database.query('UPDATE strategy SET fence = 2 WHERE id = ?', [grid.frame.strategyId]);
    const before = await booksOf(grid.frame);
    await expect(grid.step(store, grid.acceptAll())).rejects.toThrow(FencedError);
    expect(await booksOf(grid.frame)).toEqual(before);
  });

  it('gives up when an order has been changed beneath it', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await database.query('UPDATE orders SET version = version + 1 WHERE strategy_id = ?', [
      grid.frame.strategyId,
    ]);
    await expect(grid.step(store, grid.acceptAll())).rejects.toThrow(/VERSION/);
  });
});

describe('trading states', () => {
  it.each([
    ['platform', { of: 'platform' }],
    ['account', { of: 'account' }],
    ['strategy', { of: 'strategy' }],
  ] as const)('set for the %s hold for the very next intent', async (name, { of }) => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await grid.step(store, grid.acceptAll());
    const [order] = [...grid.memory.orders.values()];
    const scope =
      of === 'platform'
        ? ({ of } as const)
        : { of, id: of === 'account' ? accountId : grid.frame.strategyId };
    const reason = { code: 'OPERATOR', message: 'Maintenance.' };
    await setTradingState(database.manager, scope, 'HALTED', reason, 'a@b.c');
    try {
      const filled = fillReport(order?.row.clientOrderId ?? '', '140', `h-${name}-${accountId}`, Date.now());
      const { written } = await grid.step(store, [{ type: 'report', report: filled }]);
      expect(written.intents).toEqual([]);
      expect(written.fills).toHaveLength(1);
      expect(await refusals(grid)).toMatchObject([{ slot: 0, code: 'TRADING_HALTED', cleared: 0 }]);
    } finally {
      await setTradingState(database.manager, scope, 'ACTIVE', null, 'a@b.c');
    }
    const later = await grid.step(
      store,
      [{ type: 'event', event: { type: 'timer', name: 'tick' } }],
      Date.now() + 60_000,
    );
    expect(later.written.intents.map(({ row }) => row.side)).toEqual(['sell']);
    await grid.step(store, grid.acceptAll());
    expect(await refusals(grid)).toMatchObject([{ code: 'TRADING_HALTED', cleared: 1 }]);
  });

  it('REDUCING lets the SELL of a cell through and no BUY', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await grid.step(store, grid.acceptAll());
    await setTradingState(database.manager, { of: 'account', id: accountId }, 'REDUCING', null, 'a@b.c');
    const [a, b] = [...grid.memory.orders.values()];
    const { written } = await grid.step(store, [
      { type: 'report', report: fillReport(a?.row.clientOrderId ?? '', '140', 'r1', Date.now()) },
      { type: 'report', report: reportOf(b?.row.clientOrderId ?? '', { state: 'canceled' }) },
    ]);
    expect(written.intents.map(({ row }) => row.side)).toEqual(['sell']);
    const later = await grid.step(
      store,
      [{ type: 'event', event: { type: 'timer', name: 'tick' } }],
      Date.now() + 60_000,
    );
    expect(later.written.intents).toEqual([]);
    expect((await refusals(grid)).map(({ code }) => code)).toEqual(['TRADING_REDUCING']);
  });

  it('carry limits, each with its code; limits that cannot be read refuse everything', async () => {
    const limits: [object | string, string][] = [
      [{ maxOrderNotional: '141.5' }, 'ORDER_TOO_LARGE'],
      [{ maxOpenOrders: 2 }, 'TOO_MANY_OPEN_ORDERS'],
      [{ maxOpenNotional: '281' }, 'OPEN_NOTIONAL_LIMIT'],
    ];
    for (const [limit, code] of limits) {
      const grid = await StoredGrid.create(database, accountId);
      await database.query('UPDATE strategy SET risk_limits = ? WHERE id = ?', [
        JSON.stringify(limit),
        grid.frame.strategyId,
      ]);
      const { written } = await grid.start(store);
      expect(written.intents).toHaveLength(2);
      expect(await refusals(grid)).toMatchObject([{ slot: 2, code }]);
    }
    const grid = await StoredGrid.create(database, accountId);
    await database.query("UPDATE strategy SET risk_limits = '{maxOrder' WHERE id = ?", [
      grid.frame.strategyId,
    ]);
    expect((await grid.start(store)).written.intents).toEqual([]);
    expect((await refusals(grid))[0]?.code).toBe('LIMITS_UNREADABLE');
  });
});

describe('reservations', () => {
  it('follow orders and trades, and are given back when an order ends', async () => {
    await storeHolding(database, accountId, 'USDT', '1000');
    await storeHolding(database, accountId, 'SOL', '0');
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    expect(await holding('USDT')).toEqual({ total: 1000, reserved: 140 + 141 + 142 });
    await grid.step(store, grid.acceptAll());
    const [a, b] = [...grid.memory.orders.values()];
    await grid.step(store, [
      { type: 'report', report: fillReport(a?.row.clientOrderId ?? '', '140', 'f1', Date.now()) },
    ]);
    expect(await holding('USDT')).toEqual({ total: 859.99, reserved: 141 + 142 });
    expect(await holding('SOL')).toEqual({ total: 1, reserved: 1 });
    await grid.step(store, [
      { type: 'report', report: reportOf(b?.row.clientOrderId ?? '', { state: 'canceled' }) },
    ]);
    expect(await holding('USDT')).toEqual({ total: 859.99, reserved: 142 });
  });

  it('do not count a trade twice that the balances had already', async () => {
    await storeHolding(database, accountId, 'USDT', '1000');
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await database.query('UPDATE reservation SET read_at = NOW(3) WHERE account_id = ?', [accountId]);
    const [a] = [...grid.memory.orders.values()];
    await grid.step(store, [
      { type: 'report', report: fillReport(a?.row.clientOrderId ?? '', '140', 'f2', Date.now() - 60_000) },
    ]);
    expect(await holding('USDT')).toEqual({ total: 1000, reserved: 141 + 142 });
  });

  it('are judged for an order that comes with trades: what their orders held is spent', async () => {
    await storeHolding(database, accountId, 'USDT', '300');
    await storeHolding(database, accountId, 'SOL', '0');
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    await grid.step(store, grid.acceptAll());
    const [a, b] = [...grid.memory.orders.values()].map(({ row }) => row.clientOrderId);
    const { written } = await grid.step(
      store,
      [
        { type: 'report', report: fillReport(a ?? '', '140', 'w1', Date.now()) },
        { type: 'report', report: fillReport(b ?? '', '141', 'w2', Date.now()) },
        // The level of 142 was refused before, and is tried again now.
        { type: 'event', event: { type: 'timer', name: 'tick' } },
      ],
      Date.now() + 60_000,
    );
    expect(written.intents.map(({ row }) => row.side)).toEqual(['sell', 'sell']);
    expect(written.fills).toHaveLength(2);
    expect(await holding('USDT')).toEqual({ total: 18.98, reserved: 0 });
    expect(await refusals(grid)).toMatchObject([{ slot: 2, code: 'FUNDS_RESERVED', count: 2, cleared: 0 }]);
  });

  it('go to no more orders than the account can pay when twelve strategies ask at once', async () => {
    await storeHolding(database, accountId, 'USDT', '1000');
    const grids = await Promise.all(Array.from({ length: 12 }, () => StoredGrid.create(database, accountId)));
    await Promise.all(grids.map((grid) => grid.start(store)));
    const [placed] = await rows<{ n: string; worth: string }>(
      'SELECT COUNT(*) AS n, SUM(price * quantity) AS worth FROM orders WHERE account_id = ?',
      [accountId],
    );
    // 7 orders of 140 to 142 fit into 1,000.
    expect(Number(placed?.n)).toBe(7);
    const { total, reserved } = await holding('USDT');
    expect(reserved).toBe(Number(placed?.worth));
    expect(reserved).toBeLessThanOrEqual(total);
    const [denied] = await rows<{ n: string }>(
      "SELECT COUNT(*) AS n FROM refusal WHERE code = 'FUNDS_RESERVED' AND strategy_id IN (?)",
      [grids.map((grid) => grid.frame.strategyId)],
    );
    expect(Number(denied?.n)).toBe(36 - 7);
  });
});

describe('a connection that breaks', () => {
  /** Sends a batch statement by statement and cuts the connection after the given one. */
  function breakingAfter(count: number): BatchSender {
    let sent = 0;
    return async (runner: QueryRunner, batch: Batch) => {
      const answers: unknown[] = [];
      for (const { sql, params } of batch.statements) {
        answers.push(await runner.query(sql, [...params]));
        sent += 1;
        if (sent === count) {
          ((await runner.connect()) as { destroy(): void }).destroy();
          throw new Error('connection lost');
        }
      }
      return answers;
    };
  }

  it('after any statement leaves all of a step or nothing of it', async () => {
    await storeHolding(database, accountId, 'USDT', '100000');
    await storeHolding(database, accountId, 'SOL', '0');
    let seen = { before: 0, after: 0 };
    for (let cut = 1; ; cut += 1) {
      const grid = await StoredGrid.create(database, accountId);
      await grid.start(store);
      await grid.step(store, grid.acceptAll());
      const [order] = [...grid.memory.orders.values()];
      const filled = fillReport(order?.row.clientOrderId ?? '', '140', `cut-${cut}`, Date.now());
      const before = await booksOf(grid.frame);
      let failed = true;
      try {
        await grid.step(new StepStore(database, breakingAfter(cut)), [{ type: 'report', report: filled }]);
        failed = false;
      } catch (error) {
        expect(String(error)).toContain('connection lost');
      }
      const books = (await booksOf(grid.frame)) as { fills: unknown[]; orders: { state: string }[] };
      if (books.fills.length === 0) {
        expect(books).toEqual(before);
        seen = { ...seen, before: seen.before + 1 };
      } else {
        // Committed although the client saw an error: the counter order's intent is there with the fill, once.
        expect(books.fills).toHaveLength(1);
        expect(books.orders.filter(({ state }) => state === 'intent')).toHaveLength(1);
        seen = { ...seen, after: seen.after + 1 };
      }
      if (!failed) break;
    }
    expect(seen.before).toBeGreaterThan(8);
    expect(seen.after).toBe(2);
  });

  it('is told apart from a deadlock, after which the whole step is tried again', async () => {
    const grid = await StoredGrid.create(database, accountId);
    await grid.start(store);
    let refused = 0;
    const deadlocking: BatchSender = async (runner, batch) => {
      if (refused < 2) {
        refused += 1;
        throw Object.assign(new Error('Deadlock found when trying to get lock'), { errno: 1213 });
      }
      return sendBatch(runner, batch);
    };
    const { written } = await grid.step(new StepStore(database, deadlocking), grid.acceptAll());
    expect(written.updated).toHaveLength(3);
    expect(refused).toBe(2);
  });
});
