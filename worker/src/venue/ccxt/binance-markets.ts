import { dec, decStr, type Market } from '@gridfleet/shared/domain';
import type { ClockWatch } from '../clock-watch.js';
import type { TickListener, VenueCandle, VenueDepth, VenueQuote, VenueTicks, VenueTrade } from '../venue.js';
import { VenueError } from '../venue-error.js';
import type { HookedBinance } from './hooked-binance.js';
import type { BinanceProduct } from './binance-product.js';
import { SPOT } from './binance-spot.js';
import { levelsOf, tradeOf } from './binance-ticks.js';
import { toVenueError } from './errors.js';
import type { CcxtErrors } from './load-ccxt.js';
import { QuoteStream, type QuoteTimes } from './quote-stream.js';
import { symbolsOf } from './symbols.js';
import { watchTicks } from './tick-stream.js';

/** Rules are loaded again after this long, and whenever the last attempt failed. */
const RULES_MAX_AGE_MS = 5 * 60_000;
/** Levels a taker order may walk through. */
const DEPTH_LEVELS = 500;
/** Trades asked for to catch up on what no stream has brought; the most one answer holds. */
const RECENT_TRADES = 1_000;

/** Public side of Binance: one instance for all accounts of the process. */
export class BinanceMarkets implements VenueTicks {
  readonly #client: HookedBinance;
  readonly #errors: CcxtErrors;
  readonly #clock: ClockWatch;
  readonly #quotes: QuoteStream;
  readonly #streamClient: () => HookedBinance;
  readonly #product: BinanceProduct;
  #rules: Promise<Map<string, Market>> | null = null;
  #loadedAt = 0;

  /** @param streamClient makes a fresh instance without keys, for one life of a stream */
  constructor(
    client: HookedBinance,
    errors: CcxtErrors,
    clock: ClockWatch,
    streamClient: () => HookedBinance,
    times: QuoteTimes = {},
    product: BinanceProduct = SPOT,
  ) {
    this.#product = product;
    this.#client = client;
    this.#errors = errors;
    this.#clock = clock;
    this.#streamClient = () => {
      const fresh = streamClient();
      fresh.setMarketsFromExchange(client);
      return fresh;
    };
    this.#quotes = new QuoteStream({
      client: this.#streamClient,
      symbolOf: symbolsOf(client, product.marketType),
      ask: (symbol) => this.quote(symbol),
      explain: (error) => toVenueError(error, errors, product.api).code,
      times,
    });
  }

  async market(symbol: string): Promise<Market | null> {
    return (await this.#load()).get(symbol) ?? null;
  }

  async markets(): Promise<Market[]> {
    return [...(await this.#load()).values()];
  }

  async quote(symbol: string): Promise<VenueQuote> {
    const id = await this.#id(symbol);
    return this.#ask(() => this.#product.quote(this.#client, id));
  }

  async candles(symbol: string, interval: string, limit: number): Promise<VenueCandle[]> {
    const id = await this.#id(symbol);
    const answer: unknown = await this.#ask(() =>
      this.#product.klines(this.#client, { symbol: id, interval, limit }),
    );
    if (!Array.isArray(answer))
      throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'klines are not a list');
    return answer.map((row: unknown[]) => ({
      openTime: Number(row[0]),
      open: decStr(dec(String(row[1]))),
      high: decStr(dec(String(row[2]))),
      low: decStr(dec(String(row[3]))),
      close: decStr(dec(String(row[4]))),
      volume: decStr(dec(String(row[5]))),
    }));
  }

  async watchQuotes(
    symbol: string,
    onQuote: (quote: VenueQuote) => void,
    onError: (error: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#load();
    await this.#quotes.watch(symbol, onQuote, onError, signal);
  }

  async depth(symbol: string): Promise<VenueDepth> {
    const id = await this.#id(symbol);
    const answer = (await this.#ask(() =>
      this.#product.depth(this.#client, { symbol: id, limit: DEPTH_LEVELS }),
    )) as { bids?: unknown; asks?: unknown };
    return { bids: levelsOf(answer.bids), asks: levelsOf(answer.asks) };
  }

  async trades(symbol: string): Promise<VenueTrade[]> {
    const id = await this.#id(symbol);
    const answer: unknown = await this.#ask(() =>
      this.#product.recentTrades(this.#client, { symbol: id, limit: RECENT_TRADES }),
    );
    if (!Array.isArray(answer))
      throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'trades are not a list');
    return answer.map(({ id: tradeId, price, qty, isBuyerMaker, time }: Record<string, unknown>) =>
      tradeOf([tradeId, price, qty, isBuyerMaker, time]),
    );
  }

  async watchTicks(symbol: string, listener: TickListener, signal: AbortSignal): Promise<void> {
    await this.#load();
    const explain = (error: unknown): string => toVenueError(error, this.#errors, this.#product.api).code;
    await watchTicks({ client: this.#streamClient, explain }, symbol, listener, signal);
  }

  /** Client whose loaded rules other instances share; the exchange's time is known when it resolves. */
  async source(): Promise<HookedBinance> {
    await Promise.all([this.#load(), this.#ask(() => this.#clock.start())]);
    return this.#client;
  }

  async close(): Promise<void> {
    this.#clock.stop();
    this.#quotes.close();
    await this.#client.close();
  }

  async #id(symbol: string): Promise<string> {
    if (!(await this.#load()).has(symbol)) {
      throw new VenueError('unknown-market', 'MARKET_UNKNOWN', `the venue does not list ${symbol}`);
    }
    return String(this.#client.marketId(symbol));
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
    const listed = await this.#ask(() => this.#client.loadMarkets(true));
    const rules = new Map<string, Market>();
    for (const market of Object.values(listed)) {
      if (market?.[this.#product.marketType] !== true) continue;
      rules.set(market.symbol, this.#product.market(market.info, market.symbol));
    }
    return rules;
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toVenueError(error, this.#errors, this.#product.api);
    }
  }
}
