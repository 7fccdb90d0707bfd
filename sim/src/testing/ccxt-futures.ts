import http from 'node:http';
import ccxt from 'ccxt';
import type { Simulator } from '../simulator.js';

export type CcxtUsdm = InstanceType<typeof ccxt.pro.binanceusdm>;

/** An unmodified ccxt client of the simulator's USDT-M venue. */
export function ccxtFutures(
  simulator: Simulator,
  keys: { apiKey?: string; secret?: string } = {},
  prefix = '',
): CcxtUsdm {
  const [account] = simulator.accounts;
  const fapi = (version: string): string => `${simulator.url}${prefix}/fapi/${version}`;
  return new ccxt.pro.binanceusdm({
    apiKey: keys.apiKey ?? account?.apiKey ?? '',
    secret: keys.secret ?? account?.apiSecret ?? '',
    enableRateLimit: false,
    timeout: 5000,
    httpAgent: new http.Agent(),
    urls: {
      api: {
        fapiPublic: fapi('v1'),
        fapiPrivate: fapi('v1'),
        fapiPublicV2: fapi('v2'),
        fapiPrivateV2: fapi('v2'),
        fapiPublicV3: fapi('v3'),
        fapiPrivateV3: fapi('v3'),
        ws: { future: `${simulator.wsUrl}${prefix}/fstream/ws` },
      },
    },
    options: {
      fetchMarkets: { types: ['linear'] },
      fetchCurrencies: false,
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      watchPositions: { fetchPositionsSnapshot: false },
      recvWindow: 5000,
      ws: { backoff: { base: 50, factor: 2, max: 1000, stableAfter: 30_000 } },
    },
  });
}
