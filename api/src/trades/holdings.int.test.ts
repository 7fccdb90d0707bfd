import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  FillRowEntity,
  ForeignTradeRowEntity,
  FundingRowEntity,
  SlotRowEntity,
  VenuePositionRowEntity,
} from '@gridfleet/shared/infra';
import type { Account, AccountPosition, ForeignTrade, FundingPage, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { liveStatus, report, storeOrder } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

const CONTRACT = 'BTC/USDT:USDT';
const TIME = new Date('2026-01-31T12:00:00.000Z');

let api: TestApi;
let ann: Caller;
let bob: Caller;
let account: Account;
let spot: Strategy;
let other: Strategy;
let contract: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  account = await createAccount(ann);
  spot = await createStrategy(ann, account.id);
  other = await createStrategy(ann, account.id);
  contract = await createStrategy(ann, account.id);
  await api.dataSource.query('UPDATE strategy_leg SET market = ? WHERE strategy_id = ?', [
    CONTRACT,
    contract.id,
  ]);
  const exposures = [
    [spot.id, '0.3', '18000'],
    [other.id, '0.1', '6400'],
    [contract.id, '-0.2', '-12000'],
  ];
  for (const [strategyId, position, cost] of exposures) {
    await api.dataSource.query(
      `INSERT INTO strategy_exposure (strategy_id, account_id, asset, quote, position, position_cost, positions,
         total_pnl, updated_at) VALUES (?, ?, 'BTC', 'USDT', ?, ?, 1, 0, ?)`,
      [strategyId, account.id, position, cost, TIME],
    );
  }
  await api.dataSource.manager.insert(VenuePositionRowEntity, {
    accountId: account.id,
    market: CONTRACT,
    positionSide: 'net',
    amount: '-0.25',
    entryPrice: '60000',
    markPrice: '59000',
    liquidationPrice: '71000.5',
    margin: '3000',
    unrealized: '250',
    readAt: TIME,
  });
});
afterAll(() => api.close());

const positions = async (query = ''): Promise<AccountPosition[]> => {
  const answer = await ann('GET', `/api/account-positions${query}`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { items: AccountPosition[] }).items;
};

describe('positions of accounts', () => {
  test('are summed over the strategies of a spot market, each with its share', async () => {
    await report(api.redis, other.id, liveStatus(1, { currentPrice: '61000' }));
    const [found] = await positions('?market=BTC/USDT');
    expect(found).toEqual({
      accountId: account.id,
      accountLabel: 'Main',
      venue: 'binance',
      environment: 'sim',
      market: 'BTC/USDT',
      positionSide: 'net',
      amount: '0.4',
      entryPrice: '61000',
      markPrice: '61000',
      liquidationPrice: null,
      margin: null,
      unrealizedPnl: '0',
      heldBy: [
        { strategyId: spot.id, name: 'Grid', amount: '0.3' },
        { strategyId: other.id, name: 'Grid', amount: '0.1' },
      ],
      heldByHand: '0',
      unexplained: '0',
      source: 'fills',
      readAt: TIME.toISOString(),
    });
  });

  test('of contracts are what the exchange says, and what nobody here holds is told', async () => {
    expect(await positions(`?market=${encodeURIComponent(CONTRACT)}`)).toMatchObject([
      {
        amount: '-0.25',
        entryPrice: '60000',
        markPrice: '59000',
        liquidationPrice: '71000.5',
        margin: '3000',
        unrealizedPnl: '250',
        heldBy: [{ strategyId: contract.id, amount: '-0.2' }],
        unexplained: '-0.05',
        source: 'exchange',
      },
    ]);
  });

  test('in hedge mode are told by side, by the fills of a strategy that is long and short', async () => {
    const place = { strategyId: contract.id, leg: 0, market: CONTRACT, slot: 0 };
    const runId = 1;
    const key = { strategy: contract, runId, accountId: account.id };
    const traded = [
      ['long', 'buy', '0.3'],
      ['long', 'sell', '0.1'],
      ['short', 'sell', '0.45'],
    ] as const;
    const { manager } = api.dataSource;
    for (const positionSide of ['long', 'short'] as const)
      await manager.insert(SlotRowEntity, { ...place, positionSide, state: '{}', version: 1 });
    for (const [i, [positionSide, side, quantity]] of traded.entries()) {
      const orderId = await storeOrder(
        api.dataSource,
        { ...key, generation: i + 1 },
        { market: CONTRACT, positionSide, side, isFinal: true, state: 'filled' },
      );
      await manager.insert(FillRowEntity, {
        ...place,
        orderId,
        accountId: account.id,
        positionSide,
        side,
        tradeId: `hedge-${i}`,
        price: '60000',
        quantity,
        amount: '1',
        fee: '0',
        feeAsset: 'USDT',
        feeQuote: '0',
        maker: true,
        time: TIME,
      });
    }
    const found = await positions(`?market=${encodeURIComponent(CONTRACT)}`);
    expect(
      found.map(({ positionSide, amount, heldBy, unexplained }) => [
        positionSide,
        amount,
        heldBy.map((each) => each.amount),
        unexplained,
      ]),
    ).toEqual([
      ['long', '0', ['0.2'], '-0.2'],
      ['net', '-0.25', [], '-0.25'],
      ['short', '0', ['-0.45'], '0.45'],
    ]);
    await manager.delete(SlotRowEntity, { strategyId: contract.id });
  });

  test('are those of one account when asked so, and of nobody else', async () => {
    expect(await positions(`?accountId=${account.id}`)).toHaveLength(2);
    expect((await ann('GET', '/api/account-positions?accountId=999999')).status).toBe(404);
    expect((await bob('GET', `/api/account-positions?accountId=${account.id}`)).status).toBe(404);
    expect((await bob('GET', '/api/account-positions')).body).toEqual({ items: [] });
  });
});

