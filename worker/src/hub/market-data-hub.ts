import type { Environment } from '@gridfleet/shared/schema';
import type { Logger } from '@gridfleet/shared/infra';
import type { VenueQuote } from '../venue/venue.js';
import type { Venues } from '../venue/venues.js';
import { commonBand, isWithin, type QuoteBand } from './quote-band.js';

export interface HubQuote extends VenueQuote {
  /** When it came in, ms on the monotonic clock. */
  receivedAt: number;
}

/** A market without a quote for this long is stale, ms. */
const STALE_MS = 20_000;

type Listener = (quote: HubQuote) => void;

/** Somebody who follows a market. */
export interface Following {
  /** The newest quote, told or not; null before the first. */
  latest(): HubQuote | null;
  /** Quotes within are not told from now on; null: every quote is. */
  sleep(band: QuoteBand | null): void;
  stop(): void;
}

interface Follower {
  listener: Listener;
  band: QuoteBand | null;
}

interface Feed {
  followers: Set<Follower>;
  /** What all followers sleep through, at least; null when somebody is awake. */
  quiet: QuoteBand | null;
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

  /** Calls back with the latest quote now, if there is one, and with each newer one outside the follower's band. */
  subscribe(venue: string, environment: Environment, market: string, listener: Listener): Following {
    const name = `${venue}:${environment}:${market}`;
    const feed = this.#feeds.get(name) ?? this.#open(name, venue, environment, market);
    const follower: Follower = { listener, band: null };
    feed.followers.add(follower);
    feed.quiet = null;
    if (feed.latest !== null) listener(feed.latest);
    return {
      latest: () => feed.latest,
      sleep: (band) => {
        follower.band = band;
        // Found out anew with the next quote that is told: until then it only gets narrower.
        feed.quiet = commonBand([{ band: feed.quiet }, follower]);
      },
      stop: () => {
        feed.followers.delete(follower);
        if (feed.followers.size > 0) return;
        feed.abort.abort();
        if (this.#feeds.get(name) === feed) this.#feeds.delete(name);
      },
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
      followers: new Set(),
      quiet: null,
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
      if (!unchanged) tell(feed, stamped);
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

/** A node has hundreds of runs on a market, nearly all of which wait for a price that is far away. */
function tell(feed: Feed, quote: HubQuote): void {
  if (feed.quiet !== null && isWithin(feed.quiet, quote)) return;
  for (const { listener, band } of feed.followers) {
    if (band === null || !isWithin(band, quote)) listener(quote);
  }
  feed.quiet = commonBand(feed.followers);
}
