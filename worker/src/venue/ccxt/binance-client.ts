import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent } from 'node:http';
import type { Environment } from '@gridfleet/shared/schema';
import type { VenueGate } from '../../budget/venue-gate.js';
import type { ClockWatch } from '../clock-watch.js';
import type { SendGuard } from '../venue.js';
import { NotSentError } from '../venue-error.js';
import { canonicalUrl, quieten } from './ccxt-repairs.js';
import { mayReach, simulatorUrls } from './endpoints.js';
import { errorOfAnswer } from './errors.js';
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

export const sending = new AsyncLocalStorage<SendContext>();
/** The exchange's time when the request under way was written, ms. */
const requesting = new AsyncLocalStorage<number>();

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

/** Events about an account as a whole; ccxt ignores most of them. */
const ACCOUNT_EVENTS: ReadonlySet<string> = new Set([
  'ACCOUNT_UPDATE',
  'ACCOUNT_CONFIG_UPDATE',
  'MARGIN_CALL',
]);

export interface BinanceOptions {
  /** Market type ccxt loads; spot unless said. */
  loads?: 'spot' | 'linear';
  environment: Environment;
  /** Simulator's origin, for environment `sim`. */
  simUrl: string | null;
  credentials: { apiKey: string; secret: string } | null;
  /** Limits that every request passes; none in tests of other things. */
  gate?: VenueGate;
  /** Signs by the exchange's time; the machine's without it. */
  clock?: ClockWatch;
  /** Whose order counts are used: a fingerprint of the key. */
  account?: string;
  /** Told what went wrong with the bookkeeping of limits, which never fails a request. */
  onTrouble?: (error: unknown) => void;
}

export type StreamClient = ReturnType<BinanceClient['client']>;

/** What a stream's supervisor hears of a client's sockets. */
export interface StreamHooks {
  /** A socket is about to be dialled; called once for each. */
  onSocket(socket: StreamClient): void;
  /** Every parsed message, before ccxt files it. */
  onMessage(message: Record<string, unknown>): void;
}

export interface HookedBinance extends BinanceClient {
  /** Every raw private order event, in order. ccxt's own watch loops merge bursts. */
  onOrderEvent: ((message: Record<string, unknown>) => void) | null;
  /** Every raw private event about an account rather than an order (contracts). */
  onAccountEvent: ((message: Record<string, unknown>) => void) | null;
  /** Every raw best-quote event, in order. */
  onQuoteEvent: ((message: Record<string, unknown>) => void) | null;
  /** Every raw public trade, in order. */
  onTradeEvent: ((message: Record<string, unknown>) => void) | null;
  streamHooks: StreamHooks | null;
  /** Takes one connection from the address's budget. @throws NotSentError when there is none left. */
  mayDial(): Promise<void>;
  /** From here on nobody is told anything. */
  silence(): void;
}

function assertReachable({ environment, simUrl }: BinanceOptions, url: string): void {
  const { host, hostname } = new URL(url);
  const ours = environment !== 'sim' || (simUrl !== null && new URL(simUrl).host === host);
  if (ours && mayReach(environment, url)) return;
  throw new NotSentError(
    'HOST_FORBIDDEN',
    `An account of environment "${environment}" may not reach ${hostname}.`,
  );
}

