import type { Market } from '@gridfleet/shared/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { allow, startVenueSystem, type VenueSystem } from '../../../tests/harness/venue-system.js';
import { waitUntil } from '../../../tests/harness/wait.js';
import type { AccountChange, OrderReport, PlaceRequest, VenueAccount } from './venue.js';
import type { StopRequest, VenueFutures, VenueStops } from './venue-futures.js';
import type { Venues } from './venues.js';

// What a venue of perpetual contracts does beside the common port.

const SYMBOL = 'ADA/USDT:USDT';
const VENUE = 'binanceusdm';
const FUNDS = {
  balances: { USDT: '1', BTC: '0' },
  makerRate: '0.001',
  takerRate: '0.001',
  futures: { wallet: '1000', makerRate: '0.0002', takerRate: '0.0005' },
};

describe.each([
  { name: 'the adapter of Binance USDT-M', unifiedOnly: false },
  { name: 'unified calls', unifiedOnly: true },
])('contracts, by $name', ({ unifiedOnly }) => {
  let system: VenueSystem;
  let venues: Venues;
  let apiKey: string;
  let account: VenueAccount;
  let futures: VenueFutures;
  let stops: VenueStops | undefined;
  let market: Market;
  let count = 0;
  const reports: OrderReport[] = [];
  const changes: AccountChange[] = [];
  const gaps: string[] = [];
  const stream = new AbortController();
  let watching: Promise<void>;

  beforeAll(async () => {
    system = await startVenueSystem(inject('redisUrl'), { depth: 100_000, funds: FUNDS });
    venues = system.makeVenues(unifiedOnly);
    const made = await system.newAccount({ venue: VENUE, environment: 'sim' });
    ({ apiKey } = made);
    ({ account } = await venues.open(made.id));
    if (account.futures === undefined) throw new Error('the account has no contracts');
    ({ futures } = account);
    ({ stops } = futures);
    const found = await (await venues.markets(VENUE, 'sim')).market(SYMBOL);
    if (found === null) throw new Error(`${SYMBOL} is not listed`);
    market = found;
    watching = account.watchPrivate(
      {
        onReport: (report) => reports.push(report),
        onGap: (reason) => gaps.push(reason),
        onAccountChange: (change) => changes.push(change),
      },
      stream.signal,
    );
    await waitUntil(() => gaps.length > 0, { timeoutMs: 10_000, what: 'the private stream' });
  });

  afterAll(async () => {
    stream.abort();
    await account.close();
    await watching;
    await venues.close();
    await system.close();
  });

  async function place(change: Partial<PlaceRequest>): Promise<OrderReport> {
    const outcome = await account.place(
      {
        market,
        clientOrderId: `futures${++count}`,
        side: 'buy',
        type: 'market',
        timeInForce: 'IOC',
        postOnly: false,
        price: null,
        quantity: '100',
        ...change,
      },
      allow,
    );
    if (outcome.phase !== 'accepted') throw new Error(`${outcome.phase}: ${outcome.reason.message}`);
    return outcome.report;
  }

  function stopOf(change: Partial<StopRequest> = {}): StopRequest {
    return {
      market,
      clientOrderId: `stop${++count}`,
      side: 'sell',
      positionSide: 'net',
      triggerPrice: '0.45',
      triggerBy: 'mark',
      quantity: null,
      ...change,
    };
  }

  beforeEach(async () => {
    await system.setPrice('0.5');
    for (const order of await account.openOrders(SYMBOL)) await account.cancel(SYMBOL, order.clientOrderId);
    for (const stop of (await stops?.open(SYMBOL)) ?? []) await stops?.cancel(SYMBOL, stop.clientOrderId);
    for (const { amount, positionSide } of await futures.positions(SYMBOL)) {
      const isLong = !amount.startsWith('-');
      await place({
        side: isLong ? 'sell' : 'buy',
        quantity: amount.replace('-', ''),
        positionSide,
        reduceOnly: true,
      });
    }
    await futures.setPositionMode('one-way');
    await futures.setSettings(SYMBOL, { leverage: 20, marginMode: 'cross' });
  });

  describe('the settings of a contract', () => {
    it('are read, set, and set again without complaint', async () => {
      const wanted = { leverage: 5, marginMode: 'isolated' } as const;
      for (let twice = 0; twice < 2; twice++) {
        await futures.setSettings(SYMBOL, wanted);
        expect(await futures.settings(SYMBOL)).toEqual(wanted);
        await futures.setPositionMode('hedge');
        expect(await futures.positionMode()).toBe('hedge');
      }
      await futures.setPositionMode('one-way');
      expect(await futures.positionMode()).toBe('one-way');
    });

    it('are refused by the exchange while there is an order or a position, with what is in the way', async () => {
      await place({ type: 'limit', timeInForce: 'GTC', price: '0.48' });
      expect(await futures.exposure(SYMBOL)).toEqual({ orders: 1, positions: 0 });
      const isolated = { leverage: 20, marginMode: 'isolated' } as const;
      await expect(futures.setSettings(SYMBOL, isolated)).rejects.toMatchObject({
        code: unifiedOnly ? 'ORDER_REJECTED' : 'MODE_BLOCKED_BY_ORDERS',
      });
      for (const { clientOrderId } of await account.openOrders(SYMBOL)) {
        await account.cancel(SYMBOL, clientOrderId);
      }
      await place({});
      await expect(futures.setPositionMode('hedge')).rejects.toMatchObject({
        code: unifiedOnly ? 'ORDER_REJECTED' : 'MODE_BLOCKED_BY_POSITION',
      });
      expect(await futures.exposure(null)).toEqual({ orders: 0, positions: 1 });
    });
  });

  describe('positions', () => {
    it('are signed, with entry, mark, margin and where they would be liquidated', async () => {
      await futures.setSettings(SYMBOL, { leverage: 5, marginMode: 'isolated' });
      await place({ side: 'sell', quantity: '1000' });
      const [position, ...more] = await futures.positions(SYMBOL);
      expect(more).toEqual([]);
      expect(position).toMatchObject({
        market: SYMBOL,
        positionSide: 'net',
        amount: '-1000',
        entryPrice: '0.4999',
        markPrice: '0.5',
      });
      // A short at leverage 5 goes a fifth above its entry, less the maintenance margin.
      expect(Number(position?.liquidationPrice)).toBeGreaterThan(0.58);
      expect(Number(position?.liquidationPrice)).toBeLessThan(0.6);
      // Its own margin (a fifth of 499.9 at the entry) and what it has lost against the mark.
      expect(Number(position?.margin)).toBeCloseTo(99.98 - 0.1, 6);
    });

    it('stand beside each other in hedge mode, and closing orders name their side', async () => {
      await futures.setPositionMode('hedge');
      await place({ positionSide: 'long', quantity: '300' });
      await place({ side: 'sell', positionSide: 'short', quantity: '200' });
      await place({ side: 'sell', positionSide: 'long', quantity: '100', reduceOnly: true });
      const held = (await futures.positions(SYMBOL)).map(({ positionSide, amount }) => [
        positionSide,
        amount,
      ]);
      expect(held).toEqual([
        ['long', '200'],
        ['short', '-200'],
      ]);
    });

    it('are never opened by an order that may only reduce', async () => {
      const request = { market, side: 'buy', type: 'market', timeInForce: 'IOC', postOnly: false } as const;
      const outcome = await account.place(
        { ...request, clientOrderId: `futures${++count}`, price: null, quantity: '100', reduceOnly: true },
        allow,
      );
      expect(outcome).toMatchObject({
        phase: 'rejected',
        reason: { code: unifiedOnly ? 'ORDER_REJECTED' : 'REDUCE_ONLY_REFUSED' },
      });
      expect(await futures.positions(SYMBOL)).toEqual([]);
    });
  });

  describe('funding', () => {
    it('is told by the stream, and listed with its sign', async () => {
      const since = Date.now() - 1_000;
      await place({ quantity: '1000' });
      changes.length = 0;
      await system.control('futures/funding', { symbol: 'ADAUSDT', rate: '0.001', settle: true });
      if (!unifiedOnly) {
        await waitUntil(() => changes.length > 0, { timeoutMs: 5_000, what: 'the news of the funding' });
        expect(changes[0]).toEqual({ markets: null, cause: 'FUNDING_FEE' });
      }
      const payments = await futures.fundingSince(SYMBOL, since);
      expect(payments).toMatchObject([{ market: SYMBOL, amount: '-0.5', asset: 'USDT' }]);
      expect(await futures.fundingSince(SYMBOL, Date.now() + 1_000)).toEqual([]);
    });
  });

  describe.skipIf(unifiedOnly)('a stop at the exchange', () => {
    const own = (): VenueStops => {
      if (stops === undefined) throw new Error('the venue has no stops');
      return stops;
    };

    it('waits, is found by its client id and can be cancelled once', async () => {
      await place({ quantity: '1000' });
      const request = stopOf();
      const outcome = await own().place(request, allow);
      expect(outcome).toMatchObject({
        phase: 'accepted',
        report: {
          clientOrderId: request.clientOrderId,
          triggerPrice: '0.45',
          quantity: null,
          state: 'waiting',
        },
      });
      expect(await own().open(SYMBOL)).toMatchObject([{ clientOrderId: request.clientOrderId }]);
      expect(await futures.exposure(SYMBOL)).toEqual({ orders: 1, positions: 1 });
      expect(await account.openOrders(SYMBOL)).toEqual([]);
      expect(await own().place(request, allow)).toMatchObject({
        phase: 'ambiguous',
        reason: { code: 'DUPLICATE_CLIENT_ORDER_ID' },
      });
      expect(await own().cancel(SYMBOL, request.clientOrderId)).toEqual({ phase: 'canceled' });
      expect(await own().cancel(SYMBOL, request.clientOrderId)).toEqual({ phase: 'gone' });
      expect(await own().find(SYMBOL, request.clientOrderId)).toMatchObject({ state: 'ended' });
      expect(await own().find(SYMBOL, 'nosuchstop')).toBeNull();
    });

    it('closes the whole position when the price gets there', async () => {
      await place({ quantity: '1000' });
      const request = stopOf();
      expect(await own().place(request, allow)).toMatchObject({ phase: 'accepted' });
      await system.setPrice('0.449');
      await waitUntil(async () => (await futures.positions(SYMBOL)).length === 0, {
        timeoutMs: 5_000,
        what: 'the position to be closed',
      });
      const stop = await own().find(SYMBOL, request.clientOrderId);
      expect(stop).toMatchObject({ state: 'triggered' });
      expect(stop?.orderId).not.toBeNull();
      expect(await account.orderTrades(SYMBOL, stop?.orderId ?? '')).toMatchObject([
        { side: 'sell', quantity: '1000' },
      ]);
    });

    it('is refused when it would trigger at once, and not sent when the guard says no', async () => {
      await place({});
      const late = stopOf({ triggerPrice: '0.51' });
      expect(await own().place(late, allow)).toMatchObject({
        phase: 'rejected',
        reason: { code: 'WOULD_TRIGGER' },
      });
      const guarded = stopOf();
      const outcome = await own().place(guarded, () => {
        throw new Error('no');
      });
      expect(outcome.phase).not.toBe('accepted');
      expect(await own().find(SYMBOL, guarded.clientOrderId)).toBeNull();
    });
  });

  describe('what others do on the account', () => {
    it('is known by the client id of the order behind a trade', async () => {
      const { exchangeOrderId, clientOrderId } = await place({});
      expect(await futures.originOf(SYMBOL, exchangeOrderId)).toEqual({ by: 'account', clientOrderId });
      expect(await futures.originOf(SYMBOL, '1')).toEqual({ by: 'account', clientOrderId: null });
    });

    it.skipIf(unifiedOnly)('shows a liquidation as a trade of the exchange’s own order', async () => {
      await futures.setSettings(SYMBOL, { leverage: 20, marginMode: 'isolated' });
      const since = Date.now() - 1_000;
      await place({ quantity: '1000' });
      reports.length = 0;
      await system.setPrice('0.47');
      const report = await waitUntil(
        () => reports.find((one) => one.clientOrderId.startsWith('autoclose-') && one.fill !== null) ?? null,
        { timeoutMs: 5_000, what: 'the liquidation' },
      );
      expect(report).toMatchObject({ side: 'sell', fill: { quantity: '1000' } });
      const trades = await account.tradesSince(SYMBOL, since);
      const last = trades.at(-1);
      expect(await futures.originOf(SYMBOL, last?.exchangeOrderId ?? '')).toEqual({
        by: 'liquidation',
        clientOrderId: report.clientOrderId,
      });
    });
  });

  describe('the key of the private stream', () => {
    it('is replaced when it expires, and events come again', async () => {
      gaps.length = 0;
      await system.control('futures/expire-listen-key', { apiKey });
      await waitUntil(() => gaps.some((gap) => gap.includes('opened')), {
        timeoutMs: 10_000,
        what: 'the stream to be opened anew',
      });
      expect(gaps.some((gap) => gap.includes('expired'))).toBe(true);
      const { clientOrderId } = await place({});
      await waitUntil(
        () => reports.some((report) => report.clientOrderId === clientOrderId && report.state === 'filled'),
        {
          timeoutMs: 5_000,
          what: 'the fill by the new stream',
        },
      );
    });
  });
});
