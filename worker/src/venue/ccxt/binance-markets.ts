import { dec, decStr, type Market } from '@gridfleet/shared/domain';
import { pause } from '../../util/pause.js';
import type {
  TickListener,
  VenueCandle,
  VenueDepth,
  VenueLevel,
  VenueQuote,
  VenueTicks,
  VenueTrade,
} from '../venue.js';
import { VenueError } from '../venue-error.js';
import type { HookedBinance } from './binance-client.js';
import { marketFromRest } from './binance-convert.js';
import { toVenueError } from './errors.js';
import type { CcxtErrors } from './load-ccxt.js';

/** Rules are loaded again after this long, and whenever the last attempt failed. */
const RULES_MAX_AGE_MS = 5 * 60_000;
/** Shortest time between two quotes of a market passed on; those between are skipped, the newest is kept. */
const QUOTE_INTERVAL_MS = 25;
const STREAM_RETRY_MS = 500;
/** Levels a taker order may walk through. */
const DEPTH_LEVELS = 500;
/** Trades asked for to catch up on what no stream has brought; the most one answer holds. */
const RECENT_TRADES = 1_000;

/** Public side of Binance spot: one instance for all accounts of the process. */
export class BinanceMarkets implements VenueTicks {
  readonly #client: HookedBinance;
  readonly #errors: CcxtErrors;
  #rules: Promise<Map<string, Market>> | null = null;
  #loadedAt = 0;
  /** Listeners to ticks, by the exchange's own id of the market. */
  readonly #ticks = new Map<string, Set<TickListener>>();

  constructor(client: HookedBinance, errors: CcxtErrors) {
    this.#client = client;
    this.#errors = errors;
  }

  async market(symbol: string): Promise<Market | null> {
    return (await this.#load()).get(symbol) ?? null;
  }

  async markets(): Promise<Market[]> {
    return [...(await this.#load()).values()];
  }

  async quote(symbol: string): Promise<VenueQuote> {
    const id = await this.#id(symbol);
    const answer = (await this.#ask(() => this.#client.publicGetTicker24hr({ symbol: id }))) as Record<
      string,
      unknown
    >;
    return {
      bid: decStr(dec(String(answer.bidPrice))),
      ask: decStr(dec(String(answer.askPrice))),
      last: typeof answer.lastPrice === 'string' ? decStr(dec(answer.lastPrice)) : null,
    };
  }

  async candles(symbol: string, interval: string, limit: number): Promise<VenueCandle[]> {
    const id = await this.#id(symbol);
    const answer: unknown = await this.#ask(() =>
      this.#client.publicGetKlines({ symbol: id, interval, limit }),
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
    while (!signal.aborted) {
      try {
        await this.#client.watchBidsAsks([symbol]);
        // The raw message is text; ccxt's unified figures are binary floats.
        const raw = this.#client.bidsasks[symbol]?.info as Record<string, unknown> | undefined;
        if (raw !== undefined) {
          onQuote({ bid: decStr(dec(String(raw.b))), ask: decStr(dec(String(raw.a))), last: null });
        }
        await pause(QUOTE_INTERVAL_MS, signal);
      } catch (error) {
        onError(toVenueError(error, this.#errors));
        await pause(STREAM_RETRY_MS, signal);
      }
    }
  }

  async depth(symbol: string): Promise<VenueDepth> {
    const id = await this.#id(symbol);
    const answer = (await this.#ask(() =>
      this.#client.publicGetDepth({ symbol: id, limit: DEPTH_LEVELS }),
    )) as { bids?: unknown; asks?: unknown };
    return { bids: levels(answer.bids), asks: levels(answer.asks) };
  }

  async trades(symbol: string): Promise<VenueTrade[]> {
    const id = await this.#id(symbol);
    const answer: unknown = await this.#ask(() =>
      this.#client.publicGetTrades({ symbol: id, limit: RECENT_TRADES }),
    );
    if (!Array.isArray(answer)) {
      throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'trades are not a list');
    }
    return answer.map(({ id: tradeId, price, qty, isBuyerMaker, time }: Record<string, unknown>) =>
      tradeOf([tradeId, price, qty, isBuyerMaker, time]),
    );
  }

  async watchTicks(symbol: string, listener: TickListener, signal: AbortSignal): Promise<void> {
    const id = await this.#id(symbol);
    const listeners = this.#ticks.get(id) ?? new Set();
    this.#ticks.set(id, listeners);
    listeners.add(listener);
    // The hook sees each message; ccxt's own loops merge bursts and only hold the connection.
    this.#client.onTick = (message) => this.#passOn(message);
    const forget = (): void => void listeners.delete(listener);
    signal.addEventListener('abort', forget, { once: true });
    const hold = async (watch: () => Promise<unknown>): Promise<void> => {
      while (!signal.aborted) {
        try {
          await watch();
        } catch (error) {
          if (isAborted(signal)) return;
          listener.onError(toVenueError(error, this.#errors));
          await pause(STREAM_RETRY_MS, signal);
        }
      }
    };
    await Promise.all([
      hold(() => this.#client.watchBidsAsks([symbol])),
      hold(() => this.#client.watchTrades(symbol)),
    ]);
  }

  #passOn(message: Record<string, unknown>): void {
    const listeners = this.#ticks.get(String(message.s));
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        if (message.e === 'trade') {
          listener.onTrade(tradeOf([message.t, message.p, message.q, message.m, message.T]));
        } else if (message.b !== undefined) {
          listener.onQuote([text(message.b), text(message.B)], [text(message.a), text(message.A)]);
        }
      } catch (error) {
        listener.onError(toVenueError(error, this.#errors));
      }
    }
  }

  /** Client whose loaded rules other instances share. */
  async source(): Promise<HookedBinance> {
    await this.#load();
    return this.#client;
  }

  async close(): Promise<void> {
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
      if (market?.spot === true) rules.set(market.symbol, marketFromRest(market.info, market.symbol));
    }
    return rules;
  }

  async #ask<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toVenueError(error, this.#errors);
    }
  }
}

function text(value: unknown): string {
  return decStr(dec(String(value)));
}

function tradeOf([id, price, quantity, buyerIsMaker, time]: readonly unknown[]): VenueTrade {
  return {
    id: Number(id),
    price: text(price),
    quantity: text(quantity),
    // When the buyer was the maker, a seller came.
    aggressor: buyerIsMaker === true ? 'sell' : 'buy',
    time: Number(time),
  };
}

function levels(rows: unknown): VenueLevel[] {
  if (!Array.isArray(rows))
    throw new VenueError('unavailable', 'VENUE_ANSWER_UNREADABLE', 'a book is not a list');
  return rows.map((row: unknown[]) => [text(row[0]), text(row[1])]);
}

/** Read anew after an await: the compiler takes the loop's first look for the last one. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