function retryAfterMs(headers: Readonly<Record<string, unknown>>): number | null {
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after');
  const seconds = Number(entry?.[1] ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}

/**
 * ccxt's binance with our hooks: host check, clock, limits and send guard on every request; the meaning of every answer
 * by its number; the raw events of streams.
 */
export function createBinance(Binance: BinanceClass, options: BinanceOptions): HookedBinance {
  const { environment, gate, clock, account = null, loads = 'spot', onTrouble = () => undefined } = options;

  class Hooked extends Binance {
    onOrderEvent: HookedBinance['onOrderEvent'] = null;
    onAccountEvent: HookedBinance['onAccountEvent'] = null;
    onQuoteEvent: HookedBinance['onQuoteEvent'] = null;
    onTradeEvent: HookedBinance['onTradeEvent'] = null;
    streamHooks: StreamHooks | null = null;

    async mayDial(): Promise<void> {
      await gate?.dial();
    }

    silence(): void {
      this.streamHooks = null;
      this.onOrderEvent = null;
      this.onAccountEvent = null;
      this.onQuoteEvent = null;
      this.onTradeEvent = null;
    }

    override nonce(): number {
      return Math.round(clock?.now() ?? Date.now());
    }

    override getExceptionsByUrl(url: string, kind: string): Record<string, unknown> {
      return super.getExceptionsByUrl(canonicalUrl(url), kind) as Record<string, unknown>;
    }

    /** Keys of streams are renewed by the link that uses them (`ccxtLink`). */
    override async keepAliveListenKey(): Promise<void> {
      return Promise.resolve();
    }

    override async fetch(url: string, method = 'GET', headers?: unknown, body?: unknown): Promise<unknown> {
      assertReachable(options, url);
      const signed = url.includes('signature=') || (typeof body === 'string' && body.includes('signature='));
      if (signed) clock?.assertSafe();
      await gate?.pass(method, url, account);
      const context = sending.getStore();
      if (context !== undefined && method === 'POST') {
        context.guard(Date.now(), PLACE_RECV_WINDOW_MS);
        context.written = true;
      }
      return requesting.run(this.nonce(), () => super.fetch(url, method, headers, body) as Promise<unknown>);
    }

    override handleErrors(
      status: number,
      reason: string,
      url: string,
      method: string,
      headers: Record<string, unknown>,
      body: string,
      response: unknown,
      requestHeaders: unknown,
      requestBody: unknown,
    ): undefined {
      const failure = errorOfAnswer({ status, url, body, retryAfterMs: retryAfterMs(headers) }, Date.now());
      const sentAt = requesting.getStore();
      if (gate !== undefined && sentAt !== undefined) {
        gate.answered({ url, headers, failure, body: response, sentAt }, account).catch(onTrouble);
      }
      if (failure !== null) throw failure;
      super.handleErrors(status, reason, url, method, headers, body, response, requestHeaders, requestBody);
    }

    override client(url: string): StreamClient {
      // Names such as "authenticationFlights" hold futures and are never dialled.
      if (/^wss?:/.test(url)) assertReachable(options, url);
      const known = url in this.clients;
      const client = super.client(url);
      if (!known) {
        quieten(client);
        if (/^wss?:/.test(url)) this.streamHooks?.onSocket(client);
      }
      return client;
    }

    override handleMessage(client: StreamClient, message: Record<string, unknown>): void {
      this.streamHooks?.onMessage(message);
      if (ACCOUNT_EVENTS.has(String(message.e))) this.onAccountEvent?.(message);
      super.handleMessage(client, message);
    }

    override handleOrderUpdate(client: StreamClient, message: Record<string, unknown>): void {
      this.onOrderEvent?.(message);
      super.handleOrderUpdate(client, message);
    }

    override handleBidsAsks(client: StreamClient, message: Record<string, unknown>): void {
      this.onQuoteEvent?.(message);
      super.handleBidsAsks(client, message);
    }

    override handleTrade(client: StreamClient, message: Record<string, unknown>): void {
      this.onTradeEvent?.(message);
      super.handleTrade(client, message);
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
      fetchMarkets: { types: [loads] },
      fetchCurrencies: false,
      fetchMargins: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      createOrder: { quoteOrderQty: false },
      recvWindow: RECV_WINDOW_MS,
      // Packs the symbols of a node on few sockets; the default opens one for each.
      streamLimits: { spot: 4, future: 4 },
      // Else a private stream asks for positions first, and hangs when it gets no answer.
      watchPositions: { fetchPositionsSnapshot: false },
      ws: { backoff: { base: 500, factor: 2, max: 30_000, stableAfter: 30_000 } },
    },
  });
  if (environment === 'testnet') {
    // The exchange has closed the old test system of its contracts.
    if (loads === 'linear') client.enableDemoTrading(true);
    else client.setSandboxMode(true);
  }
  return client;
}