describe('what happens to contracts beside our trades', () => {
  beforeAll(async () => {
    const amounts = ['1.5', '-0.000000000000000001', '-2', '0.25', '3'];
    await api.dataSource.manager.insert(
      FundingRowEntity,
      amounts.map((amount, i) => ({
        accountId: account.id,
        market: CONTRACT,
        paymentId: `p-${i}`,
        strategyId: contract.id,
        leg: 0,
        positionSide: 'net' as const,
        amount,
        asset: 'USDT',
        // Two at the same moment: a page may end between them.
        time: new Date(TIME.getTime() + Math.floor(i / 2) * 1000),
      })),
    );
    await api.dataSource.manager.insert(
      ForeignTradeRowEntity,
      ['MANUAL_TRADE', 'LIQUIDATION'].map((cause, i) => ({
        accountId: account.id,
        market: CONTRACT,
        tradeId: `t-${i}`,
        exchangeOrderId: `o-${i}`,
        clientOrderId: null,
        cause,
        side: 'sell' as const,
        positionSide: 'net' as const,
        price: '60000',
        quantity: '0.05',
        time: new Date(TIME.getTime() + i * 1000),
      })),
    );
  });

  test('funding is listed newest first, page by page, with exact totals of all of it', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const url: string = `/api/funding?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await ann('GET', url)).body as FundingPage;
      expect(page.totals).toEqual([{ asset: 'USDT', amount: '2.749999999999999999' }]);
      seen.push(...page.items.map(({ paymentId }) => paymentId));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['p-4', 'p-3', 'p-2', 'p-1', 'p-0']);
    const one = (await ann('GET', `/api/funding?strategyId=${contract.id}&to=2026-01-31T12:00:01Z`)).body;
    expect(one).toMatchObject({
      items: [{ paymentId: 'p-1' }, { paymentId: 'p-0', strategyName: 'Grid' }],
      totals: [{ amount: '1.499999999999999999' }],
    });
  });

  test('trades of others are listed with their cause', async () => {
    const { items } = (await ann('GET', '/api/foreign-trades')).body as { items: ForeignTrade[] };
    expect(items.map(({ cause }) => cause)).toEqual(['LIQUIDATION', 'MANUAL_TRADE']);
    expect((await ann('GET', '/api/foreign-trades?side=buy')).body).toEqual({ items: [], nextCursor: null });
  });

  test.each(['funding', 'foreign-trades'])(
    '%s: cursors of other lists are refused, rows of others absent',
    async (list) => {
      for (const value of ['x', [1, 2], ['2026-01-01', 'a', 'b', 'c'], ['no date', 1, 'b', 'c']]) {
        const cursor = Buffer.from(JSON.stringify(value)).toString('base64url');
        const answer = await ann('GET', `/api/${list}?cursor=${cursor}`);
        expect(answer.error, answer.text).toMatchObject({ details: [{ field: 'query.cursor' }] });
      }
      expect((await bob('GET', `/api/${list}`)).body).toMatchObject({ items: [], nextCursor: null });
      expect((await bob('GET', `/api/${list}?accountId=${account.id}`)).body).toMatchObject({ items: [] });
    },
  );
});
