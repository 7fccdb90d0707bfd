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
import { dec, sum, type Market } from '@gridfleet/shared/domain';
import { parseMarketSpec, startSimulator, type Simulator } from '@gridfleet/sim';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { claimRedisNumber, type RedisNumber } from '../../../tests/harness/redis-number.js';
import { FleetBudget } from '../budget/fleet-budget.js';
import { NotSentError } from './venue-error.js';
import type { OrderReport, PlaceOutcome, PlaceRequest, VenueAccount } from './venue.js';
import { Venues } from './venues.js';

// What every implementation of the venue port must do, whatever is behind it: one suite, run on each.

interface Subject {
  name: string;
  venue: string;
  environment: 'sim' | 'paper';
  symbol: string;
  /** What the market's rules are, and off what the step is. */
  step: string;
  offStep: string;
  /** What resting 100 at 0.4 holds, and what buying 100 at 0.5 takes from the free quote. */
  held: string;
  taken: string;
  feeAsset: string;
  /** Fee of buying 100 at 0.45 as maker. */
  makerFee: string;
  rates: { maker: string; taker: string };
  codes: { notional: string; funds: string; crosses: string };
  /** By ccxt's unified calls, like an exchange without an adapter of its own. */
  unified?: boolean;
  /** What becomes of a fill-or-kill order that cannot fill. */
  fok: unknown;
}

const SPOT_SUBJECT = {
  venue: 'binance',
  symbol: 'ADA/USDT',
  step: '0.1',
  offStep: '100.05',
  held: '40',
  taken: '50',
  feeAsset: 'ADA',
  makerFee: '0.1',
  rates: { maker: '0.001', taker: '0.001' },
  codes: { notional: 'FILTER_NOTIONAL', funds: 'INSUFFICIENT_FUNDS', crosses: 'WOULD_CROSS' },
  fok: { phase: 'accepted', report: { state: 'expired', filledQuantity: '0' } },
};
const LINEAR_SUBJECT = {
  venue: 'binanceusdm',
  environment: 'sim',
  symbol: 'ADA/USDT:USDT',
  step: '1',
  offStep: '100.5',
  // Leverage 20.
  held: '2',
  taken: '2.525',
  feeAsset: 'USDT',
  makerFee: '0.009',
  rates: { maker: '0.0002', taker: '0.0005' },
  fok: { phase: 'rejected', reason: { code: 'FOK_UNFILLED' } },
} as const;
const SUBJECTS: readonly Subject[] = [
  { ...SPOT_SUBJECT, name: 'Binance spot', environment: 'sim' },
  { ...SPOT_SUBJECT, name: 'paper', environment: 'paper' },
  {
    ...LINEAR_SUBJECT,
    name: 'Binance USDT-M',
    codes: { notional: 'NOTIONAL_TOO_SMALL', funds: 'INSUFFICIENT_MARGIN', crosses: 'WOULD_CROSS' },
  },
  { ...SPOT_SUBJECT, name: 'spot by unified calls', environment: 'sim', unified: true },
  {
    ...LINEAR_SUBJECT,
    name: 'contracts by unified calls',
    unified: true,
    // The library has one class for all an order may be refused for.
    codes: { notional: 'ORDER_REJECTED', funds: 'INSUFFICIENT_MARGIN', crosses: 'ORDER_REJECTED' },
    fok: { phase: 'rejected', reason: { code: 'ORDER_REJECTED' } },
  },
];

const START = { USDT: '100000', BTC: '1' };
const cipher = new CredentialCipher(Buffer.alloc(32, 7).toString('hex'));
const allow = (): void => undefined;

let test: TestDatabase;
let database: DataSource;
let number: RedisNumber;
let redis: Redis;
let simulator: Simulator;
let userId: number;

beforeAll(async () => {
  simulator = await startSimulator({
    // Six venues in one minute from one address: what a fleet's budget refuses is another test's subject.
    limits: { weightPerMinute: 60_000 },
    futures: { weightPerMinute: 60_000 },
    markets: ['ADAUSDT=manual:0.5,depth=1000', 'binanceusdm/ADAUSDT=manual:0.5,depth=1000'].map(
      parseMarketSpec,
    ),
  });
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8);
  number = await claimRedisNumber(inject('redisUrl'));
  redis = connectRedis(number.url);
  const made: { insertId: number } = await database.query(
    "INSERT INTO user (email, role, created_at) VALUES ('a@b', 'owner', UTC_TIMESTAMP(3))",
  );
  userId = made.insertId;
});

afterAll(async () => {
  await database.destroy();
  redis.disconnect();
  await number.release();
  await test.drop();
  await simulator.close();
});

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${simulator.url}/_sim/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** The same price on spot and on the contract. */
async function setPrice(price: string): Promise<void> {
  await control('price', { symbol: 'ADAUSDT', price });
  await control('futures/price', { symbol: 'ADAUSDT', price });
  await control('futures/mark', { symbol: 'ADAUSDT', price });
}

async function until<T>(what: string, check: () => Promise<T | false>): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await check();
    if (value !== false) return value;
    if (Date.now() > end) throw new Error(`waited 10 s for ${what}`);
    await sleep(20);
  }
}

