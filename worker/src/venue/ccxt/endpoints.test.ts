import { describe, expect, it } from 'vitest';
import { mayReach, simulatorUrls } from './endpoints.js';

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
