import { clientOrderId, type Market } from '@gridfleet/shared/domain';
import {
  connectDatabase,
  createLogger,
  ForeignOrderRepository,
  migrate,
  readTradingState,
  setTradingState,
} from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { storeAccount, StoredGrid } from '../testing/stored-grid.js';
import type { AccountBalance, OrderReport, VenueAccount } from '../venue/venue.js';
import { AccountCheck } from './account-check.js';
import { AccountStore } from './account-store.js';
import { ensureBalances, readBalances, type CheckedLeg } from './balances.js';
import type { Findings } from './reconcile.js';
import { StepStore } from './step-store.js';

let test: TestDatabase;
let database: DataSource;
let store: AccountStore;
let steps: StepStore;
let accountId: number;
let grid: StoredGrid;
let balances: AccountBalance[];
let adopted: OrderReport[];
let duringRead: () => Promise<void>;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8, undefined, true);
  store = new AccountStore(database);
  steps = new StepStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
  grid = await StoredGrid.create(database, accountId);
  balances = [
    { asset: 'USDT', free: '1000', locked: '0' },
    { asset: 'SOL', free: '2', locked: '0' },
  ];
  adopted = [];
  duringRead = () => Promise.resolve();
});

const market = (): Market => {
  const leg = grid.frame.context.legs[0];
  if (leg === undefined) throw new Error('the grid has no leg');
  return leg.market;
};
const leg = (): CheckedLeg => ({
  accountId,
  market: market(),
  account: {
    balances: async () => {
      await duringRead();
      return balances;
    },
  } as unknown as VenueAccount,
});
const check = (): AccountCheck =>
  new AccountCheck({
    store,
    strategyId: grid.frame.strategyId,
    adopt: (_leg, report) => {
      adopted.push(report);
      return Promise.resolve();
    },
    log: createLogger('test', 'fatal'),
  });
const open = (id: string, change: Partial<OrderReport> = {}): OrderReport => ({
  market: 'SOL/USDT',
  clientOrderId: id,
  exchangeOrderId: `x${id}`,
  side: 'buy',
  state: 'open',
  price: '140',
  quantity: '1',
  filledQuantity: '0',
  createdAt: null,
  fill: null,
  refusal: null,
  ...change,
});
const findings = (change: Partial<Findings>): Findings => ({
  reports: [],
  absent: [],
  trades: [],
  foreign: [],
  orphans: [],
  ...change,
});
const id = (generation: number, strategyId = grid.frame.strategyId): string =>
  clientOrderId({ salt: 'ab12', strategyId, leg: 0, slot: 0, side: 'buy', generation });
async function reservation(resource: string): Promise<unknown> {
  const [row] = await database.query<unknown[]>(
    `SELECT CAST(total AS DOUBLE) AS total, CAST(reserved AS DOUBLE) AS reserved,
       CAST(foreign_locked AS DOUBLE) AS foreignLocked FROM reservation WHERE account_id = ? AND resource = ?`,
    [accountId, resource],
  );
  return row;
}
const causes = async (): Promise<string[]> =>
  (
    await database.query<{ cause: string }[]>(
      'SELECT cause FROM correction WHERE account_id = ? ORDER BY id',
      [accountId],
    )
  ).map(({ cause }) => cause);

describe('balances', () => {
  it('become what reservations are measured by; what is locked beyond our orders is foreign', async () => {
    await grid.start(steps);
    balances = [
      { asset: 'USDT', free: '500', locked: '523' },
      { asset: 'SOL', free: '0', locked: '0' },
    ];
    await readBalances(store, leg());
    expect(await reservation('USDT')).toEqual({ total: 1023, reserved: 423, foreignLocked: 100 });
    expect(await causes()).toEqual([]);
  });

  it('read twice change nothing the second time', async () => {
    await grid.start(steps);
    await readBalances(store, leg());
    const once = await reservation('USDT');
    await readBalances(store, leg());
    expect(await reservation('USDT')).toEqual(once);
    expect(await causes()).toEqual([]);
  });

  it('changed from outside, or drifted, are put right with a row in the journal', async () => {
    await grid.start(steps);
    await readBalances(store, leg());
    await database.query('UPDATE reservation SET reserved = reserved + 5 WHERE account_id = ?', [accountId]);
    balances = balances.map((balance) => ({ ...balance, free: '900' }));
    await readBalances(store, leg());
    expect(await reservation('USDT')).toMatchObject({ total: 900, reserved: 423 });
    expect((await causes()).sort()).toEqual([
      'BALANCE_DIFFERS',
      'BALANCE_DIFFERS',
      'RESERVATION_DRIFT',
      'RESERVATION_DRIFT',
    ]);
  });

  it('that a step overtook while they were read are left for the next look', async () => {
    await readBalances(store, leg());
    balances = [{ asset: 'USDT', free: '1', locked: '0' }];
    duringRead = async () => {
      await grid.start(steps);
    };
    await readBalances(store, leg());
    expect(await reservation('USDT')).toMatchObject({ total: 1000, reserved: 423 });
  });

  it('that were taken over lately are not read again for a run that is opened', async () => {
    let reads = 0;
    duringRead = async () => void (reads += 1);
    const checked = leg();
    for (let opening = 0; opening < 3; opening += 1) await ensureBalances(store, checked, 15_000);
    expect(reads).toBe(1);
    const other = { ...checked, market: { ...checked.market, base: 'ETH' } };
    await ensureBalances(store, other, 15_000);
    expect(reads).toBe(2);
    await ensureBalances(store, checked, 0);
    expect(reads).toBe(3);
  });

  it('that cannot be read change nothing', async () => {
    await readBalances(store, leg());
    duringRead = () => Promise.reject(new Error('timeout'));
    await expect(readBalances(store, leg())).rejects.toThrow('timeout');
    expect(await reservation('USDT')).toMatchObject({ total: 1000 });
  });
});

