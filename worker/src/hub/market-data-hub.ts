import type { Environment } from '@gridfleet/shared/schema';
import type { Logger } from '@gridfleet/shared/infra';
import type { VenueQuote } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';

export interface HubQuote extends VenueQuote {
  /** When it came in, ms on the monotonic clock. */
  receivedAt: number;
}

/** A market without a quote for this long is stale, ms. */
const STALE_MS = 20_000;

type Listener = (quote: HubQuote) => void;

interface Feed {
  listeners: Set<Listener>;
  latest: HubQuote | null;
  abort: AbortController;
  /** Monotonic ms. */
  openedAt: number;
  done: Promise<void>;
}

/** One subscription per (venue, market) for the whole process, fanned out. Quotes are conflated to the latest. */
export class MarketDataHub {
  readonly #venues: Venues;
  readonly #log: Logger;
  readonly #feeds = new Map<string, Feed>();

  constructor(venues: Venues, log: Logger) {
    this.#venues = venues;
    this.#log = log;
  }

  /** Calls back with the latest quote now, if there is one, and with each newer one. @returns how to stop. */
  subscribe(venue: string, environment: Environment, market: string, listener: Listener): () => void {
    const name = `${venue}:${environment}:${market}`;
    const feed = this.#feeds.get(name) ?? this.#open(name, venue, environment, market);
    feed.listeners.add(listener);
    if (feed.latest !== null) listener(feed.latest);
    return () => {
      feed.listeners.delete(listener);
      if (feed.listeners.size > 0) return;
      feed.abort.abort();
      if (this.#feeds.get(name) === feed) this.#feeds.delete(name);
    };
  }

  /** How many markets are followed, and how many of them have been silent for 20 s. */
  health(): { feeds: number; stale: number } {
    const now = performance.now();
    const feeds = [...this.#feeds.values()];
    const stale = feeds.filter(({ latest, openedAt }) => now - (latest?.receivedAt ?? openedAt) > STALE_MS);
    return { feeds: feeds.length, stale: stale.length };
  }

  async close(): Promise<void> {
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    for (const feed of feeds) feed.abort.abort();
    // A feed inside a venue's wait ends when the venue is closed; its loop sees the signal then.
    await Promise.race([
      Promise.all(feeds.map((feed) => feed.done)),
      new Promise((resolve) => setTimeout(resolve, 200)),
    ]);
  }

  #open(name: string, venue: string, environment: Environment, market: string): Feed {
    const abort = new AbortController();
    const feed: Feed = {
      listeners: new Set(),
      latest: null,
      abort,
      openedAt: performance.now(),
      done: Promise.resolve(),
    };
    feed.done = this.#run(feed, venue, environment, market).catch((error: unknown) => {
      this.#log.error({ feed: name, err: error }, 'market data feed ended');
      if (this.#feeds.get(name) === feed) this.#feeds.delete(name);
    });
    this.#feeds.set(name, feed);
    return feed;
  }

  async #run(feed: Feed, venue: string, environment: Environment, market: string): Promise<void> {
    const { signal } = feed.abort;
    const markets = await this.#venues.markets(venue, environment);
    const onQuote = (quote: VenueQuote): void => {
      const unchanged =
        feed.latest !== null && feed.latest.bid === quote.bid && feed.latest.ask === quote.ask;
      const stamped = { ...quote, receivedAt: performance.now() };
      feed.latest = stamped;
      if (unchanged) return;
      for (const listener of feed.listeners) listener(stamped);
    };
    // The stream speaks only when the best quotes change: a market that stands still is asked once.
    const asked = markets.quote(market).then(
      (quote) => {
        if (feed.latest === null) onQuote(quote);
      },
      (error: unknown) =>
        this.#log.warn({ venue, market, err: error }, 'the first quote could not be asked for'),
    );
    await markets.watchQuotes(
      market,
      onQuote,
      (error) => this.#log.warn({ venue, market, err: error }, 'market data stream interrupted'),
      signal,
    );
    await asked;
  }
}
