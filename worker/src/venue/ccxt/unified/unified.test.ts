import type { Market as CcxtMarket, Order, Trade } from 'ccxt';
import { beforeAll, describe, expect, it } from 'vitest';
import { VENUES } from '@gridfleet/shared/schema';
import { NotSentError } from '../../venue-error.js';
import { loadExchange, type ExchangeClass, type UnifiedErrors } from './load-exchange.js';
import { OrderFinder } from './order-finder.js';
import { UnifiedCalls } from './unified-calls.js';
import { createExchange, type UnifiedClient } from './unified-client.js';
import { unifiedMarket, unifiedOrder, unifiedTrade } from './unified-convert.js';
import { unifiedError } from './unified-errors.js';
import { hostsOf, mayReachHost } from './unified-hosts.js';

let Okx: ExchangeClass;
let errors: UnifiedErrors;

beforeAll(async () => {
  ({ Exchange: Okx, errors } = await loadExchange('okx'));
});

describe('the list of venues', () => {
  const unified = VENUES.filter(({ proof }) => proof === 'unproved');

  it('names those traded by unified calls as unproved, with the secrets each needs', () => {
    expect(unified.length).toBeGreaterThan(40);
    expect(VENUES.find(({ id }) => id === 'okx')).toMatchObject({
      credentials: ['apiKey', 'secret', 'password'],
      keyField: 'apiKey',
      markets: ['spot', 'linear'],
      environments: ['live', 'testnet'],
      proof: 'unproved',
    });
    expect(new Set(VENUES.map(({ id }) => id)).size).toBe(VENUES.length);
    expect(VENUES.some(({ id }) => id === 'binancecoinm' || id === 'bitmex')).toBe(false);
  });

  it.each(['bybit', 'kraken', 'kucoin', 'bitget'])('has classes the library can load: %s', async (id) => {
    const venue = unified.find((each) => each.id === id);
    const { Exchange } = await loadExchange(id);
    const exchange = new Exchange({});
    const needed = Object.entries(exchange.requiredCredentials)
      .filter(([, isNeeded]) => isNeeded)
      .map(([name]) => name);
    expect(venue?.credentials).toEqual(needed);
  });

  it('takes nothing but ids for files', async () => {
    await expect(loadExchange('../binance')).rejects.toThrow(RangeError);
  });
});

describe('hosts', () => {
  const hosts = hostsOf(
    {
      api: { rest: 'https://{hostname}', ws: 'wss://ws.x.com:8443/v5' },
      test: { rest: 'https://test.x.com' },
    },
    'www.x.com',
  );

  it.each([
    ['live', 'https://www.x.com/api/v5/order', true],
    ['live', 'wss://ws.x.com:8443/v5/private', true],
    ['live', 'https://test.x.com/api', false],
    ['live', 'https://www.y.com/api', false],
    ['testnet', 'https://test.x.com/api', true],
    ['testnet', 'https://www.x.com/api', false],
    ['sim', 'http://127.0.0.1:9/api', true],
    ['sim', 'https://www.x.com/api', false],
    ['paper', 'https://www.x.com/api', false],
  ] as const)('%s to %s: %s', (environment, url, allowed) => {
    expect(mayReachHost(environment, url, hosts, 'http://127.0.0.1:9')).toBe(allowed);
  });

  it('of the exchange are the only ones a client sends to', async () => {
    const client = createExchange(Okx, errors, {
      environment: 'testnet',
      simUrl: null,
      credentials: { apiKey: 'k', secret: 's', password: 'p' },
    });
    await expect(client.fetch('https://example.org/api/v5/order', 'POST')).rejects.toThrow(NotSentError);
    await client.close();
    expect(() =>
      createExchange(Okx, errors, { environment: 'sim', simUrl: 'http://127.0.0.1:9', credentials: null }),
    ).toThrow(/does not speak/);
  });
});

describe('the rules of a market', () => {
  const market = (change: Record<string, unknown>): NonNullable<CcxtMarket> =>
    ({
      symbol: 'BTC/USDT:USDT',
      base: 'BTC',
      quote: 'USDT',
      settle: 'USDT',
      spot: false,
      swap: true,
      linear: true,
      contract: true,
      contractSize: '0.01',
      active: true,
      precision: { amount: '1', price: '0.1' },
      limits: { amount: { min: '1', max: '500' }, cost: {} },
      ...change,
    }) as unknown as NonNullable<CcxtMarket>;

  it('count in base where the exchange counts contracts', () => {
    expect(unifiedMarket(market({}), 4)).toMatchObject({
      type: 'linear',
      tickSize: '0.1',
      stepSize: '0.01',
      minQuantity: '0.01',
      maxQuantity: '5',
      minNotional: '0',
    });
  });

  it('come from ticks or from decimal places, not from significant digits', () => {
    const places = market({ precision: { amount: '3', price: '2' }, contractSize: '1' });
    expect(unifiedMarket(places, 2)).toMatchObject({ tickSize: '0.01', stepSize: '0.001' });
    expect(() => unifiedMarket(places, 3)).toThrow(/price tick|quantity step/);
  });

  it('are none for contracts settled in the coin, and for anything but spot and perpetuals', () => {
    expect(unifiedMarket(market({ settle: 'BTC', linear: false }), 4)).toBeNull();
    expect(unifiedMarket(market({ swap: false, future: true }), 4)).toBeNull();
  });
});

