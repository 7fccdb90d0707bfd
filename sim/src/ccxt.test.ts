import ccxt from 'ccxt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type LedgerReport, type Simulator } from './index.js';
import { ccxtClient, type CcxtBinance } from './testing/ccxt-client.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const SYMBOL = 'BTC/USDT';

let simulator: Simulator;
let exchange: CcxtBinance;

beforeAll(async () => {
  simulator = await startSimulator({ speed: 10, loop: true });
  exchange = ccxtClient(simulator);
  await exchange.loadMarkets();
});

afterAll(async () => {
  await exchange.close();
  await simulator.close();
});

/** The exchange's id of an order; ccxt's types allow it to be missing. */
function idOf(order: { id?: string | undefined }): string {
  if (order.id === undefined) throw new Error('the order has no id');
  return order.id;
}

async function ledger(): Promise<LedgerReport> {
  const response = await fetch(`${simulator.url}/_sim/ledger`, { signal: AbortSignal.timeout(5000) });
  return (await response.json()) as LedgerReport;
}

describe('market data over REST', () => {
  it('describes the replayed markets with their real rules', () => {
    const market = exchange.market(SYMBOL);
    expect(market).toMatchObject({ active: true, spot: true, base: 'BTC', quote: 'USDT' });
    expect(market.precision).toMatchObject({ price: 0.01, amount: 0.00001 });
    expect(market.limits).toMatchObject({ amount: { min: 0.00001, max: 9000 }, cost: { min: 5 } });
  });

  it('gives tickers, books, trades and candles of one moment', async () => {
    const ticker = await exchange.fetchTicker(SYMBOL);
    expect(ticker.bid).toBeLessThan(ticker.ask ?? 0);
    expect(ticker.last).toBeGreaterThan(61_000);
    expect((await exchange.fetchBidsAsks([SYMBOL]))[SYMBOL]?.bid).toBeGreaterThan(61_000);
    expect((await exchange.fetchLastPrices())[SYMBOL]?.price).toBeGreaterThan(61_000);
    const book = await exchange.fetchOrderBook(SYMBOL, 20);
    expect([book.bids.length, book.asks.length]).toEqual([20, 20]);
    const trades = await waitUntil('a public trade', async () => {
      const found = await exchange.fetchTrades(SYMBOL);
      return found.length > 0 && found;
    });
    expect(Math.abs((trades[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(20_000);
    const [candle] = await exchange.fetchOHLCV(SYMBOL, '1m');
    expect((candle?.[0] ?? 1) % 60_000).toBe(0);
    expect(await exchange.fetchTime()).toBeGreaterThan(Date.now() - 5000);
    expect((await exchange.fetchStatus()).status).toBe('ok');
  });
});

describe('orders', () => {
  it('fills a market order from the book and charges the taker rate in what is received', async () => {
    const before = await exchange.fetchBalance();
    const order = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    expect(order).toMatchObject({ status: 'closed', filled: 0.01, remaining: 0 });
    const trades = await exchange.fetchOrderTrades(idOf(order), SYMBOL);
    expect(trades[0]).toMatchObject({ order: order.id, takerOrMaker: 'taker', fee: { currency: 'BTC' } });
    const after = await exchange.fetchBalance();
    expect((after['BTC']?.total ?? 0) - (before['BTC']?.total ?? 0)).toBeCloseTo(0.00999, 8);
  });

  it('spends a quote amount with a market order', async () => {
    const order = await exchange.createOrder(SYMBOL, 'market', 'buy', 0, undefined, { cost: 100 });
    expect(order.status).toBe('closed');
    expect(order.cost).toBeLessThanOrEqual(100);
    expect(order.cost).toBeGreaterThan(98);
  });

  it('sells at once what is marketable and ends the rest of IOC and FOK orders', async () => {
    const sold = await exchange.createOrder(SYMBOL, 'limit', 'sell', 0.001, 50_000);
    expect(sold.status).toBe('closed');
    expect(sold.average).toBeGreaterThan(61_000);
    const ioc = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, { timeInForce: 'IOC' });
    expect(ioc).toMatchObject({ status: 'expired', filled: 0 });
    const fok = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, { timeInForce: 'FOK' });
    expect(fok).toMatchObject({ status: 'expired', filled: 0 });
  });

  it('rests, shows, finds by both ids, replaces and cancels', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, {
      clientOrderId: 'rest-1',
    });
    expect(order).toMatchObject({ status: 'open', clientOrderId: 'rest-1', filled: 0 });
    expect((await exchange.fetchOpenOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect((await exchange.fetchOrder(idOf(order), SYMBOL)).clientOrderId).toBe('rest-1');
    const byClientId = await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'rest-1' });
    expect(byClientId.id).toBe(order.id);
    expect((await exchange.fetchBalance())['USDT']?.used).toBe(60);

    const replaced = await exchange.editOrder(idOf(order), SYMBOL, 'limit', 'buy', 0.001, 60_001);
    expect(replaced.id).not.toBe(order.id);
    expect(replaced.status).toBe('open');
    expect((await exchange.cancelOrder(idOf(replaced), SYMBOL)).status).toBe('canceled');
    expect((await exchange.fetchBalance())['USDT']?.used).toBe(0);
    expect((await exchange.fetchOrders(SYMBOL)).at(-1)).toMatchObject({
      id: replaced.id,
      status: 'canceled',
    });
  });

  it('accepts a post-only order inside its side and refuses one that would take', async () => {
    const maker = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, { postOnly: true });
    expect((await exchange.fetchOrder(idOf(maker), SYMBOL)).postOnly).toBe(true);
    await exchange.cancelAllOrders(SYMBOL);
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
    await expect(
      exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 70_000, { postOnly: true }),
    ).rejects.toThrow(ccxt.OrderImmediatelyFillable);
  });

  it('refuses a client order id only while it is open', async () => {
    const params = { clientOrderId: 'same-id' };
    const first = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, params);
    await expect(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, params)).rejects.toThrow(
      /-2010.*Duplicate order sent/,
    );
    await exchange.cancelOrder(idOf(first), SYMBOL);
    const second = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.001, 60_000, params);
    expect(second.id).not.toBe(first.id);
    await exchange.cancelOrder(idOf(second), SYMBOL);
  });

  it('tells the classes of refusals that ccxt knows', async () => {
    await expect(exchange.createOrder(SYMBOL, 'limit', 'buy', 5, 60_000)).rejects.toThrow(
      ccxt.InsufficientFunds,
    );
    await expect(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.00001, 60_000)).rejects.toThrow(/NOTIONAL/);
    await expect(exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 6000)).rejects.toThrow(
      /PERCENT_PRICE_BY_SIDE/,
    );
    await expect(exchange.cancelOrder('1', SYMBOL)).rejects.toThrow(ccxt.OrderNotFound);
    await expect(exchange.fetchOrder('1', SYMBOL)).rejects.toThrow(ccxt.OrderNotFound);
    const stranger = ccxtClient(simulator, { secret: 'wrong' });
    stranger.setMarketsFromExchange(exchange);
    await expect(stranger.fetchBalance()).rejects.toThrow(ccxt.AuthenticationError);
    await stranger.close();
  });

  it('reports the rates of the account', async () => {
    expect(await exchange.fetchTradingFee(SYMBOL)).toMatchObject({ maker: 0.0001, taker: 0.001 });
  });
});

