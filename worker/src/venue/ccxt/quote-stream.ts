import { dec, decStr } from '@gridfleet/shared/domain';
import { pause } from '../../util/pause.js';
import { SupervisedStream, type StreamTimes } from '../stream/supervised-stream.js';
import type { VenueQuote } from '../venue.js';
import type { HookedBinance } from './hooked-binance.js';
import { ccxtLink } from './stream-link.js';

/** Shortest time between two quotes of a market passed on, ms; those between are skipped, the newest is kept. */
const INTERVAL_MS = 25;
/** ccxt takes at most this many symbols in one subscription. */
const CHUNK = 200;

export interface QuoteTimes extends Partial<StreamTimes> {
  /** A market whose stream is quiet for this long is asked by REST: it may be calm, or the stream deaf. */
  quietMs?: number;
}

const QUIET_MS = 10_000;
/** Looks in a row that find the market moved while the stream said nothing: so many mean that it is deaf. */
const DEAF_LOOKS = 2;

export interface QuoteStreamDeps {
  /** A fresh instance that knows the markets, for one link. */
  client(): HookedBinance;
  /** Market's symbol from the exchange's id. */
  symbolOf(id: string): string;
  ask(symbol: string): Promise<VenueQuote>;
  explain(error: unknown): string;
  times?: QuoteTimes;
}

interface Watched {
  symbol: string;
  listeners: Set<(quote: VenueQuote) => void>;
  raw: Record<string, unknown> | null;
  timer: NodeJS.Timeout | null;
  heardAt: number;
  /** Best quotes last known, by stream or by asking; null when the stream may have missed some. */
  known: VenueQuote | null;
  /** Times in a row that asking found what the stream had not brought. */
  missed: number;
}

/** Best quotes of many markets over one supervised stream, each conflated to the newest. */
export class QuoteStream {
  readonly #deps: QuoteStreamDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #clients = new Set<HookedBinance>();
  #stop: AbortController | null = null;
  #stream: SupervisedStream | null = null;

  constructor(deps: QuoteStreamDeps) {
    this.#deps = deps;
  }

  /** Until the signal aborts. `onError` is told about interruptions, which heal by themselves. */
  async watch(
    symbol: string,
    onQuote: (quote: VenueQuote) => void,
    onError: (error: unknown) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const watched = this.#watched.get(symbol) ?? this.#add(symbol);
    watched.listeners.add(onQuote);
    this.#start(onError);
    while (!signal.aborted) {
      await pause(this.#quietMs, signal);
      await this.#checkQuiet(watched, onError, signal);
    }
    watched.listeners.delete(onQuote);
    if (watched.listeners.size > 0) return;
    if (watched.timer !== null) clearTimeout(watched.timer);
    this.#watched.delete(symbol);
    if (this.#watched.size === 0) this.close();
  }

  close(): void {
    this.#stop?.abort();
    this.#stop = null;
    this.#stream = null;
  }

  get #quietMs(): number {
    return this.#deps.times?.quietMs ?? QUIET_MS;
  }

  #add(symbol: string): Watched {
    const watched: Watched = {
      symbol,
      listeners: new Set(),
      raw: null,
      timer: null,
      heardAt: performance.now(),
      known: null,
      missed: 0,
    };
    this.#watched.set(symbol, watched);
    for (const client of this.#clients) this.#subscribe(client, [symbol]).catch(() => undefined);
    return watched;
  }

  #start(onError: (error: unknown) => void): void {
    if (this.#stop !== null) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#stream = new SupervisedStream(
      () => this.#link(),
      {
        onOpen: () => {
          for (const watched of this.#watched.values()) Object.assign(watched, { known: null, missed: 0 });
        },
        onLost: (reason) => onError(new Error(`market data stream lost: ${reason}`)),
      },
      this.#deps.times,
    );
    this.#stream.run(stop.signal).catch(onError);
  }

  #link(): ReturnType<typeof ccxtLink> {
    const client = this.#deps.client();
    client.onQuoteEvent = (message) => this.#heard(message);
    this.#clients.add(client);
    const link = ccxtLink(client, {
      subscribe: (fresh) => this.#subscribe(fresh, [...this.#watched.keys()]),
      confirms: (message) => 'id' in message && message.result === null,
      explain: (error) => this.#deps.explain(error),
    });
    return {
      ...link,
      close: () => {
        this.#clients.delete(client);
        link.close();
      },
    };
  }

  async #subscribe(client: HookedBinance, symbols: readonly string[]): Promise<void> {
    const chunks: Promise<unknown>[] = [];
    for (let from = 0; from < symbols.length; from += CHUNK) {
      chunks.push(client.watchBidsAsks(symbols.slice(from, from + CHUNK)));
    }
    await Promise.all(chunks);
  }

  #heard(message: Record<string, unknown>): void {
    const watched = this.#watched.get(this.#deps.symbolOf(String(message.s)));
    if (watched === undefined) return;
    watched.heardAt = performance.now();
    watched.missed = 0;
    watched.raw = message;
    if (watched.timer === null) this.#pass(watched);
  }

  /** Passes the newest on now, and what comes within the interval when it ends. */
  #pass(watched: Watched): void {
    const { raw } = watched;
    watched.timer = null;
    if (raw === null) return;
    watched.raw = null;
    this.#tell(watched, { bid: decStr(dec(String(raw.b))), ask: decStr(dec(String(raw.a))), last: null });
    watched.timer = setTimeout(() => this.#pass(watched), INTERVAL_MS).unref();
  }

  #tell(watched: Watched, quote: VenueQuote): void {
    watched.known = quote;
    for (const listener of watched.listeners) listener(quote);
  }

  /** A calm market and a deaf stream look alike; only asking tells them apart, and keeps the quote fresh. */
  async #checkQuiet(watched: Watched, onError: (error: unknown) => void, signal: AbortSignal): Promise<void> {
    const { heardAt } = watched;
    if (signal.aborted || performance.now() - heardAt < this.#quietMs) return;
    try {
      const quote = await this.#deps.ask(watched.symbol);
      if (watched.heardAt !== heardAt) return;
      const { known } = watched;
      this.#tell(watched, quote);
      const moved = known !== null && (known.bid !== quote.bid || known.ask !== quote.ask);
      watched.missed = moved ? watched.missed + 1 : 0;
      if (watched.missed < DEAF_LOOKS) return;
      watched.missed = 0;
      this.#stream?.replace(`it brings no quotes of ${watched.symbol}`);
    } catch (error) {
      onError(error);
    }
  }
}
