import { Agent } from 'node:http';
import { simulatorUrls } from './endpoints.js';
import { hookedClass, type BinanceOptions, type HookedBinance } from './hooked-binance.js';
import type { BinanceClass } from './load-ccxt.js';

/** Longest wait for one HTTP answer. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Validity of every other signed request; the exchange's own default. */
const RECV_WINDOW_MS = 5_000;

/**
 * ccxt's binance with our hooks: host check, clock, limits and send guard on every request; the meaning of every answer
 * by its number; the raw events of streams.
 */
export function createBinance(Binance: BinanceClass, options: BinanceOptions): HookedBinance {
  const { environment, loads = 'spot' } = options;
  const client = new (hookedClass(Binance))(
    {
      ...(options.credentials ?? {}),
      enableRateLimit: false,
      enableLastHttpResponse: false,
      enableLastJsonResponse: false,
      timeout: REQUEST_TIMEOUT_MS,
      ...(environment === 'sim' && options.simUrl !== null
        ? { urls: { api: simulatorUrls(options.simUrl) }, httpAgent: new Agent({ keepAlive: true }) }
        : {}),
      options: {
        fetchMarkets: { types: [loads] },
        fetchCurrencies: false,
        fetchMargins: false,
        createOrder: { quoteOrderQty: false },
        recvWindow: RECV_WINDOW_MS,
        // Packs the symbols of a node on few sockets; the default opens one for each.
        streamLimits: { spot: 4, future: 4 },
        // Else a private stream asks for positions first, and hangs when it gets no answer.
        watchPositions: { fetchPositionsSnapshot: false },
        ws: { backoff: { base: 500, factor: 2, max: 30_000, stableAfter: 30_000 } },
      },
    },
    options,
  );
  if (environment === 'testnet') {
    // The exchange has closed the old test system of its contracts.
    if (loads === 'linear') client.enableDemoTrading(true);
    else client.setSandboxMode(true);
  }
  return client;
}
