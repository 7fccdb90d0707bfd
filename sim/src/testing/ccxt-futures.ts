import http from 'node:http';
import ccxt from 'ccxt';
import type { Simulator } from '../simulator-options.js';

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

interface Held {
  side: string | undefined;
  contracts: number | undefined;
}

/** The open positions in a contract. */
export async function heldPositions(exchange: CcxtUsdm, symbol: string): Promise<Held[]> {
  const found = await exchange.fetchPositions([symbol]);
  return found.map(({ side, contracts }) => ({ side, contracts })).filter(({ contracts }) => contracts !== 0);
}

/** Cancels all orders of a contract and closes its positions, in one-way mode. */
export async function flatten(exchange: CcxtUsdm, symbol: string): Promise<void> {
  await exchange.cancelAllOrders(symbol);
  await exchange.cancelAllOrders(symbol, { trigger: true });
  for (const { side, contracts } of await heldPositions(exchange, symbol)) {
    const close = side === 'long' ? 'sell' : 'buy';
    await exchange.createOrder(symbol, 'market', close, contracts ?? 0, undefined, { reduceOnly: true });
  }
}

/** The exchange's id of an order; ccxt's types allow it to be missing. */
export function idOf(order: { id?: string | undefined }): string {
  if (order.id === undefined) throw new Error('the order has no id');
  return order.id;
}