async function newAccount({ venue, environment }: Pick<Subject, 'venue' | 'environment'>): Promise<number> {
  const keys = await control('accounts', {
    balances: START,
    makerRate: '0.001',
    takerRate: '0.001',
    futures: { wallet: '10000', makerRate: '0.0002', takerRate: '0.0005' },
  });
  const now = new Date();
  const { identifiers } = await database.getRepository(AccountRowEntity).insert({
    userId,
    label: 'contract',
    venue,
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

function makeVenues(unifiedOnly = false): Venues {
  const log = createLogger('test', 'silent');
  const budget = new FleetBudget(redis, log);
  return new Venues({
    database,
    cipher,
    simUrl: simulator.url,
    budget,
    egress: '127.0.0.1',
    log,
    unifiedOnly,
  });
}

describe.each(SUBJECTS)('the venue port on $name', (subject) => {
  const { venue, environment, symbol: SYMBOL } = subject;
  let venues: Venues;
  let account: VenueAccount;
  let accountId: number;
  let market: Market;
  let reports: OrderReport[];
  let stream: AbortController;
  let watching: Promise<void>;
  let count = 0;

  const open = async (): Promise<void> => {
    venues = makeVenues(subject.unified);
    ({ account } = await venues.open(accountId));
    const found = await (await venues.markets(venue, environment)).market(SYMBOL);
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
    accountId = await newAccount(subject);
    await setPrice('0.5');
    await open();
  });

  afterAll(shut);

  beforeEach(async () => {
    for (const order of await account.openOrders(SYMBOL)) await account.cancel(SYMBOL, order.clientOrderId);
    await setPrice('0.5');
    for (const { amount } of (await account.futures?.positions(SYMBOL)) ?? []) {
      const quantity = dec(amount);
      const side = quantity.gt(0) ? 'sell' : 'buy';
      const close = { side, type: 'market', price: null, quantity: quantity.abs().toFixed() } as const;
      accepted(await account.place(requestOf({ ...close, reduceOnly: true }), allow));
    }
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
    expect(market).toMatchObject({
      tickSize: '0.0001',
      stepSize: subject.step,
      minNotional: '5',
      active: true,
    });
    const quote = await (await venues.markets(venue, environment)).quote(SYMBOL);
    expect(quote).toMatchObject({ bid: '0.4999', ask: '0.5' });
    expect(await account.feeRates(SYMBOL)).toEqual(subject.rates);
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
    expect(await free('USDT')).toBe(sum([before, `-${subject.held}`]).toFixed());
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
        reports.find(
          (one) =>
            one.clientOrderId === request.clientOrderId &&
            // ccxt hands on what an order has become; its trades are asked for.
            (subject.unified === true ? one.state === 'filled' : one.fill !== null),
        ) ?? false,
      ),
    );
    if (subject.unified !== true) {
      expect(report.fill).toMatchObject({
        price: '0.45',
        side: 'buy',
        feeAsset: subject.feeAsset,
        maker: true,
      });
    }
    const trades = await account.orderTrades(SYMBOL, exchangeOrderId);
    expect(sum(trades.map((trade) => trade.quantity)).toFixed()).toBe('100');
    expect(trades[0]).toMatchObject({ price: '0.45', side: 'buy', feeAsset: subject.feeAsset, maker: true });
    expect(sum(trades.map((trade) => trade.fee)).toFixed()).toBe(subject.makerFee);
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
    expect(sum(trades.map((trade) => trade.quoteQuantity)).toFixed()).toBe('50');
    expect(await free('USDT')).toBe(sum([usdt, `-${subject.taken}`]).toFixed());
  });

  it('fills a limit order that crosses at the better price, and frees the difference', async () => {
    const usdt = await free('USDT');
    const report = accepted(await account.place(requestOf({ price: '0.52' }), allow));
    expect(report.state).toBe('filled');
    const trades = await account.orderTrades(SYMBOL, report.exchangeOrderId);
    expect(trades.map(({ price }) => price)).toEqual(['0.5']);
    expect(await free('USDT')).toBe(sum([usdt, `-${subject.taken}`]).toFixed());
  });

  it('expires what an IOC order cannot trade, and keeps nothing of a FOK order that cannot trade whole', async () => {
    const ioc = accepted(await account.place(requestOf({ timeInForce: 'IOC' }), allow));
    expect(ioc).toMatchObject({ state: 'expired', filledQuantity: '0' });
    expect(await account.place(requestOf({ timeInForce: 'FOK' }), allow)).toMatchObject(
      subject.fok as Record<string, unknown>,
    );
    expect(await account.openOrders(SYMBOL)).toEqual([]);
  });

  it.each<[string, Partial<PlaceRequest>, string]>([
    ['off the tick', { price: '0.40001' }, 'FILTER_PRICE_FILTER'],
    ['off the step', { quantity: subject.offStep }, 'FILTER_LOT_SIZE'],
    ['too small', { quantity: '1' }, subject.codes.notional],
    ['that would cross and must not', { price: '0.52', postOnly: true }, subject.codes.crosses],
    ['without the money', { quantity: '900000' }, subject.codes.funds],
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
    const request = requestOf({ side: 'sell', price: '0.52', quantity: '50' });
    accepted(await account.place(request, allow));
    const before = await account.balances();
    await shut();
    await open();
    expect(await account.balances()).toEqual(before);
    expect(await account.openOrders(SYMBOL)).toMatchObject([{ clientOrderId: request.clientOrderId }]);
    await setPrice('0.52');
    await until('the fill after the restart', async () => {
      const found = await account.order(SYMBOL, request.clientOrderId);
      return found.found && found.report.state === 'filled';
    });
  });
});

describe('a paper account in two processes', () => {
  it('has each fill booked once, whoever placed the order', async () => {
    const accountId = await newAccount({ venue: 'binance', environment: 'paper' });
    await setPrice('0.5');
    const sides = await Promise.all(
      [1, 2].map(async () => {
        const venues = makeVenues();
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
    const market = await (await sides[0]?.venues.markets('binance', 'paper'))?.market(SPOT_SUBJECT.symbol);
    if (!market) throw new Error(`${SPOT_SUBJECT.symbol} is not listed`);
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