describe('streams', () => {
  it('keeps an order book whose diffs join the snapshot without a gap', async () => {
    let book = await exchange.watchOrderBook(SYMBOL, 50);
    for (let update = 0; update < 10; update++) {
      book = await exchange.watchOrderBook(SYMBOL, 50);
      expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
    }
    expect(book.nonce).toBeGreaterThan(0);
  });

  it('sends trades, quotes, candles and tickers', async () => {
    const [trades, quotes, candles, ticker] = await Promise.all([
      exchange.watchTrades(SYMBOL),
      exchange.watchBidsAsks([SYMBOL]),
      exchange.watchOHLCV(SYMBOL, '1m'),
      exchange.watchTicker(SYMBOL),
    ]);
    expect(trades[0]?.symbol).toBe(SYMBOL);
    expect(quotes[SYMBOL]?.bid).toBeLessThan(quotes[SYMBOL]?.ask ?? 0);
    expect(candles[0]?.[1]).toBeGreaterThan(61_000);
    expect(ticker.last).toBeGreaterThan(61_000);
  });

  it('sends order, trade and balance events of a resting order that the market fills', async () => {
    const watched = Promise.all([
      exchange.watchOrders(SYMBOL),
      exchange.watchMyTrades(SYMBOL),
      exchange.watchBalance(),
    ]);
    const bid = (await exchange.fetchTicker(SYMBOL)).bid ?? 0;
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.002, bid, {
      clientOrderId: 'stream-1',
    });
    const [orders, , balance] = await watched;
    expect(orders.some(({ clientOrderId }) => clientOrderId === 'stream-1')).toBe(true);
    expect(balance['USDT']).toBeDefined();
    const done = await waitUntil(
      'the fill of a resting order',
      async () => {
        const now = await exchange.fetchOrder(idOf(order), SYMBOL);
        return now.status === 'closed' && now;
      },
      30_000,
    );
    expect(done.filled).toBe(0.002);
    const fills = (await exchange.fetchMyTrades(SYMBOL)).filter((trade) => trade.order === order.id);
    expect(fills.every(({ takerOrMaker, price }) => takerOrMaker === 'maker' && price === bid)).toBe(true);
  }, 40_000);
});

it('has a balanced ledger after all of this', async () => {
  const { accounts, checks } = await ledger();
  expect(checks).toEqual([]);
  expect(accounts[0]?.fills.length).toBeGreaterThan(3);
});
