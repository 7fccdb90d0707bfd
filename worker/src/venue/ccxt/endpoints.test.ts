import { describe, expect, it } from 'vitest';
import { createBinance } from './binance-client.js';
import type { HookedBinance } from './hooked-binance.js';
import { mayReach, simulatorUrls } from './endpoints.js';
import { loadBinance } from './load-ccxt.js';

describe('which hosts an environment may reach', () => {
  const hosts = {
    production: 'https://api.binance.com/api/v3/order',
    productionStream: 'wss://stream.binance.com:9443/ws/0',
    testnet: 'https://testnet.binance.vision/api/v3/order',
    loopback: 'http://127.0.0.1:9000/api/v3/order',
    lookalike: 'https://api.binance.com.example.org/api/v3/order',
  };
  it.each([
    ['live', hosts.production, true],
    ['live', hosts.productionStream, true],
    ['live', hosts.testnet, false],
    ['live', hosts.loopback, false],
    ['live', hosts.lookalike, false],
    ['testnet', hosts.testnet, true],
    ['testnet', hosts.production, false],
    ['sim', hosts.loopback, true],
    ['sim', hosts.production, false],
    ['sim', hosts.testnet, false],
  ] as const)('%s to %s: %s', (environment, url, allowed) => {
    expect(mayReach(environment, url)).toBe(allowed);
  });

  it('keeps "/stream" in the spot stream path, by which ccxt knows the market type', () => {
    expect(simulatorUrls('http://127.0.0.1:1/')).toMatchObject({
      public: 'http://127.0.0.1:1/api/v3',
      ws: { spot: 'ws://127.0.0.1:1/stream/ws', 'ws-api': { spot: 'ws://127.0.0.1:1/ws-api/v3' } },
    });
  });
});

describe('a client of the simulator whose addresses point at the real exchange', () => {
  const open = async (): Promise<HookedBinance> => {
    const { Binance } = await loadBinance();
    const client = createBinance(Binance, {
      environment: 'sim',
      simUrl: 'https://api.binance.com',
      credentials: { apiKey: 'k', secret: 's' },
    });
    client.setMarkets([]);
    // Whatever slips through is seen here instead of at the exchange.
    client.fetchImplementation = () => {
      throw new Error('a request has left');
    };
    return client;
  };
  const forbidden = expect.objectContaining({ name: 'NotSentError', code: 'HOST_FORBIDDEN' }) as unknown;

  it.each<[string, (client: HookedBinance) => Promise<unknown>]>([
    ['a public request', (client) => client.publicGetTime()],
    ['a signed request', (client) => client.privateGetAccount()],
    ['an order', (client) => client.privatePostOrder({ symbol: 'BTCUSDT' })],
    ['a cancel', (client) => client.privateDeleteOrder({ symbol: 'BTCUSDT' })],
    ['a private stream', (client) => client.watchOrders()],
  ])('keeps %s from leaving', async (_what, call) => {
    const client = await open();
    await expect(call(client)).rejects.toThrow(forbidden);
    await client.close();
  });

  it('dials no socket', async () => {
    const client = await open();
    expect(() => client.client('wss://stream.binance.com:9443/ws/0')).toThrow(forbidden);
    expect(() => client.client('wss://ws-api.binance.com/ws-api/v3')).toThrow(forbidden);
  });

  it('knows no other host than its own, whoever’s it is', async () => {
    const { Binance } = await loadBinance();
    const client = createBinance(Binance, {
      environment: 'sim',
      simUrl: 'http://127.0.0.1:1',
      credentials: null,
    });
    await expect(client.fetch('http://127.0.0.1:2/api/v3/time')).rejects.toThrow(forbidden);
    await expect(client.fetch('https://api.example.org/api/v3/time')).rejects.toThrow(forbidden);
  });

  it('checks every address again on each request', async () => {
    const client = await open();
    await expect(client.fetch('https://fapi.binance.com/fapi/v1/time')).rejects.toThrow(forbidden);
    await expect(client.fetch('https://testnet.binance.vision/api/v3/time')).rejects.toThrow(forbidden);
  });
});
