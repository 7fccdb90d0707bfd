import { clientOrderId, dec, type Market } from '@gridfleet/shared/domain';
import { connectDatabase, createLogger, migrate, readTradingState } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { storeAccount, StoredGrid } from '../testing/stored-grid.js';
import type { VenueAccount, VenueFill } from '../venue/venue.js';
import type { FundingPayment, OrderOrigin, VenueFutures, VenuePosition } from '../venue/venue-futures.js';
import { AccountStore } from './account-store.js';
import { ContractBooks } from './contract-books.js';
import { ContractCheck, type Held } from './contract-check.js';
import { StepStore } from './step-store.js';

const SYMBOL = 'SOL/USDT:USDT';
const SALT = 'ab12';
const MARKET: Market = {
  symbol: SYMBOL,
  type: 'linear',
  base: 'SOL',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '1',
  minQuantity: '1',
  maxQuantity: '1000',
  minNotional: '5',
  active: true,
};

let test: TestDatabase;
let database: DataSource;
let books: ContractBooks;
let accountId: number;
let strategyId: number;
let positions: VenuePosition[];
let funding: FundingPayment[];
let origins: Map<string, OrderOrigin>;
let asked: string[];
let held: Held;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 4, undefined, true);
  books = new ContractBooks(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});
beforeEach(async () => {
  accountId = await storeAccount(database);
  const grid = await StoredGrid.create(database, accountId);
  await grid.start(new StepStore(database));
  strategyId = grid.frame.strategyId;
  positions = [];
  funding = [];
  origins = new Map();
  asked = [];
  held = new Map();
});

const futures = {
  positions: () => Promise.resolve(positions),
  fundingSince: (_market: string, since: number) => {
    asked.push(`funding ${since}`);
    return Promise.resolve(funding.filter(({ time }) => time >= since));
  },
  originOf: (_market: string, id: string) => {
    asked.push(`order ${id}`);
    return Promise.resolve(origins.get(id) ?? { by: 'account', clientOrderId: null });
  },
} as unknown as VenueFutures;

function check(change: { standing?: { code: string; message: string } } = {}): ContractCheck {
  return new ContractCheck({
    store: new AccountStore(database),
    books,
    strategyId,
    salt: SALT,
    fundingFrom: 1_000,
    standing: change.standing ?? null,
    log: createLogger('test', 'silent'),
  });
}

const leg = (): Parameters<ContractCheck['look']>[0] => ({
  leg: 0,
  accountId,
  market: MARKET,
  account: {} as VenueAccount,
  futures,
  stopTraded: () => Promise.resolve(false),
});

const position = (amount: string): VenuePosition => ({
  market: SYMBOL,
  positionSide: 'net',
  amount,
  entryPrice: '150',
  markPrice: '151',
  liquidationPrice: amount === '2' ? '120.5' : null,
  margin: '60',
  unrealized: '2',
});

const trade = (tradeId: string, exchangeOrderId: string): VenueFill => ({
  market: SYMBOL,
  exchangeOrderId,
  side: 'sell',
  positionSide: 'net',
  tradeId,
  price: '150',
  quantity: '2',
  quoteQuantity: '300',
  fee: '0.1',
  feeAsset: 'USDT',
  maker: false,
  time: 5_000,
});

const net = (amount: string): Held => new Map([['net', dec(amount)]]);
const state = async (): Promise<unknown> =>
  readTradingState(database.manager, { of: 'strategy', id: strategyId });
const causes = async (): Promise<string[]> =>
  (
    await database.query<{ cause: string }[]>(
      'SELECT cause FROM correction WHERE strategy_id = ? ORDER BY id',
      [strategyId],
    )
  ).map(({ cause }) => cause);

