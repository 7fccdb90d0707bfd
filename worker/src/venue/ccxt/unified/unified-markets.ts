import type { Market } from '@gridfleet/shared/domain';
import type { ClockWatch } from '../../clock-watch.js';
import type { VenueCandle, VenueMarkets, VenueQuote } from '../../venue.js';
import { VenueError } from '../../venue-error.js';
import type { UnifiedErrors } from './load-exchange.js';
import { UnifiedCalls } from './unified-calls.js';
import type { UnifiedClient } from './unified-client.js';
import { textOf, unifiedMarket } from './unified-convert.js';
import { watchQuotes } from './unified-streams.js';

const RULES_MAX_AGE_MS = 5 * 60_000;

/** Public side of any exchange of ccxt, by its unified calls. */
export class UnifiedMarkets implements VenueMarkets {
  readonly #client: UnifiedClient;
  readonly #calls: UnifiedCalls;
  readonly #clock: ClockWatch;
  readonly #fresh: () => UnifiedClient;
  #rules: Promise<Map<string, Market>> | null = null;
  #loadedAt = 0;

  /** @param fresh makes an instance without keys, for one life of a stream */
  constructor(client: UnifiedClient, errors: UnifiedErrors, clock: ClockWatch, fresh: () => UnifiedClient) {
    this.#client = client;
    this.#calls = new UnifiedCalls(client, errors);
    this.#clock = clock;
    this.#fresh = () => {
      const made = fresh();
      made.setMarketsFromExchange(client);
      return made;
    };
  }

  async market(symbol: string): Promise<Market | null> {
    return (await this.#load()).get(symbol) ?? null;
  }

  async markets(): Promise<Market[]> {
    return [...(await this.#load()).values()];
  }

  async quote(symbol: string): Promise<VenueQuote> {
    await this.#known(symbol);
    if (this.#calls.can('fetchOrderBook')) {
      const { bids, asks } = await this.#calls.ask('fetchOrderBook', () =>
        this.#client.fetchOrderBook(symbol),
      );
      return { bid: textOf(bids[0]?.[0], 'bid'), ask: textOf(asks[0]?.[0], 'ask'), last: null };
    }
    const { bid, ask } = await this.#calls.ask('fetchTicker', () => this.#client.fetchTicker(symbol));
    return { bid: textOf(bid, 'bid'), ask: textOf(ask, 'ask'), last: null };
  }

  async candles(symbol: string, interval: string, limit: number): Promise<VenueCandle[]> {
    await this.#known(symbol);
    const rows = await this.#calls.ask('fetchOHLCV', () =>
      this.#client.fetchOHLCV(symbol, interval, undefined, limit),
    );
    return rows.map(([time, open, high, low, close, volume]) => ({
      openTime: Number(time),
      open: textOf(open, 'open'),
      high: textOf(high, 'high'),
      low: textOf(low, 'low'),
      close: textOf(close, 'close'),
      volume: textOf(volume, 'volume'),
    }));
  }

  async watchQuotes(
    symbol: string,
    onQuote: (quote: VenueQuote) => void,
    onError: (error: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#known(symbol);
    const deps = { client: this.#fresh, calls: this.#calls, times: {} };
    await watchQuotes(deps, symbol, () => this.quote(symbol), onQuote, onError, signal);
  }

  /** Client whose loaded rules other instances share; the exchange's time is known when it resolves. */
  async source(): Promise<UnifiedClient> {
    await Promise.all([this.#load(), this.#clock.start()]);
    return this.#client;
  }

  async close(): Promise<void> {
    this.#clock.stop();
    await this.#client.close();
  }

  async #known(symbol: string): Promise<void> {
    if ((await this.#load()).has(symbol)) return;
    throw new VenueError('unknown-market', 'MARKET_UNKNOWN', `the venue does not list ${symbol}`);
  }

  #load(): Promise<Map<string, Market>> {
    if (this.#rules !== null && performance.now() - this.#loadedAt < RULES_MAX_AGE_MS) return this.#rules;
    this.#loadedAt = performance.now();
    const loading = this.#loadFresh();
    loading.catch(() => {
      // ccxt caches a failed load for ever; forgetting ours makes the next caller ask again.
      if (this.#rules === loading) this.#rules = null;
    });
    this.#rules = loading;
    return loading;
  }

  async #loadFresh(): Promise<Map<string, Market>> {
    const listed = await this.#calls.ask('fetchMarkets', () => this.#client.loadMarkets(true));
    const rules = new Map<string, Market>();
    for (const market of Object.values(listed)) {
      if (market === undefined) continue;
      try {
        const known = unifiedMarket(market, Number(this.#client.precisionMode));
        if (known !== null) rules.set(known.symbol, known);
      } catch (error) {
        // One market whose rules are not told must not keep the others from being traded; it is not listed.
        if (!(error instanceof VenueError)) throw error;
      }
    }
    return rules;
  }
}
