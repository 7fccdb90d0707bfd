import { dec, Decimal, type LegContext, type Side } from '@gridfleet/shared/domain';
import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import { fillReport, reportOf, storeAccount, storeHolding, StoredGrid } from '../testing/stored-grid.js';
import type { AccountBalance, VenueAccount } from '../venue/venue.js';
import { AccountStore } from './account-store.js';
import { readBalances } from './balances.js';
import { StepStore } from './step-store.js';

// Several strategies on contracts share the margin of their account.

/** SOL perpetuals at leverage 5: a level at 140 needs 28 of margin and 0.14 for the taker's fee. */
const LEG: LegContext = {
  ...SOL_LEG,
  market: { ...SOL_LEG.market, symbol: 'SOL/USDT:USDT', type: 'linear' },
};
const LEVELS = { 140: '28.14', 141: '28.341', 142: '28.542' };
const MARGIN = 'margin:USDT';

let test: TestDatabase;
let database: DataSource;
let store: StepStore;
let accountId: number;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 20, undefined, true);
  store = new StepStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
});

const newGrid = (levels = 4): Promise<StoredGrid> =>
  StoredGrid.create(database, accountId, levels, {
    leg: LEG,
    leverage: 5,
    params: { futures: { leverage: 5, marginMode: 'cross', positionMode: 'one-way' } },
  });

interface Held {
  total: string;
  reserved: string;
  foreign: string;
}
async function margin(): Promise<Held> {
  const [row] = await database.query<Held[]>(
    'SELECT total, reserved, foreign_locked AS `foreign` FROM reservation WHERE account_id = ? AND resource = ?',
    [accountId, MARGIN],
  );
  const plain = (text = '-1'): string => dec(text).toFixed();
  return { total: plain(row?.total), reserved: plain(row?.reserved), foreign: plain(row?.foreign) };
}
async function placed(side?: Side): Promise<{ price: string; margin: string }[]> {
  const rows = await database.query<{ price: string; margin: string | null }[]>(
    `SELECT price, unit_margin * quantity AS margin FROM orders
      WHERE account_id = ? AND side LIKE ? ORDER BY price`,
    [accountId, side ?? '%'],
  );
  return rows.map((row) => ({
    price: dec(row.price).toFixed(),
    margin: row.margin === null ? '0' : dec(row.margin).toFixed(),
  }));
}
const refused = (grids: readonly StoredGrid[]) =>
  database.query<{ code: string; message: string; cleared: number }[]>(
    'SELECT code, message, cleared_at IS NOT NULL AS cleared FROM refusal WHERE strategy_id IN (?) ORDER BY slot',
    [grids.map(({ frame }) => frame.strategyId)],
  );
const idOf = (grid: StoredGrid, side: Side = 'buy'): string =>
  [...grid.memory.orders.values()].find(({ row }) => row.side === side && !row.isFinal)?.row.clientOrderId ??
  '';

