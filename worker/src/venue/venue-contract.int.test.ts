import { setTimeout as sleep } from 'node:timers/promises';
import {
  AccountRowEntity,
  connectDatabase,
  connectRedis,
  CredentialCipher,
  createLogger,
  credentialBinding,
  AccountCredentialEntity,
  migrate,
  type Redis,
} from '@gridfleet/shared/infra';
import { sum, type Market } from '@gridfleet/shared/domain';
import { parseMarketSpec, startSimulator, type Simulator } from '@gridfleet/sim';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { FleetBudget } from '../budget/fleet-budget.js';
import { NotSentError } from './venue-error.js';
import type { OrderReport, PlaceOutcome, PlaceRequest, VenueAccount } from './venue.js';
import { Venues } from './venues.js';

// What every implementation of the venue port must do, whatever is behind it: one suite, run on each.

const SYMBOL = 'ADA/USDT';
const START = { USDT: '100000', BTC: '1' };
const cipher = new CredentialCipher(Buffer.alloc(32, 7).toString('hex'));
const allow = (): void => undefined;

let test: TestDatabase;
let database: DataSource;
let simulator: Simulator;
let redis: Redis;
let userId: number;

beforeAll(async () => {
  redis = connectRedis(inject('redisUrl'));
  simulator = await startSimulator({ markets: [parseMarketSpec('ADAUSDT=manual:0.5,depth=1000')] });
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8);
  const made: { insertId: number } = await database.query(
    "INSERT INTO user (email, role, created_at) VALUES ('a@b', 'owner', UTC_TIMESTAMP(3))",
  );
  userId = made.insertId;
});

afterAll(async () => {
  await database.destroy();
  await test.drop();
  await simulator.close();
  redis.disconnect();
});

/** The venues of one node. */
function newVenues(): Venues {
  const log = createLogger('test', 'silent');
  const budget = new FleetBudget(redis, log);
  return new Venues({ database, cipher, simUrl: simulator.url, budget, egress: '127.0.0.1', log });
}

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${simulator.url}/_sim/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const setPrice = (price: string): Promise<unknown> => control('price', { symbol: 'ADAUSDT', price });

async function until<T>(what: string, check: () => Promise<T | false>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value !== false) return value;
    if (Date.now() > end) throw new Error(`waited 10 s for ${what}`);
    await sleep(20);
  }
}

async function newAccount(environment: 'sim' | 'paper'): Promise<number> {
  const keys = await control('accounts', { balances: START, makerRate: '0.001', takerRate: '0.001' });
  const now = new Date();
  const { identifiers } = await database.getRepository(AccountRowEntity).insert({
    userId,
    label: 'contract',
    venue: 'binance',
    environment,
    fingerprint: '0'.repeat(64),
    isActive: true,
    tradingState: 'ACTIVE',
    verifiedAt: now,
    createdAt: now,
    updatedAt: now,
  });
  const id = Number(identifiers[0]?.['id']);
  const secrets = { apiKey: String(keys['apiKey']), secret: String(keys['apiSecret']) };
  for (const [name, value] of Object.entries(secrets)) {
    const sealed = cipher.seal(value, credentialBinding(id, name));
    await database.getRepository(AccountCredentialEntity).insert({ accountId: id, name, ...sealed });
  }
  return id;
}

