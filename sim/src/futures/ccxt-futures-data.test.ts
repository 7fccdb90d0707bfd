import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { ccxtFutures, flatten, type CcxtUsdm } from '../testing/ccxt-futures.js';
import { waitUntil } from '../testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const SYMBOL = 'BTC/USDT:USDT';

let simulator: Simulator;
let exchange: CcxtUsdm;

beforeAll(async () => {
  simulator = await startSimulator({ speed: 10, loop: true });
  exchange = ccxtFutures(simulator);
  await exchange.loadMarkets();
});

afterAll(async () => {
  await exchange.close();
  await simulator.close();
});

const clear = (): Promise<void> => flatten(exchange, SYMBOL);

describe('market data over REST', () => {
  it('describes contracts with their rules, brackets and funding', async () => {
    const market = exchange.market(SYMBOL);
    expect(market).toMatchObject({ active: true, swap: true, linear: true, contractSize: 1, settle: 'USDT' });
    expect(market.precision).toMatchObject({ price: 0.1, amount: 0.001 });
    expect(market.limits).toMatchObject({ amount: { min: 0.001, max: 1000 }, cost: { min: 100 } });
    const tiers = (await exchange.fetchLeverageTiers([SYMBOL]))[SYMBOL];
    expect(tiers?.[0]).toMatchObject({ maxLeverage: 125, maintenanceMarginRate: 0.004 });
    expect((await exchange.fetchFundingRate(SYMBOL)).fundingRate).toBe(0.0001);
    expect(Object.keys(await exchange.fetchFundingRates([SYMBOL]))).toEqual([SYMBOL]);
    expect((await exchange.fetchFundingIntervals([SYMBOL]))[SYMBOL]?.interval).toBe('8h');
    expect(await exchange.fetchFundingRateHistory(SYMBOL)).toEqual([]);
  });

  it('gives tickers, books, trades, candles and mark prices of one moment', async () => {
    const ticker = await exchange.fetchTicker(SYMBOL);
    expect(ticker.last).toBeGreaterThan(60_000);
    expect((await exchange.fetchTickers([SYMBOL]))[SYMBOL]?.last).toBeGreaterThan(60_000);
    const quote = (await exchange.fetchBidsAsks([SYMBOL]))[SYMBOL];
    expect(quote?.bid).toBeLessThan(quote?.ask ?? 0);
    expect((await exchange.fetchLastPrices([SYMBOL]))[SYMBOL]?.price).toBeGreaterThan(60_000);
    const book = await exchange.fetchOrderBook(SYMBOL, 20);
    expect([book.bids.length, book.asks.length]).toEqual([20, 20]);
    await waitUntil('a public trade', async () => (await exchange.fetchTrades(SYMBOL)).length > 0);
    expect((await exchange.fetchOHLCV(SYMBOL, '1m'))[0]?.[4]).toBeGreaterThan(60_000);
    await waitUntil('a mark candle', async () => (await exchange.fetchMarkOHLCV(SYMBOL, '1m')).length > 0);
    expect((await exchange.fetchMarkPrice(SYMBOL)).markPrice).toBeGreaterThan(60_000);
    expect(await exchange.fetchTime()).toBeGreaterThan(Date.now() - 5000);
  });
});

