import { dec, sum, type Market } from '@gridfleet/shared/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { BID, SUBJECTS } from '../../../tests/harness/venue-subjects.js';
import { accepted, allow, startVenueSystem, type VenueSystem } from '../../../tests/harness/venue-system.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import { NotSentError } from './venue-error.js';
import type { OrderReport, PlaceRequest, VenueAccount } from './venue.js';
import type { Venues } from './venues.js';

// What every implementation of the venue port must do, whatever is behind it: one suite, run on each.

const until = <T>(what: string, look: () => T | Promise<T>) =>
  waitUntil(look, { what, timeoutMs: 10_000, everyMs: 20 });

let system: VenueSystem;

beforeAll(async () => {
  system = await startVenueSystem(inject('redisUrl'));
});
afterAll(() => system.close());

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
    venues = system.makeVenues(subject.unified);
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
    await until('the private stream', () => opened);
  };

  const shut = async (): Promise<void> => {
    stream.abort();
    await account.close();
    await watching;
    await venues.close();
  };

  beforeAll(async () => {
    ({ id: accountId } = await system.newAccount(subject));
    await system.setPrice('0.5');
    await open();
  });

  afterAll(shut);

  beforeEach(async () => {
    for (const order of await account.openOrders(SYMBOL)) await account.cancel(SYMBOL, order.clientOrderId);
    await system.setPrice('0.5');
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
    ...BID,
    ...change,
  });

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
    await system.setPrice('0.45');
    const report = await until('the fill', () =>
      reports.find(
        (one) =>
          one.clientOrderId === request.clientOrderId &&
          // ccxt hands on what an order has become; its trades are asked for.
          (subject.unified === true ? one.state === 'filled' : one.fill !== null),
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
    await system.setPrice('0.52');
    await until('the fill after the restart', async () => {
      const found = await account.order(SYMBOL, request.clientOrderId);
      return found.found && found.report.state === 'filled';
    });
  });
});