describe('orders and trades', () => {
  const order = (change: Record<string, unknown>): Order =>
    ({
      id: '7',
      clientOrderId: 'gf1',
      side: 'buy',
      type: 'limit',
      status: 'open',
      price: '50000.1',
      amount: '3',
      filled: '0',
      ...change,
    }) as unknown as Order;

  it.each([
    [{ status: 'open' }, 'open'],
    [{ status: 'open', filled: '1' }, 'partially-filled'],
    [{ status: 'closed', filled: '3' }, 'filled'],
    [{ status: 'closed', filled: '1' }, 'canceled'],
    [{ status: 'canceled', filled: '1' }, 'canceled'],
    [{ status: 'expired' }, 'expired'],
    [{ status: 'rejected' }, 'rejected'],
  ])('%o is %s, in base', (change, state) => {
    const report = unifiedOrder(order(change), 'X', '0.01');
    expect(report).toMatchObject({ state, quantity: '0.03', price: '50000.1' });
  });

  it('without a state, an id or a quantity are unreadable, never a guess', () => {
    for (const missing of [{ status: undefined }, { id: undefined }, { amount: undefined }]) {
      expect(() => unifiedOrder(order(missing), 'X', '1')).toThrow(/missing or unreadable/);
    }
  });

  it('are never free of fees because nobody told them', () => {
    const trade = { id: '1', order: '7', side: 'buy', price: '2', amount: '3', timestamp: 5 };
    expect(() => unifiedTrade(trade as unknown as Trade, 'X', '1')).toThrow(/fee of a trade/);
    const told = { ...trade, fee: { cost: '0.1', currency: 'USDT' }, takerOrMaker: 'maker' };
    expect(unifiedTrade(told as unknown as Trade, 'X', '0.5')).toMatchObject({
      quantity: '1.5',
      quoteQuantity: '3',
      fee: '0.1',
      maker: true,
    });
  });
});

describe('errors', () => {
  it.each([
    ['InsufficientFunds', 'rejected', 'INSUFFICIENT_FUNDS'],
    ['InvalidOrder', 'rejected', 'ORDER_REJECTED'],
    ['DuplicateOrderId', 'ambiguous', 'DUPLICATE_CLIENT_ORDER_ID'],
    ['RequestTimeout', 'ambiguous', 'VENUE_UNAVAILABLE'],
    ['ExchangeNotAvailable', 'ambiguous', 'VENUE_UNAVAILABLE'],
    ['ExchangeError', 'ambiguous', 'VENUE_ANSWER_UNREADABLE'],
    ['RateLimitExceeded', 'rejected', 'TOO_MANY_REQUESTS'],
    ['OrderNotFound', 'rejected', 'ORDER_UNKNOWN'],
    ['PermissionDenied', 'rejected', 'NOT_AUTHORISED'],
  ] as const)('%s is %s as %s', (name, phase, code) => {
    expect(unifiedError(new errors[name]('no'), errors)).toMatchObject({ phase, code });
  });

  it('a timeout stays unclear whatever its words say', () => {
    const error = new errors.RequestTimeout('insufficient balance');
    expect(unifiedError(error, errors).phase).toBe('ambiguous');
  });
});

describe('looking for an order by our name', () => {
  const answer = (change: Record<string, unknown>): unknown => ({
    id: '9',
    clientOrderId: 'gf9',
    side: 'sell',
    type: 'limit',
    status: 'canceled',
    price: '2',
    amount: '1',
    filled: '0',
    ...change,
  });

  function finder(client: Record<string, unknown>): OrderFinder {
    const has = Object.fromEntries(Object.keys(client).map((name) => [name, true]));
    const fake = { ...client, has, market: () => ({ contract: false }) } as unknown as UnifiedClient;
    return new OrderFinder(fake, new UnifiedCalls(fake, errors));
  }

  it('does not take any order for ours that an exchange answers without understanding the question', async () => {
    const found = finder({
      fetchOpenOrders: () => Promise.resolve([]),
      fetchOrder: () => Promise.resolve(answer({ clientOrderId: 'other' })),
      fetchClosedOrders: () => Promise.resolve([answer({})]),
    });
    expect(await found.find('X', 'gf9')).toMatchObject({ exchangeOrderId: '9', state: 'canceled' });
    expect(await found.find('X', 'gf8')).toBeNull();
  });

  it('fails, instead of finding nothing, when a list cannot be had', async () => {
    const found = finder({
      fetchOpenOrders: () => Promise.reject(new errors.ExchangeNotAvailable('down')),
      fetchOrder: () => Promise.resolve(answer({})),
    });
    await expect(found.find('X', 'gf9')).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE' });
  });
});
