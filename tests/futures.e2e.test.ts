import { Decimal } from '@gridfleet/shared/domain';
import type { FundsDto, Strategy, StrategyStatus, StrategyWhy } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FuturesExchange } from './harness/futures-exchange.js';
import { TestPlatform } from './harness/platform.js';
import type { GridfleetProcess } from './harness/processes.js';
import type { Rest } from './harness/rest.js';
import { TEST_KEY, TEST_SECRET, TestSimulator } from './harness/simulator.js';
import { waitUntil } from './harness/wait.js';

// Grids on USDT-M contracts through the real worker, judged by the simulator's ledger.

/** What the simulator gives a new account, USDT. */
const WALLET = '100000';
/** Prices, and the orders of each grid that fill on the way there. */
const PATH: readonly (readonly [price: string, fills: number])[] = [
  ['0.4899', 1],
  ['0.5102', 2],
  ['0.4899', 2],
  ['0.5201', 3],
];
/** The contracts whose price walks. */
const WALKING = ['ADAUSDT', 'XRPUSDT'];
const WORKER = { TIME_SCALE: '0.2' };

let sim: TestSimulator;
let market: FuturesExchange;
let platform: TestPlatform;
let api: Rest;
let worker: GridfleetProcess;
let accountId: number;
let long: number;
let neutral: number;

