import type { Environment } from '@gridfleet/shared/schema';
import type { VenueGate } from '../../budget/venue-gate.js';
import type { ClockWatch } from '../clock-watch.js';
import { NotSentError } from '../venue-error.js';
import { canonicalUrl, quieten } from './ccxt-repairs.js';
import { mayReach } from './endpoints.js';
import { errorOfAnswer } from './errors.js';
import type { BinanceClass, BinanceClient } from './load-ccxt.js';
import { Placements } from './send-guard.js';

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
  /** Orders on their way out; a request that places any other is refused. */
  readonly placements: Placements;
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

/** Whether a watch of ccxt still waits: once it has begun, events are read raw and ccxt's own form of them is for nobody. */
function isAwaited(client: StreamClient): boolean {
  return Object.keys(client.futures as object).length > 0;
}

/** How a request that places an order or a stop names it. */
const PLACED_ID = /(?:^|[?&])(?:newClientOrderId|clientAlgoId)=([^&]*)/;

/** The client order id of what a request places, null when it places nothing. */
function placedId(url: string, method: string, body: unknown): string | null {
  if (method !== 'POST') return null;
  const id = PLACED_ID.exec(typeof body === 'string' ? body : '') ?? PLACED_ID.exec(url);
  return id === null ? null : decodeURIComponent(id[1] ?? '');
}

const requestKey = (url: string, method: string, body: unknown): string =>
  `${method} ${url} ${typeof body === 'string' ? body : ''}`;

type HookedClass = new (config: Record<string, unknown>, given: BinanceOptions) => HookedBinance;

/** One class for all accounts: classes of their own would keep the engine from ever optimising their methods. */
const made = new WeakMap<BinanceClass, HookedClass>();

/** The class of ccxt's binance with our hooks. */
export function hookedClass(Binance: BinanceClass): HookedClass {
  const known = made.get(Binance);
  if (known !== undefined) return known;
  class Hooked extends Binance {
    onOrderEvent: HookedBinance['onOrderEvent'] = null;
    onAccountEvent: HookedBinance['onAccountEvent'] = null;
    onQuoteEvent: HookedBinance['onQuoteEvent'] = null;
    onTradeEvent: HookedBinance['onTradeEvent'] = null;
    streamHooks: StreamHooks | null = null;
    readonly placements = new Placements();
    readonly given: BinanceOptions;
    /** The exchange's time when each request under way was written, ms. */
    readonly #sentAt = new Map<string, number>();

    constructor(config: Record<string, unknown>, given: BinanceOptions) {
      super(config);
      this.given = given;
    }

    async mayDial(): Promise<void> {
      await this.given.gate?.dial();
    }

    silence(): void {
      this.streamHooks = null;
      this.onOrderEvent = null;
      this.onAccountEvent = null;
      this.onQuoteEvent = null;
      this.onTradeEvent = null;
    }

    override nonce(): number {
      return Math.round(this.given.clock?.now() ?? Date.now());
    }

    override getExceptionsByUrl(url: string, kind: string): Record<string, unknown> {
      return super.getExceptionsByUrl(canonicalUrl(url), kind) as Record<string, unknown>;
    }

    /** Keys of streams are renewed by the link that uses them (`ccxtLink`). */
    override async keepAliveListenKey(): Promise<void> {
      return Promise.resolve();
    }

    override async fetch(url: string, method = 'GET', headers?: unknown, body?: unknown): Promise<unknown> {
      const { clock, gate, account = null } = this.given;
      assertReachable(this.given, url);
      const signed = url.includes('signature=') || (typeof body === 'string' && body.includes('signature='));
      if (signed) clock?.assertSafe();
      await gate?.pass(method, url, account);
      const placed = placedId(url, method, body);
      if (placed !== null) this.placements.written(placed);
      const key = requestKey(url, method, body);
      this.#sentAt.set(key, this.nonce());
      try {
        return (await super.fetch(url, method, headers, body)) as unknown;
      } finally {
        this.#sentAt.delete(key);
      }
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
      const { gate, account = null, onTrouble = () => undefined } = this.given;
      if (gate !== undefined) {
        // The same public question may have been asked twice at once: the second answer is timed by its arrival.
        const sentAt = this.#sentAt.get(requestKey(url, method, requestBody)) ?? this.nonce();
        gate.answered({ url, headers, failure, body: response, sentAt }, account).catch(onTrouble);
      }
      if (failure !== null) throw failure;
      super.handleErrors(status, reason, url, method, headers, body, response, requestHeaders, requestBody);
    }

    override client(url: string): StreamClient {
      // Names such as "authenticationFlights" hold futures and are never dialled.
      if (/^wss?:/.test(url)) assertReachable(this.given, url);
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
      if (isAwaited(client)) super.handleOrderUpdate(client, message);
    }

    override handleBidsAsks(client: StreamClient, message: Record<string, unknown>): void {
      this.onQuoteEvent?.(message);
      if (isAwaited(client)) super.handleBidsAsks(client, message);
    }

    override handleTrade(client: StreamClient, message: Record<string, unknown>): void {
      this.onTradeEvent?.(message);
      if (isAwaited(client)) super.handleTrade(client, message);
    }
  }

  made.set(Binance, Hooked);
  return Hooked;
}