describe('the position of a contract', () => {
  it('is stored by market and side as found, and goes when it is closed', async () => {
    positions = [position('2')];
    held = net('2');
    const contract = check();
    await contract.look(leg(), [], () => held);
    const rows = (): Promise<unknown[]> =>
      database.query(
        'SELECT position_side, amount + 0 AS amount, liquidation_price + 0 AS liq FROM venue_position WHERE account_id = ?',
        [accountId],
      );
    expect(await rows()).toMatchObject([{ position_side: 'net' }]);
    positions = [];
    held = net('0');
    await contract.look(leg(), [], () => held);
    expect(await rows()).toEqual([]);
  });

  it('that differs twice in the same way makes the strategy reduce, until two looks agree', async () => {
    const contract = check();
    held = net('3');
    positions = [position('1')];
    expect(await contract.look(leg(), [], () => held)).toMatchObject({ inDoubt: true });
    expect(await state()).toMatchObject({ state: 'ACTIVE' });
    expect(await contract.look(leg(), [], () => held)).toMatchObject({ inDoubt: false });
    expect(await state()).toMatchObject({
      state: 'REDUCING',
      reason: {
        code: 'POSITION_MISMATCH',
        message: 'The strategy holds 3 SOL by its fills and 1 at the exchange.',
      },
    });
    positions = [position('3')];
    await contract.look(leg(), [], () => held);
    expect(await state()).toMatchObject({ state: 'REDUCING' });
    await contract.look(leg(), [], () => held);
    expect(await state()).toMatchObject({ state: 'ACTIVE' });
  });

  it('that differs in passing, while fills come in, changes nothing', async () => {
    const contract = check();
    const doubts: boolean[] = [];
    for (const [ours, theirs] of [
      ['1', '2'],
      ['2', '2'],
      ['4', '2'],
      ['4', '5'],
    ] as const) {
      held = net(ours);
      positions = [position(theirs)];
      doubts.push((await contract.look(leg(), [], () => held)).inDoubt);
    }
    // One look more at once after the books agreed, not one after the other while fills keep coming in.
    expect(doubts).toEqual([true, false, true, false]);
    expect(await state()).toMatchObject({ state: 'ACTIVE' });
  });

  it('of two sides is compared side by side: a long and a short of one size are not nothing', async () => {
    const contract = check();
    held = new Map([
      ['long', dec('2')],
      ['short', dec('-2')],
    ]);
    positions = [];
    await contract.look(leg(), [], () => held);
    await contract.look(leg(), [], () => held);
    expect(await state()).toMatchObject({ state: 'REDUCING' });
  });

  it('that agrees does not lift what else stands against opening', async () => {
    const standing = { code: 'FUTURES_SETTINGS_CONFLICT', message: 'leverage 20 instead of 5' };
    const contract = check({ standing });
    await contract.look(leg(), [], () => held);
    await contract.look(leg(), [], () => held);
    expect(await state()).toMatchObject({ state: 'REDUCING', reason: standing });
  });
});

describe('a trade that no order of ours made', () => {
  it.each([
    ['account', 'MANUAL_TRADE'],
    ['liquidation', 'LIQUIDATION'],
    ['auto-deleveraging', 'AUTO_DELEVERAGING'],
    ['settlement', 'SETTLEMENT'],
  ] as const)('by the %s is journaled once as %s, and named in the reason', async (by, cause) => {
    origins.set('77', { by, clientOrderId: 'hand-1' });
    held = net('2');
    const contract = check();
    await contract.look(leg(), [trade('t1', '77')], () => held);
    await contract.look(leg(), [trade('t1', '77')], () => held);
    expect((await causes()).filter((each) => each === cause)).toEqual([cause]);
    const found = (await state()) as { state: string; reason: { code: string; message: string } };
    expect(found).toMatchObject({ state: 'REDUCING', reason: { code: `POSITION_${cause}` } });
    expect(found.reason.message).toContain('sell 2 at 150 by order hand-1');
    // A process that comes later reads the same history, and neither asks nor writes again.
    asked = [];
    await check().look(leg(), [trade('t1', '77')], () => held);
    expect(asked.filter((each) => each.startsWith('order'))).toEqual([]);
    expect((await causes()).filter((each) => each === cause)).toHaveLength(1);
  });

  it('is none when the order is ours and only its answer was lost', async () => {
    const id = clientOrderId({ salt: SALT, strategyId, leg: 0, slot: 0, side: 'sell', generation: 9 });
    origins.set('78', { by: 'account', clientOrderId: id });
    await check().look(leg(), [trade('t2', '78')], () => held);
    expect(await causes()).toEqual([]);
  });
});

describe('funding', () => {
  const payment = (id: string, time: number, asset = 'USDT'): FundingPayment => ({
    id,
    market: SYMBOL,
    amount: '-0.25',
    asset,
    time,
  });

  it('is handed on once, from the strategy’s beginning on', async () => {
    funding = [payment('early', 500), payment('a', 2_000), payment('b', 3_000)];
    const contract = check();
    const first = await contract.look(leg(), [], () => held);
    expect(first.funding.map(({ id }) => id)).toEqual(['a', 'b']);
    contract.expectFunding();
    funding.push(payment('c', Date.now()));
    const second = await contract.look(leg(), [], () => held);
    expect(second.funding.map(({ id }) => id)).toEqual(['c']);
  });

  it('is asked for when there is news of it, not with each look', async () => {
    const contract = check();
    for (let look = 0; look < 3; look++) await contract.look(leg(), [], () => held);
    expect(asked).toHaveLength(1);
    contract.expectFunding();
    await contract.look(leg(), [], () => held);
    expect(asked).toHaveLength(2);
  });

  it('that is booked already, or in another asset, is left out', async () => {
    funding = [payment('a', 2_000), payment('b', 2_000, 'BNB')];
    await database.query(
      `INSERT INTO funding (account_id, market, payment_id, strategy_id, leg, position_side, amount, asset, time)
         VALUES (?, ?, 'a', ?, 0, 'net', -0.25, 'USDT', NOW(3))`,
      [accountId, SYMBOL, strategyId],
    );
    expect((await check().look(leg(), [], () => held)).funding).toEqual([]);
  });
});
