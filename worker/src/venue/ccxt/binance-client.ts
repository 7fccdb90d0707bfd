import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent } from 'node:http';
import type { Environment } from '@gridfleet/shared/schema';
import type { SendGuard } from '../venue.js';
import { mayReach, simulatorUrls } from './endpoints.js';
import type { BinanceClass, BinanceClient } from './load-ccxt.js';

/** Longest wait for one HTTP answer. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Validity of every other signed request; the exchange's own default. */
const RECV_WINDOW_MS = 5_000;
/** Validity of an order placement: short, because a successor must wait for its end before it may conclude anything. */
export const PLACE_RECV_WINDOW_MS = 2_000;

/** What travels with one placement through ccxt down to the socket. */
interface SendContext {
  guard: SendGuard;
  written: boolean;
}

const sending = new AsyncLocalStorage<SendContext>();

/** Runs a placement whose request is guarded at the last moment; tells whether anything may have been written. */
export async function guarded<T>(
  guard: SendGuard,
  place: () => Promise<T>,
): Promise<{ sent: () => boolean; result: Promise<T> }> {
  const context: SendContext = { guard, written: false };
  const result = sending.run(context, place);
  // The caller awaits it; this only keeps an early failure from being reported as unhandled.
  result.catch(() => undefined);
  return Promise.resolve({ sent: () => context.written, result });
}

export interface BinanceOptions {
  environment: Environment;
  /** Simulator's origin, for environment `sim`. */
  simUrl: string | null;
  credentials: { apiKey: string; secret: string } | null;
}

export interface HookedBinance extends BinanceClient {
  /** Every raw private order event, in order. ccxt's own watch loops merge bursts. */
  onOrderEvent: ((message: Record<string, unknown>) => void) | null;
  /** Every raw best quote and public trade, in order. */
  onTick: ((message: Record<string, unknown>) => void) | null;
}

/** ccxt picks its error table by production URL prefixes; other hosts would lose the classes (-2019, -2021, …). */
function canonicalUrl(url: string): string {
  return url
    .replace(/^.*?\/fapi\//, 'https://fapi.binance.com/fapi/')
    .replace(/^.*?\/dapi\//, 'https://dapi.binance.com/dapi/')
    .replace(/^.*?\/s?api\//, 'https://api.binance.com/api/');
}

function assertReachable(environment: Environment, url: string): void {
  if (!mayReach(environment, url)) {
    throw new Error(`environment "${environment}" may not reach ${new URL(url).hostname}`);
  }
}

/** ccxt's binance with our three hooks: the send guard, the host check, and the raw private events. */
export function createBinance(Binance: BinanceClass, options: BinanceOptions): HookedBinance {
  const { environment } = options;

  class Hooked extends Binance {
    onOrderEvent: HookedBinance['onOrderEvent'] = null;
    onTick: HookedBinance['onTick'] = null;

    override getExceptionsByUrl(url: string, kind: string): Record<string, unknown> {
      return super.getExceptionsByUrl(canonicalUrl(url), kind) as Record<string, unknown>;
    }

    override async fetch(url: string, method?: string, headers?: unknown, body?: unknown): Promise<unknown> {
      assertReachable(environment, url);
      const context = sending.getStore();
      if (context !== undefined && method === 'POST') {
        context.guard(Date.now(), PLACE_RECV_WINDOW_MS);
        context.written = true;
      }
      return super.fetch(url, method, headers, body) as Promise<unknown>;
    }

    override client(url: string): ReturnType<BinanceClient['client']> {
      assertReachable(environment, url);
      return super.client(url);
    }

    override handleOrderUpdate(
      client: Parameters<BinanceClient['handleOrderUpdate']>[0],
      message: Record<string, unknown>,
    ): void {
      super.handleOrderUpdate(client, message);
      this.onOrderEvent?.(message);
    }

    override handleBidsAsks(
      client: Parameters<BinanceClient['handleBidsAsks']>[0],
      message: Record<string, unknown>,
    ): void {
      super.handleBidsAsks(client, message);
      this.onTick?.(message);
    }

    override handleTrade(
      client: Parameters<BinanceClient['handleTrade']>[0],
      message: Record<string, unknown>,
    ): void {
      super.handleTrade(client, message);
      this.onTick?.(message);
    }
  }

  const client = new Hooked({
    ...(options.credentials ?? {}),
    enableRateLimit: false,
    enableLastHttpResponse: false,
    enableLastJsonResponse: false,
    timeout: REQUEST_TIMEOUT_MS,
    ...(environment === 'sim' && options.simUrl !== null
      ? { urls: { api: simulatorUrls(options.simUrl) }, httpAgent: new Agent({ keepAlive: true }) }
      : {}),
    options: {
      fetchMarkets: { types: ['spot'] },
      fetchCurrencies: false,
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      createOrder: { quoteOrderQty: false },
      recvWindow: RECV_WINDOW_MS,
      // Packs the symbols of a node on few sockets; the default opens one for each.
      streamLimits: { spot: 4 },
      ws: { backoff: { base: 500, factor: 2, max: 30_000, stableAfter: 30_000 } },
    },
  });
  if (environment === 'testnet') client.setSandboxMode(true);
  return client;
}