describe('margin', () => {
  it('is reserved by orders that open, goes to their positions, and comes back with what closes', async () => {
    await storeHolding(database, accountId, MARGIN, '100');
    const grid = await newGrid();
    await grid.start(store);
    expect((await placed()).map((row) => row.margin)).toEqual(Object.values(LEVELS));
    expect(await margin()).toEqual({ total: '100', reserved: '85.023', foreign: '0' });
    await grid.step(store, grid.acceptAll());
    await grid.step(store, [{ type: 'report', report: fillReport(idOf(grid), '140', 'm1', Date.now()) }]);
    // The level's margin is behind a position now; the order that closes it needs none.
    expect(await margin()).toEqual({ total: '71.86', reserved: '56.883', foreign: '0' });
    expect(await placed('sell')).toEqual([{ price: '141', margin: '0' }]);
    await grid.step(store, grid.acceptAll());
    await grid.step(store, [
      { type: 'report', report: fillReport(idOf(grid, 'sell'), '141', 'm2', Date.now()) },
    ]);
    // 141 / 5 less the fee of 0.01 is free again, and the level is armed anew with it.
    expect(await margin()).toEqual({ total: '100.05', reserved: '85.023', foreign: '0' });
    const [first] = [...grid.memory.orders.values()].filter(({ row }) => row.state === 'open');
    await grid.step(store, [
      { type: 'report', report: reportOf(first?.row.clientOrderId ?? '', { state: 'canceled' }) },
    ]);
    expect(dec((await margin()).reserved).lt('85.023')).toBe(true);
  });

  it('that is short leaves a reason on the level, which is armed once there is enough', async () => {
    await storeHolding(database, accountId, MARGIN, '57');
    const grid = await newGrid();
    await grid.start(store);
    expect(await placed()).toHaveLength(2);
    expect(await refused([grid])).toEqual([
      {
        code: 'FUNDS_RESERVED',
        message:
          'The order needs 28.542 USDT of margin; the account has 0.519 left beside what positions and other orders hold.',
        cleared: 0,
      },
    ]);
    await grid.step(store, grid.acceptAll());
    await storeHolding(database, accountId, MARGIN, '90');
    const tick = { type: 'event', event: { type: 'timer', name: 'tick' } } as const;
    await grid.step(store, [tick], Date.now() + 60_000);
    await grid.step(store, grid.acceptAll());
    expect(await placed()).toHaveLength(3);
    expect(await refused([grid])).toMatchObject([{ code: 'FUNDS_RESERVED', cleared: 1 }]);
  });

  it('goes to no more orders than there is when fifty strategies ask at once', async () => {
    await storeHolding(database, accountId, MARGIN, '200');
    const grids = await Promise.all(Array.from({ length: 50 }, () => newGrid(3)));
    await Promise.all(grids.map((grid) => grid.start(store)));
    const orders = await placed();
    const taken = orders.reduce((sum, row) => sum.plus(row.margin), new Decimal(0));
    // Seven orders of 28.14 or 28.341 fit into 200.
    expect(orders).toHaveLength(7);
    expect(await margin()).toEqual({ total: '200', reserved: taken.toFixed(), foreign: '0' });
    expect((await refused(grids)).filter(({ code }) => code === 'FUNDS_RESERVED')).toHaveLength(93);
  });

  it('is never promised twice while orders of many strategies fill and end in any order', async () => {
    await storeHolding(database, accountId, MARGIN, '300');
    const grids = await Promise.all(Array.from({ length: 8 }, () => newGrid()));
    await Promise.all(grids.map((grid) => grid.start(store)));
    let trades = 0;
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(grids.map((grid) => grid.step(store, grid.acceptAll())));
      await Promise.all(
        grids.map(async (grid, index) => {
          const open = [...grid.memory.orders.values()].filter(({ row }) => row.state === 'open');
          const chosen = open[(round * 5 + index * 3) % Math.max(1, open.length)];
          if (chosen === undefined) return;
          const { clientOrderId, price } = chosen.row;
          const report =
            (round + index) % 3 === 0
              ? reportOf(clientOrderId, { state: 'canceled' })
              : fillReport(clientOrderId, price ?? '0', `race-${(trades += 1)}`, Date.now());
          await grid.step(store, [{ type: 'report', report }], Date.now() + round * 60_000);
        }),
      );
      const { total, reserved } = await margin();
      expect(dec(total).minus(reserved).toNumber()).toBeGreaterThanOrEqual(0);
      const [open] = await database.query<{ held: string }[]>(
        `SELECT SUM(unit_margin * (quantity - filled_quantity)) AS held FROM orders
          WHERE account_id = ? AND is_final = 0`,
        [accountId],
      );
      expect(dec(open?.held ?? '0').toFixed()).toBe(reserved);
    }
    expect(trades).toBeGreaterThan(20);
  });
});

describe('the margin an exchange tells of', () => {
  let balance: AccountBalance;
  const read = () =>
    readBalances(new AccountStore(database), {
      accountId,
      market: LEG.market,
      account: { balances: () => Promise.resolve([balance]) } as unknown as VenueAccount,
    });
  const causes = async (): Promise<string[]> =>
    (
      await database.query<{ cause: string }[]>('SELECT cause FROM correction WHERE account_id = ?', [
        accountId,
      ])
    ).map(({ cause }) => cause);

  it('counts orders of ours once: what it leaves and what they hold there is what there is', async () => {
    balance = { asset: 'USDT', free: '1000', locked: '500', orderMargin: '0' };
    await read();
    expect(await margin()).toEqual({ total: '1000', reserved: '0', foreign: '0' });
    const grid = await newGrid();
    await grid.start(store);
    // Positions hold 500 of 584.6, our orders the rest; the exchange counts no fees.
    balance = { asset: 'USDT', free: '915.4', locked: '584.6', orderMargin: '84.6' };
    await read();
    expect(await margin()).toEqual({ total: '1000', reserved: '85.023', foreign: '0' });
    expect(await causes()).toEqual([]);
  });

  it('sets aside what orders hold that are not ours', async () => {
    const grid = await newGrid();
    await grid.start(store);
    balance = { asset: 'USDT', free: '815.4', locked: '184.6', orderMargin: '184.6' };
    await read();
    expect(await margin()).toEqual({ total: '1000', reserved: '85.023', foreign: '99.577' });
  });

  it('goes up and down with prices: that is no correction', async () => {
    for (const free of ['1000', '990', '1010']) {
      balance = { asset: 'USDT', free, locked: '0', orderMargin: '0' };
      await read();
    }
    expect((await margin()).total).toBe('1010');
    expect(await causes()).toEqual([]);
  });

  it('limits nothing where it does not tell positions from orders', async () => {
    balance = { asset: 'USDT', free: '1', locked: '0' };
    await read();
    const grid = await newGrid();
    expect((await grid.start(store)).written.intents).toHaveLength(3);
  });
});