describe.each(['sim', 'paper'] as const)('the venue port on environment %s', (environment) => {
  let venues: Venues;
  let account: VenueAccount;
  let accountId: number;
  let market: Market;
  let reports: OrderReport[];
  let stream: AbortController;
  let watching: Promise<void>;
  let count = 0;

  const open = async (): Promise<void> => {
    venues = newVenues();
    ({ account } = await venues.open(accountId));
    const found = await (await venues.markets('binance', environment)).market(SYMBOL);
    if (found === null) throw new Error(`${SYMBOL} is not listed`);
    market = found;
    reports = [];
    stream = new AbortController();
    let opened = false;
    watching = account.watchPrivate(
      { onReport: (report) => reports.push(report), onGap: () => (opened = true) },
      stream.signal,
    );
    await until('the private stream', () => Promise.resolve(opened));
  };

  const shut = async (): Promise<void> => {
    stream.abort();
    await account.close();
    await watching;
    await venues.close();
  };

  beforeAll(async () => {
    accountId = await newAccount(environment);
    await setPrice('0.5');
    await open();
  });

  afterAll(shut);

  beforeEach(async () => {
    for (const order of await account.openOrders(SYMBOL)) await account.cancel(SYMBOL, order.clientOrderId);
    await setPrice('0.5');
  });

  const requestOf = (change: Partial<PlaceRequest> = {}): PlaceRequest => ({
    market,
    clientOrderId: `contract${++count}`,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    postOnly: false,
    price: '0.4',
    quantity: '100',
    ...change,
  });

  const accepted = (outcome: PlaceOutcome): OrderReport => {
    if (outcome.phase !== 'accepted') throw new Error(`${outcome.phase}: ${outcome.reason.message}`);
    return outcome.report;
  };

  const free = async (asset: string): Promise<string> => {
    const found = (await account.balances()).find((balance) => balance.asset === asset);
    return found?.free ?? '0';
  };

  it('lists the market with its rules, a quote, and fee rates', async () => {
    expect(market).toMatchObject({ tickSize: '0.0001', stepSize: '0.1', minNotional: '5', active: true });
    const quote = await (await venues.markets('binance', environment)).quote(SYMBOL);
    expect(quote).toMatchObject({ bid: '0.4999', ask: '0.5' });
    expect(await account.feeRates(SYMBOL)).toEqual({ maker: '0.001', taker: '0.001' });
  });

  it('rests an order away from the market, locks what it may spend, and frees it when it is cancelled', async () => {
    const before = await free('USDT');
    const request = requestOf();
    const report = accepted(await account.place(request, allow));
    expect(report).toMatchObject({
      state: 'open',
      side: 'buy',
      price: '0.4',
      quantity: '100',
      filledQuantity: '0',
    });
    expect(await account.openOrders(SYMBOL)).toMatchObject([{ clientOrderId: request.clientOrderId }]);
    expect(await free('USDT')).toBe(sum([before, '-40']).toFixed());
    expect(await account.cancel(SYMBOL, request.clientOrderId)).toMatchObject({
      phase: 'canceled',
      report: { clientOrderId: request.clientOrderId, state: 'canceled' },
    });
    expect(await free('USDT')).toBe(before);
    expect(await account.openOrders(SYMBOL)).toEqual([]);
    expect(await account.cancel(SYMBOL, request.clientOrderId)).toEqual({ phase: 'gone' });
  });

  it('answers for an order by its client id, and knows no other', async () => {
    const request = requestOf();
    const { exchangeOrderId } = accepted(await account.place(request, allow));
    expect(await account.order(SYMBOL, request.clientOrderId)).toMatchObject({
      found: true,
      report: { exchangeOrderId, state: 'open' },
    });
    expect(await account.order(SYMBOL, 'nosuchorder')).toEqual({ found: false });
    expect(await account.cancel(SYMBOL, 'nosuchorder')).toEqual({ phase: 'gone' });
  });

  it('reports a fill once with its trade when the market reaches the order, at the maker rate', async () => {
    const request = requestOf({ price: '0.45' });
    const { exchangeOrderId } = accepted(await account.place(request, allow));
    await setPrice('0.45');
    const report = await until('the fill', () =>
      Promise.resolve<OrderReport | false>(
        reports.find((one) => one.clientOrderId === request.clientOrderId && one.fill !== null) ?? false,
      ),
    );
    expect(report.fill).toMatchObject({ price: '0.45', side: 'buy', feeAsset: 'ADA', maker: true });
    const trades = await account.orderTrades(SYMBOL, exchangeOrderId);
    expect(sum(trades.map((trade) => trade.quantity)).toFixed()).toBe('100');
    expect(sum(trades.map((trade) => trade.fee)).toFixed()).toBe('0.1');
    expect(await account.order(SYMBOL, request.clientOrderId)).toMatchObject({
      report: { state: 'filled', filledQuantity: '100' },
    });
    const since = await account.tradesSince(SYMBOL, Date.now() - 60_000);
    for (const trade of trades) expect(since).toContainEqual(trade);
    const seen = reports.flatMap(({ fill }) => fill?.tradeId ?? []);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('fills a market order against the book at once, paying the taker rate', async () => {
    const usdt = await free('USDT');
    const request = requestOf({ type: 'market', price: null, timeInForce: 'IOC' });
    const report = accepted(await account.place(request, allow));
    expect(report).toMatchObject({ state: 'filled', filledQuantity: '100', price: null });
    const trades = await account.orderTrades(SYMBOL, report.exchangeOrderId);
    expect(trades.every(({ maker }) => !maker)).toBe(true);
    const paid = sum(trades.map((trade) => trade.quoteQuantity));
    expect(await free('USDT')).toBe(sum([usdt, paid.neg()]).toFixed());
    expect(await account.balances()).toContainEqual(expect.objectContaining({ asset: 'ADA', locked: '0' }));
  });

  it('fills a limit order that crosses at the better price, and frees the difference', async () => {
    const usdt = await free('USDT');
    const report = accepted(await account.place(requestOf({ price: '0.6' }), allow));
    expect(report.state).toBe('filled');
    const trades = await account.orderTrades(SYMBOL, report.exchangeOrderId);
    expect(trades.map(({ price }) => price)).toEqual(['0.5']);
    expect(await free('USDT')).toBe(sum([usdt, '-50']).toFixed());
  });

  it('expires what an IOC order cannot trade, and all of a FOK order that cannot trade whole', async () => {
    const ioc = accepted(await account.place(requestOf({ timeInForce: 'IOC' }), allow));
    expect(ioc).toMatchObject({ state: 'expired', filledQuantity: '0' });
    const fok = accepted(await account.place(requestOf({ timeInForce: 'FOK', price: '0.4' }), allow));
    expect(fok).toMatchObject({ state: 'expired', filledQuantity: '0' });
    expect(await account.openOrders(SYMBOL)).toEqual([]);
  });

  it.each<[string, Partial<PlaceRequest>, string]>([
    ['off the tick', { price: '0.40001' }, 'FILTER_PRICE_FILTER'],
    ['off the step', { quantity: '100.05' }, 'FILTER_LOT_SIZE'],
    ['too small', { quantity: '1' }, 'FILTER_NOTIONAL'],
    ['that would cross and must not', { price: '0.6', postOnly: true }, 'WOULD_CROSS'],
    ['without the money', { quantity: '900000' }, 'INSUFFICIENT_FUNDS'],
  ])('refuses an order %s and changes nothing', async (_what, change, code) => {
    const before = await account.balances();
    const request = requestOf(change);
    const outcome = await account.place(request, allow);
    // ccxt rounds what is off the grid before it sends, so only the paper venue can be asked to refuse it.
    if (outcome.phase === 'accepted' && /^FILTER_(PRICE|LOT)/.test(code)) {
      expect(environment).toBe('sim');
      return;
    }
    expect(outcome).toMatchObject({ phase: 'rejected', reason: { code } });
    expect(await account.balances()).toEqual(before);
    expect(await account.order(SYMBOL, request.clientOrderId)).toEqual({ found: false });
  });

  it('calls a used client id ambiguous while its order is open, never placing a second one', async () => {
    const request = requestOf();
    accepted(await account.place(request, allow));
    expect(await account.place(request, allow)).toMatchObject({
      phase: 'ambiguous',
      reason: { code: 'DUPLICATE_CLIENT_ORDER_ID' },
    });
    expect(await account.openOrders(SYMBOL)).toHaveLength(1);
  });

  it('sends nothing when the guard says no', async () => {
    const request = requestOf();
    const outcome = await account.place(request, () => {
      throw new NotSentError('LEASE_LOST', 'the lease has ended');
    });
    expect(outcome).toMatchObject({ phase: 'not-sent', reason: { code: 'LEASE_LOST' } });
    expect(await account.order(SYMBOL, request.clientOrderId)).toEqual({ found: false });
  });

  it('keeps orders, balances and trades when the process is replaced, and fills go on', async () => {
    const request = requestOf({ side: 'sell', price: '0.55', quantity: '50' });
    accepted(await account.place(request, allow));
    const before = await account.balances();
    await shut();
    await open();
    expect(await account.balances()).toEqual(before);
    expect(await account.openOrders(SYMBOL)).toMatchObject([{ clientOrderId: request.clientOrderId }]);
    await setPrice('0.55');
    await until('the fill after the restart', async () => {
      const found = await account.order(SYMBOL, request.clientOrderId);
      return found.found && found.report.state === 'filled';
    });
  });
});

describe('a paper account in two processes', () => {
  it('has each fill booked once, whoever placed the order', async () => {
    const accountId = await newAccount('paper');
    await setPrice('0.5');
    const sides = await Promise.all(
      [1, 2].map(async () => {
        const venues = newVenues();
        const { account } = await venues.open(accountId);
        const stream = new AbortController();
        const reports: OrderReport[] = [];
        const watching = account.watchPrivate(
          { onReport: (report) => reports.push(report), onGap: () => undefined },
          stream.signal,
        );
        return { venues, account, stream, reports, watching };
      }),
    );
    const market = await (await sides[0]?.venues.markets('binance', 'paper'))?.market(SYMBOL);
    if (!market) throw new Error(`${SYMBOL} is not listed`);
    for (const [index, { account }] of sides.entries()) {
      const outcome = await account.place(
        {
          market,
          clientOrderId: `both${index}`,
          side: 'buy',
          type: 'limit',
          timeInForce: 'GTC',
          postOnly: true,
          price: '0.48',
          quantity: '100',
        },
        allow,
      );
      expect(outcome.phase).toBe('accepted');
    }
    await sleep(1500); // Longer than a poll: the matching process has taken in the other one's order.
    await setPrice('0.48');
    for (const { reports } of sides) {
      await until('both fills in both processes', () =>
        Promise.resolve(new Set(reports.flatMap(({ fill }) => fill?.exchangeOrderId ?? [])).size === 2),
      );
    }
    const balances = await sides[0]?.account.balances();
    expect(balances).toContainEqual({ asset: 'USDT', free: '99904', locked: '0' });
    expect(balances).toContainEqual({ asset: 'ADA', free: '199.8', locked: '0' });
    for (const { stream, account, watching, venues } of sides) {
      stream.abort();
      await account.close();
      await watching;
      await venues.close();
    }
  });
});