async function status(id: number): Promise<StrategyStatus> {
  return (await api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
}

async function strategy(id: number): Promise<Strategy> {
  return (await api.get<Strategy>(`/api/strategies/${id}`)).body;
}

async function create(market: string, params: Record<string, unknown>): Promise<number> {
  const body = {
    name: market,
    kind: 'range-grid',
    params: {
      lower: '0.47',
      upper: '0.53',
      levels: 7,
      quantity: { mode: 'base', value: '100' },
      futures: { leverage: 5, marginMode: 'isolated', positionMode: 'one-way', allowUnprotected: true },
      ...params,
    },
    legs: [{ accountId, market }],
  };
  return (await accepted<{ id: number }>('/api/strategies', body)).id;
}

/** The venue's answer is needed: nobody may have it shortly after a node has died, or while a minute's weight is used up. */
async function accepted<T>(path: string, body?: unknown): Promise<T> {
  return waitUntil(
    async () => {
      const answer = await api.post<T>(path, body);
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    { timeoutMs: 70_000, what: `POST ${path} to be accepted`, everyMs: 500 },
  );
}

async function start(id: number): Promise<void> {
  await accepted(`/api/strategies/${id}/start`);
}

/** The grids' profit, and what the exchange says the account has gained, once the two have come to rest. */
async function level(): Promise<{ ours: string; theirs: string }> {
  const both = async (): Promise<{ ours: string; theirs: string }> => {
    const { account } = await market.books();
    const profits = await Promise.all([long, neutral].map(status));
    const ours = profits.reduce((sum, { profit }) => sum.plus(profit?.total ?? 0), new Decimal(0));
    const theirs = new Decimal(account.totalWalletBalance).plus(account.totalUnrealizedProfit).minus(WALLET);
    return { ours: ours.toFixed(), theirs: theirs.toFixed() };
  };
  await waitUntil(async () => ((now) => now.ours === now.theirs)(await both()), {
    timeoutMs: 15_000,
    what: 'profit and ledger to agree',
  }).catch(() => undefined);
  return both();
}

beforeAll(async () => {
  sim = await TestSimulator.start(
    1,
    ['ADAUSDT', 'XRPUSDT', 'DOGEUSDT'].map((symbol) => `binanceusdm/${symbol}=manual:0.5,depth=100000`),
  );
  market = new FuturesExchange(sim);
  platform = await TestPlatform.create(sim.url, WORKER);
  [{ api }, worker] = await Promise.all([platform.startApi(), platform.startWorker('node-1')]);
  await market.setPrice('0.5', ...WALKING);
});

afterAll(async () => {
  await platform.close();
  await sim.process.stop();
});

describe('range grids on USDT-M contracts, through real processes', () => {
  it('need an account at the exchange of contracts, which paper is not', async () => {
    const venues = await api.get<{ items: { id: string; markets: string[] }[] }>('/api/venues');
    expect(venues.body.items).toContainEqual(
      expect.objectContaining({ id: 'binanceusdm', markets: ['linear'], proof: 'proved' }),
    );
    const account = { label: 'contracts', venue: 'binanceusdm' };
    const credentials = { apiKey: TEST_KEY, secret: TEST_SECRET };
    expect(
      await api.post('/api/accounts', { ...account, environment: 'paper', credentials: { apiKey: 'p' } }),
    ).toMatchObject({ status: 400, body: { code: 'VENUE_UNSUPPORTED' } });
    const made = await api.post<{ id: number }>('/api/accounts', {
      ...account,
      environment: 'sim',
      credentials,
    });
    expect(made.status).toBe(201);
    accountId = made.body.id;
  });

  it('need a stop-loss, or somebody who says that they may do without', async () => {
    const params = {
      ...{ lower: '0.47', upper: '0.53', levels: 7, quantity: { mode: 'base', value: '100' } },
      futures: { leverage: 5, marginMode: 'isolated', positionMode: 'one-way' },
    };
    const legs = [{ accountId, market: 'DOGE/USDT:USDT' }];
    const refused = await api.post('/api/strategies', { name: 'bare', kind: 'range-grid', params, legs });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'PLAN_REFUSED',
        details: [{ field: 'body.params.exits.stopLoss', code: 'STOP_LOSS_MISSING' }],
      },
    });
  });

  it('set leverage and margin mode, and open their positions', async () => {
    long = await create('ADA/USDT:USDT', { direction: 'long' });
    neutral = await create('XRP/USDT:USDT', { direction: 'neutral' });
    await Promise.all([start(long), start(neutral)]);
    await waitUntil(async () => (await status(long)).position === '300', {
      timeoutMs: 30_000,
      what: 'the long grid to hold its inventory',
    });
    const { account } = await market.books();
    expect(account.positions).toMatchObject([
      { symbol: 'ADAUSDT', positionAmt: '300', leverage: '5', marginType: 'isolated' },
    ]);
  });

  it('trade cycles whose profit is the exchange’s to the last digit', async () => {
    await waitUntil(async () => (await status(neutral)).pendingSells === 3, {
      timeoutMs: 15_000,
      what: 'the neutral grid to rest',
    });
    const begun = (await status(long)).fills;
    let each = 0;
    for (const [price, more] of PATH) {
      each += more;
      const expected = [begun + each, each];
      await market.setPrice(price, ...WALKING);
      await waitUntil(
        async () => {
          const now = await Promise.all([long, neutral].map(status));
          const isSettled = now.every(({ pendingBuys, pendingSells }) => pendingBuys + pendingSells === 6);
          return isSettled && now.every(({ fills }, at) => fills === expected[at]);
        },
        { timeoutMs: 15_000, what: `the fills at ${price}` },
      );
    }
    const [first, second] = await Promise.all([long, neutral].map(status));
    expect([first?.cycles, second?.cycles]).toEqual([5, 3]);
    const { ours, theirs } = await level();
    expect(ours).toBe(theirs);
    expect((await market.books()).checks).toEqual([]);
  });

  it('share the account’s margin: what their orders hold is shown by strategy', async () => {
    const funds = async (): Promise<FundsDto | undefined> => {
      const { body } = await api.get<{ items: FundsDto[] }>(`/api/accounts/${accountId}/funds`);
      return body.items.find(({ isMargin }) => isMargin);
    };
    await waitUntil(
      async () => {
        const { available, orders } = await market.margin();
        return new Decimal((await funds())?.total ?? '0').eq(new Decimal(available).plus(orders));
      },
      { timeoutMs: 15_000, what: 'the books to have the exchange’s margin' },
    );
    const found = await funds();
    expect(found).toMatchObject({ asset: 'USDT', foreign: '0' });
    const held = new Map(found?.reserved.map(({ strategyId, amount }) => [strategyId, amount]));
    for (const id of [long, neutral]) {
      const rows = await platform.rows.query<{ amount: string }[]>(
        `SELECT SUM((price / 5 + price * 0.0005) * quantity) AS amount FROM orders
          WHERE strategy_id = ? AND is_final = 0 AND reduce_only = 0`,
        [id],
      );
      // One-way mode: what closes the position of a neutral grid needs no margin, flagged or not.
      const most = new Decimal(rows[0]?.amount ?? '0');
      expect(new Decimal(held.get(id) ?? '0').lte(most)).toBe(true);
      expect(new Decimal(held.get(id) ?? '0').gt(0)).toBe(true);
    }
    const reserved = [...held.values()].reduce((sum, amount) => sum.plus(amount), new Decimal(0));
    expect(new Decimal(found?.free ?? '0').eq(new Decimal(found?.total ?? '0').minus(reserved))).toBe(true);
  });

  it('book funding once, each from its own contract', async () => {
    await market.control('funding', { symbol: 'ADAUSDT', rate: '0.001', settle: true });
    await market.control('funding', { symbol: 'XRPUSDT', rate: '-0.0005', settle: true });
    const rows = await waitUntil(
      async () => {
        const found = await platform.rows.query<{ strategy_id: number; amount: string }[]>(
          'SELECT strategy_id, amount FROM funding ORDER BY strategy_id',
        );
        return found.length === 2 ? found : null;
      },
      { timeoutMs: 15_000, what: 'both payments' },
    );
    expect(rows.map((row) => row.strategy_id)).toEqual([long, neutral]);
    const booked = rows.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
    const { account } = await market.books();
    expect(booked.toFixed()).toBe(new Decimal(account.income['FUNDING_FEE'] ?? '0').toFixed());
    const { ours, theirs } = await level();
    expect(ours).toBe(theirs);
    const total = await Promise.all([long, neutral].map(async (id) => (await status(id)).profit?.funding));
    expect(total.map((amount) => new Decimal(amount ?? '0').toFixed())).toEqual(
      rows.map(({ amount }) => new Decimal(amount).toFixed()),
    );
  });

  it('go on after their worker is killed, with what was booked and what was missed', async () => {
    await worker.kill();
    await market.setPrice('0.4999', ...WALKING);
    worker = await platform.startWorker('node-2');
    await waitUntil(
      async () => {
        const now = await Promise.all([long, neutral].map(status));
        return now.every(({ state, workerName }) => state === 'running' && workerName === 'node-2');
      },
      { timeoutMs: 30_000, what: 'another node to trade on' },
    );
    const { ours, theirs } = await level();
    expect(ours).toBe(theirs);
    const [row] = await platform.rows.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM funding');
    expect(Number(row?.n)).toBe(2);
    for (const id of [long, neutral]) expect((await strategy(id)).tradingState).toBe('ACTIVE');
  });

  it('refuse a plan that would change settings under a position', async () => {
    const hedged = { leverage: 5, marginMode: 'isolated', positionMode: 'hedge', allowUnprotected: true };
    const other = await create('DOGE/USDT:USDT', { direction: 'long', futures: hedged });
    await start(other);
    const ended = await waitUntil(
      async () => {
        const now = await status(other);
        return now.state === 'failed' ? now : null;
      },
      { timeoutMs: 15_000, what: 'the refusal' },
    );
    expect(ended.reason?.code).toBe('FUTURES_SETTINGS_CONFLICT');
    expect(ended.reason?.message).toContain('position mode one-way instead of hedge');
  });

  it('may only reduce once somebody closes their position by hand, and say who did', async () => {
    const { position } = await status(long);
    await market.orderByHand({
      symbol: 'ADAUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: position,
      reduceOnly: 'true',
      newClientOrderId: 'by-hand-1',
    });
    const found = await waitUntil(
      async () => {
        const now = await strategy(long);
        return now.tradingState === 'REDUCING' ? now : null;
      },
      { timeoutMs: 15_000, what: 'the mismatch to be noticed' },
    );
    expect(found.tradingReason?.code).toBe('POSITION_MANUAL_TRADE');
    expect(found.tradingReason?.message).toContain('by-hand-1');
    const rows = await platform.rows.query<{ strategy_id: number; after_state: string }[]>(
      "SELECT strategy_id, after_state FROM correction WHERE cause = 'MANUAL_TRADE'",
    );
    expect(rows).toHaveLength(1);
    expect(JSON.parse(rows[0]?.after_state ?? '{}')).toMatchObject({
      market: 'ADA/USDT:USDT',
      side: 'sell',
      quantity: position,
      clientOrderId: 'by-hand-1',
    });
    expect((await strategy(neutral)).tradingState).toBe('ACTIVE');
  });

  it('say why they have no order while the margin is not there, and trade once it is', async () => {
    const margin = async (): Promise<FundsDto | undefined> => {
      const { body } = await api.get<{ items: FundsDto[] }>(`/api/accounts/${accountId}/funds`);
      return body.items.find(({ isMargin }) => isMargin);
    };
    const booked = (what: string, holds: (free: Decimal) => boolean): Promise<unknown> =>
      waitUntil(async () => holds(new Decimal((await margin())?.free ?? '0')), { timeoutMs: 15_000, what });
    // It waits for its price, with all the margin it needs, until somebody takes the money away.
    const late = await create('DOGE/USDT:USDT', {
      direction: 'long',
      quantity: { mode: 'base', value: '10000' },
      initialInventory: 'none',
      trigger: '0.505',
    });
    await start(late);
    await waitUntil(async () => (await status(late)).phase === 'waiting for the trigger price', {
      timeoutMs: 15_000,
      what: 'the strategy to wait for its price',
    });
    const { available } = await market.margin();
    const left = new Decimal('500');
    const taken = new Decimal(available).minus(left).toDecimalPlaces(8, Decimal.ROUND_DOWN).toFixed();
    await market.control('transfer', { apiKey: TEST_KEY, amount: `-${taken}` });
    await booked('the books to know that the margin is gone', (free) => free.lt(left.plus(1)));
    await market.setPrice('0.505', 'DOGEUSDT');
    const why = await waitUntil(
      async () => {
        const { body } = await api.get<StrategyWhy>(`/api/strategies/${late}/why`);
        return body.refusals.length > 0 ? body : null;
      },
      { timeoutMs: 15_000, what: 'an order to be refused' },
    );
    expect(new Set(why.refusals.map(({ code }) => code))).toEqual(new Set(['FUNDS_RESERVED']));
    expect(why.refusals[0]).toMatchObject({ market: 'DOGE/USDT:USDT' });
    const refused = why.refusals.map(({ slot }) => slot);
    const waiting = why.waiting.filter(({ slot }) => refused.includes(slot));
    expect(waiting.map(({ reason }) => reason?.code)).toEqual(refused.map(() => 'FUNDS_RESERVED'));
    expect((await market.books()).checks).toEqual([]);

    await market.control('transfer', { apiKey: TEST_KEY, amount: taken });
    await waitUntil(async () => (await strategy(late)).refusals?.length === 0, {
      timeoutMs: 30_000,
      what: 'its orders to be accepted',
    });
    await market.setPrice('0.4899', 'DOGEUSDT');
    await waitUntil(async () => (await status(late)).fills > 0, { timeoutMs: 15_000, what: 'it to trade' });
    expect((await market.books()).checks).toEqual([]);
  });
});