describe('a position the account does not have', () => {
  const state = () => readTradingState(database.manager, { of: 'strategy', id: grid.frame.strategyId });

  it('makes the strategy REDUCING at the second look, and ACTIVE when two looks agree again', async () => {
    const checker = check();
    await checker.position(0, leg(), '3');
    expect((await state())?.state).toBe('ACTIVE');
    await checker.position(0, leg(), '3');
    expect(await state()).toMatchObject({
      state: 'REDUCING',
      reason: { code: 'POSITION_MISMATCH' },
      changedBy: 'reconciliation',
    });
    balances = [{ asset: 'SOL', free: '3', locked: '0' }];
    await checker.position(0, leg(), '3');
    await checker.position(0, leg(), '3');
    expect(await state()).toMatchObject({ state: 'ACTIVE', reason: null });
    expect((await causes()).filter((cause) => cause.startsWith('POSITION'))).toEqual([
      'POSITION_MISMATCH',
      'POSITION_MISMATCH_OVER',
    ]);
  });

  it('does not overrule what an operator has set', async () => {
    const scope = { of: 'strategy', id: grid.frame.strategyId } as const;
    await setTradingState(database.manager, scope, 'HALTED', null, 'a@b.c');
    const checker = check();
    for (let look = 0; look < 3; look += 1) await checker.position(0, leg(), '3');
    expect(await state()).toMatchObject({ state: 'HALTED', changedBy: 'a@b.c' });
  });
});

describe('orders that this run does not know', () => {
  const listed = () => new ForeignOrderRepository(database.manager).open(accountId);

  it('are listed when they are not ours, and never touched', async () => {
    const foreign = findings({ foreign: [open('by-hand')] });
    const checker = check();
    for (let look = 0; look < 3; look += 1) {
      expect(await checker.strangers(0, leg(), foreign, 9)).toEqual({ adopt: [], cancel: [] });
    }
    expect(await listed()).toMatchObject([{ clientOrderId: 'by-hand', isOrphan: false }]);
    await checker.strangers(0, leg(), findings({}), 9);
    expect(await listed()).toEqual([]);
  });

  it('are left to the strategy whose row is unfinished', async () => {
    await grid.start(steps);
    const [order] = [...grid.memory.orders.values()];
    const other = await StoredGrid.create(database, accountId);
    grid = other;
    const seen = findings({ orphans: [open(order?.row.clientOrderId ?? '')] });
    const checker = check();
    for (let look = 0; look < 3; look += 1) {
      expect(await checker.strangers(0, leg(), seen, 9)).toEqual({ adopt: [], cancel: [] });
    }
    expect(await listed()).toEqual([]);
  });

  it.each([
    ['cancel', { adopt: 0, cancel: 1 }, 'ORPHAN_CANCELED'],
    ['adopt', { adopt: 1, cancel: 0 }, 'ORPHAN_ADOPTED'],
    ['report', { adopt: 0, cancel: 0 }, undefined],
  ])('are orphans at the second look; policy "%s" decides', async (policy, expected, cause) => {
    await database.query('UPDATE account SET orphan_policy = ? WHERE id = ?', [policy, accountId]);
    const seen = findings({ orphans: [open(id(3))] });
    const checker = check();
    expect(await checker.strangers(0, leg(), seen, 9)).toEqual({ adopt: [], cancel: [] });
    const found = await checker.strangers(0, leg(), seen, 9);
    expect({ adopt: found.adopt.length, cancel: found.cancel.length }).toEqual(expected);
    expect(adopted).toHaveLength(expected.adopt);
    expect((await causes()).at(-1)).toBe(cause);
    expect(await listed()).toMatchObject([{ isOrphan: true }]);
  });

  it('halt the strategy when the books have never armed such a generation: they are older than the exchange', async () => {
    await check().strangers(0, leg(), findings({ orphans: [open(id(10))] }), 9);
    expect(
      await readTradingState(database.manager, { of: 'strategy', id: grid.frame.strategyId }),
    ).toMatchObject({ state: 'HALTED', reason: { code: 'BOOKS_BEHIND_EXCHANGE' } });
  });

  it('halt it until a person resumes: that its position is covered is no reason', async () => {
    const checker = check();
    const seen = findings({ orphans: [open(id(10))] });
    for (let look = 0; look < 2; look += 1) {
      await checker.strangers(0, leg(), seen, 9);
      await checker.position(0, leg(), '1');
    }
    const scope = { of: 'strategy', id: grid.frame.strategyId } as const;
    expect(await readTradingState(database.manager, scope)).toMatchObject({
      state: 'HALTED',
      reason: { code: 'BOOKS_BEHIND_EXCHANGE' },
    });
  });

  it('are cancelled when our books call them over', async () => {
    await grid.start(steps);
    await database.query("UPDATE orders SET state = 'canceled', is_final = 1 WHERE strategy_id = ?", [
      grid.frame.strategyId,
    ]);
    const [order] = [...grid.memory.orders.values()];
    const seen = findings({ orphans: [open(order?.row.clientOrderId ?? '')] });
    const checker = check();
    await checker.strangers(0, leg(), seen, 9);
    const found = await checker.strangers(0, leg(), seen, 9);
    expect(found.cancel.map(({ clientOrderId: each }) => each)).toEqual([order?.row.clientOrderId]);
  });
});
