import { Agent } from 'node:http';
import type { Exchange } from 'ccxt';
import type { Environment } from '@gridfleet/shared/schema';
import type { VenueGate } from '../../../budget/venue-gate.js';
import type { ClockWatch } from '../../clock-watch.js';
import { NotSentError } from '../../venue-error.js';
import { canonicalUrl, quieten } from '../ccxt-repairs.js';
import { simulatorUrls } from '../endpoints.js';
import type { LinkClient } from '../stream-link.js';
import type { ExchangeClass, UnifiedErrors } from './load-exchange.js';
import { written } from './send-context.js';
import { unifiedError } from './unified-errors.js';
import { hostsOf, mayReachHost } from './unified-hosts.js';

const REQUEST_TIMEOUT_MS = 10_000;
/** Venues whose protocol the simulator speaks, so that their classes can be pointed at it. */
const SIMULATED: ReadonlySet<string> = new Set(['binance', 'binanceusdm']);

export interface UnifiedOptions {
  environment: Environment;
  simUrl: string | null;
  /** Secrets under ccxt's names: apiKey, secret, password, uid, … */
  credentials: Readonly<Record<string, string>> | null;
  gate?: VenueGate;
  clock?: ClockWatch;
  onTrouble?: (error: unknown) => void;
}

export type UnifiedClient = Exchange & LinkClient;

type Hooks = LinkClient['streamHooks'];

/** Any exchange of ccxt with our hooks: host check, clock, gate and send guard on every request. Numbers stay texts. */
export function createExchange(
  Base: ExchangeClass,
  errors: UnifiedErrors,
  options: UnifiedOptions,
): UnifiedClient {
  const { environment, simUrl, gate, clock, onTrouble = () => undefined } = options;
  const plain = new Base({});
  const hosts = hostsOf(plain.urls, plain.hostname ?? '');
  if (environment === 'sim' && !SIMULATED.has(plain.id)) {
    throw new NotSentError('HOST_FORBIDDEN', `The simulator does not speak the protocol of ${plain.id}.`);
  }

  class Hooked extends Base {
    streamHooks: Hooks = null;

    silence(): void {
      this.streamHooks = null;
    }

    async mayDial(): Promise<void> {
      await gate?.dial();
    }

    /** Throws when the environment may not reach an address. */
    check(url: string): void {
      if (mayReachHost(environment, url, hosts, simUrl)) return;
      const { hostname } = new URL(url);
      throw new NotSentError(
        'HOST_FORBIDDEN',
        `An account of environment "${environment}" may not reach ${hostname}.`,
      );
    }

    getExceptionsByUrl(url: string, kind: string): unknown {
      const own = Base.prototype as { getExceptionsByUrl?: (url: string, kind: string) => unknown };
      // Only the simulator's hosts are not those whose errors the class knows.
      return own.getExceptionsByUrl?.call(this, environment === 'sim' ? canonicalUrl(url) : url, kind);
    }

    override async fetch(url: string, method = 'GET', headers?: unknown, body?: unknown): Promise<unknown> {
      this.check(url);
      if (options.credentials !== null) clock?.assertSafe();
      await gate?.enter(method === 'DELETE');
      if (method !== 'GET') written();
      try {
        return (await super.fetch(url, method, headers, body)) as unknown;
      } catch (error) {
        const failure = unifiedError(error, errors);
        if (failure.code === 'TOO_MANY_REQUESTS') gate?.refused(failure).catch(onTrouble);
        throw error;
      }
    }

    override client(url: string): ReturnType<Exchange['client']> {
      const isSocket = /^wss?:/.test(url);
      if (isSocket) this.check(url);
      const known = url in this.clients;
      const client = super.client(url);
      if (!known) {
        quieten(client);
        if (isSocket) this.streamHooks?.onSocket(client);
      }
      return client;
    }

    override handleMessage(client: never, message: never): void {
      this.streamHooks?.onMessage(message);
      super.handleMessage(client, message);
    }
  }

  const types = plain.id === 'binanceusdm' ? ['linear'] : ['spot'];
  const client = new Hooked({
    ...options.credentials,
    // Prices and amounts stay the exchange's text: binary floats are no money.
    number: String,
    enableRateLimit: environment !== 'sim',
    timeout: REQUEST_TIMEOUT_MS,
    ...(environment === 'sim' && simUrl !== null
      ? { urls: { api: simulatorUrls(simUrl) }, httpAgent: new Agent({ keepAlive: true }) }
      : {}),
    options: {
      ...(SIMULATED.has(plain.id) ? { fetchMarkets: { types }, fetchMargins: false } : {}),
      fetchCurrencies: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      watchPositions: { fetchPositionsSnapshot: false },
      createOrder: { quoteOrderQty: false },
    },
  });
  if (clock !== undefined) client.milliseconds = () => Math.round(clock.now());
  if (environment === 'testnet') client.setSandboxMode(true);
  return client;
}
