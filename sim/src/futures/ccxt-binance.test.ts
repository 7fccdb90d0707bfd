import http from 'node:http';
import ccxt from 'ccxt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;
let exchange: InstanceType<typeof ccxt.pro.binance>;

beforeAll(async () => {
  simulator = await startSimulator({ speed: 10, loop: true });
  const [account] = simulator.accounts;
  const { url, wsUrl } = simulator;
  exchange = new ccxt.pro.binance({
    apiKey: account?.apiKey ?? '',
    secret: account?.apiSecret ?? '',
    enableRateLimit: false,
    timeout: 5000,
    httpAgent: new http.Agent(),
    urls: {
      api: {
        public: `${url}/api/v3`,
        private: `${url}/api/v3`,
        sapi: `${url}/sapi/v1`,
        fapiPublic: `${url}/fapi/v1`,
        fapiPrivate: `${url}/fapi/v1`,
        fapiPublicV2: `${url}/fapi/v2`,
        fapiPrivateV2: `${url}/fapi/v2`,
        fapiPublicV3: `${url}/fapi/v3`,
        fapiPrivateV3: `${url}/fapi/v3`,
        ws: {
          spot: `${wsUrl}/stream/ws`,
          future: `${wsUrl}/fstream/ws`,
          'ws-api': { spot: `${wsUrl}/ws-api/v3` },
        },
      },
    },
    options: {
      fetchMarkets: { types: ['spot', 'linear'] },
      fetchCurrencies: false,
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
    },
  });
  await exchange.loadMarkets();
});

afterAll(async () => {
  await exchange.close();
  await simulator.close();
});

it('serves spot and swap to one client with one key, each with its own money and prices', async () => {
  expect(exchange.market('BTC/USDT').spot).toBe(true);
  expect(exchange.market('BTC/USDT:USDT').swap).toBe(true);
  const [spot, swap] = await Promise.all([exchange.fetchBalance(), exchange.fetchBalance({ type: 'swap' })]);
  expect(spot['BTC']?.total).toBe(1);
  expect(swap['USDT']?.total).toBe(100_000);
  await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 60_000);
  const order = await exchange.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.01, 60_000);
  expect(order).toMatchObject({ status: 'open', symbol: 'BTC/USDT:USDT' });
  const open = await exchange.fetchOpenOrders('BTC/USDT:USDT');
  expect(open.map(({ id }) => id)).toEqual([order.id]);
  const [spotQuotes, swapQuotes] = await Promise.all([
    exchange.watchBidsAsks(['BTC/USDT']),
    exchange.watchBidsAsks(['BTC/USDT:USDT']),
  ]);
  expect(spotQuotes['BTC/USDT']?.bid).toBeGreaterThan(60_000);
  expect(swapQuotes['BTC/USDT:USDT']?.bid).toBeGreaterThan(60_000);
});
