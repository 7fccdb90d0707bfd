import http from 'node:http';
import ccxt from 'ccxt';
import type { Simulator } from '../simulator-options.js';

export type CcxtBinance = InstanceType<typeof ccxt.pro.binance>;

/** An unmodified ccxt client of the simulator: only addresses and switches of its public configuration. */
export function ccxtClient(
  simulator: Simulator,
  keys: { apiKey?: string; secret?: string } = {},
): CcxtBinance {
  const [account] = simulator.accounts;
  const api = `${simulator.url}/api/v3`;
  const sapi = `${simulator.url}/sapi/v1`;
  return new ccxt.pro.binance({
    apiKey: keys.apiKey ?? account?.apiKey ?? '',
    secret: keys.secret ?? account?.apiSecret ?? '',
    enableRateLimit: false,
    timeout: 5000,
    httpAgent: new http.Agent(),
    urls: {
      api: {
        public: api,
        private: api,
        sapi,
        ws: {
          spot: `${simulator.wsUrl}/stream/ws`,
          'ws-api': { spot: `${simulator.wsUrl}/ws-api/v3` },
        },
      },
    },
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchCurrencies: false,
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      recvWindow: 5000,
      ws: { backoff: { base: 50, factor: 2, max: 1000, stableAfter: 30_000 } },
    },
  });
}