describe('settings', () => {
  afterEach(clear);

  it('changes leverage and margin mode, with the conditions for it', async () => {
    await exchange.setLeverage(10, SYMBOL);
    expect((await exchange.fetchLeverage(SYMBOL)).longLeverage).toBe(10);
    await expect(exchange.setLeverage(126, SYMBOL)).rejects.toThrow();
    await exchange.setMarginMode('isolated', SYMBOL);
    await expect(exchange.setMarginMode('isolated', SYMBOL)).rejects.toThrow(ccxt.MarginModeAlreadySet);
    expect((await exchange.fetchMarginMode(SYMBOL)).marginMode).toBe('isolated');
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    await expect(exchange.setMarginMode('cross', SYMBOL)).rejects.toThrow(/-4048/);
    const [before] = await exchange.fetchPositions([SYMBOL]);
    expect(before?.liquidationPrice).toBeGreaterThan(50_000);
    await exchange.addMargin(SYMBOL, 20);
    const [after] = await exchange.fetchPositions([SYMBOL]);
    expect((after?.liquidationPrice ?? 0) + 1900).toBeLessThan(before?.liquidationPrice ?? 0);
    await exchange.reduceMargin(SYMBOL, 10);
    await expect(exchange.reduceMargin(SYMBOL, 60)).rejects.toThrow(/-4051/);
    await clear();
    await exchange.setMarginMode('cross', SYMBOL);
  });

  it('reports fees, account configuration and income', async () => {
    expect(await exchange.fetchTradingFee(SYMBOL)).toMatchObject({ maker: 0.0002, taker: 0.0005 });
    expect((await exchange.fetchTradingFees())[SYMBOL]).toBeDefined();
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    await fetch(`${simulator.url}/_sim/futures/funding`, {
      method: 'POST',
      body: JSON.stringify({ symbol: 'BTCUSDT', settle: true }),
      signal: AbortSignal.timeout(5000),
    });
    const [fee] = await exchange.fetchFundingHistory(SYMBOL);
    expect(fee?.amount).toBeLessThan(0);
    expect((await exchange.fetchFundingRateHistory(SYMBOL)).at(-1)?.fundingRate).toBe(0.0001);
  });
});

describe('streams', () => {
  it('keeps an order book whose diffs join the snapshot without a gap', async () => {
    for (let update = 0; update < 10; update++) {
      const book = await exchange.watchOrderBook(SYMBOL, 50);
      expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
    }
  });

  it('sends trades, quotes, candles, tickers and mark prices', async () => {
    const [trades, quotes, candles, ticker, mark] = await Promise.all([
      exchange.watchTrades(SYMBOL),
      exchange.watchBidsAsks([SYMBOL]),
      exchange.watchOHLCV(SYMBOL, '1m'),
      exchange.watchTicker(SYMBOL),
      exchange.watchMarkPrice(SYMBOL),
    ]);
    expect(trades[0]?.symbol).toBe(SYMBOL);
    expect(quotes[SYMBOL]?.bid).toBeLessThan(quotes[SYMBOL]?.ask ?? 0);
    expect(candles[0]?.[1]).toBeGreaterThan(60_000);
    expect(ticker.last).toBeGreaterThan(60_000);
    expect(mark.markPrice).toBeGreaterThan(60_000);
  });

  it('sends order, trade, balance and position events', async () => {
    const watched = Promise.all([
      exchange.watchOrders(SYMBOL),
      exchange.watchMyTrades(SYMBOL),
      exchange.watchBalance(),
      exchange.watchPositions([SYMBOL]),
    ]);
    await waitUntil('the private stream', async () => {
      const response = await fetch(`${simulator.url}/_sim/futures`, { signal: AbortSignal.timeout(5000) });
      const { venues } = (await response.json()) as { venues: { privateStreams: number }[] };
      return (venues[0]?.privateStreams ?? 0) > 0;
    });
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { clientOrderId: 's-1' });
    const [orders, trades, balance, watchedPositions] = await watched;
    expect(orders.at(-1)).toMatchObject({ clientOrderId: 's-1', symbol: SYMBOL });
    expect(trades[0]).toMatchObject({ symbol: SYMBOL, amount: 0.01, fee: { currency: 'USDT' } });
    expect(balance['USDT']?.total).toBeGreaterThan(0);
    expect(watchedPositions[0]).toMatchObject({ side: 'long', contracts: 0.01 });
    await clear();
  });
});

it('has a balanced ledger after all of this', async () => {
  const response = await fetch(`${simulator.url}/_sim/futures`, { signal: AbortSignal.timeout(5000) });
  const { venues } = (await response.json()) as { venues: { checks: unknown[] }[] };
  expect(venues.map(({ checks }) => checks)).toEqual([[]]);
});
