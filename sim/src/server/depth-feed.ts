import type { Ticks } from '@gridfleet/shared/domain';
import type { Side } from '@gridfleet/shared/domain/matching';
import type { SpotMarket } from '../market/spot-market.js';
import { priceText, quantityText } from '../venue/rules.js';
import type { DiffRange, FeedFormats } from './feed-formats.js';
import type { StreamHub } from './stream-hub.js';

const PARTIAL_DEPTHS = [5, 10, 20];

/** Changed prices that one cadence of diffs has not sent yet. */
interface Pending {
  /** Suffixes of the stream names that this cadence serves. */
  suffixes: readonly string[];
  tenths: number;
  bids: Set<Ticks>;
  asks: Set<Ticks>;
  /** Update id of the last diff. */
  sentId: number;
}

/** The diff and partial depth streams of one market, all in the sequence of the REST snapshot. */
export class DepthFeed {
  readonly #pending: readonly Pending[];

  constructor(
    private readonly market: SpotMarket,
    private readonly hub: StreamHub,
    private readonly formats: FeedFormats,
  ) {
    this.#pending = formats.cadences.map((cadence) => ({
      ...cadence,
      bids: new Set(),
      asks: new Set(),
      sentId: market.updateId,
    }));
    market.book.takeChanges();
  }

  /** Call each tenth of a second, with the number of calls before. */
  publish(now: number, tenth: number): void {
    const changes = this.market.book.takeChanges();
    for (const pending of this.#pending) {
      for (const price of changes.bids) pending.bids.add(price);
      for (const price of changes.asks) pending.asks.add(price);
      if (tenth % pending.tenths === 0) this.#send(pending, now);
    }
  }

  #send(pending: Pending, now: number): void {
    const { market, hub, formats } = this;
    if (pending.bids.size === 0 && pending.asks.size === 0) return;
    const name = market.rules.symbol.toLowerCase();
    const range: DiffRange = {
      now,
      firstId: pending.sentId + 1,
      lastId: market.updateId,
      previousId: pending.sentId,
    };
    for (const suffix of pending.suffixes) {
      hub.publish(`${name}@depth${suffix}`, () =>
        formats.diff(market, range, this.#levels('buy', pending.bids), this.#levels('sell', pending.asks)),
      );
      for (const depth of PARTIAL_DEPTHS)
        hub.publish(`${name}@depth${depth}${suffix}`, () => formats.partial(market, range, depth));
    }
    pending.sentId = market.updateId;
    pending.bids.clear();
    pending.asks.clear();
  }

  #levels(side: Side, prices: ReadonlySet<Ticks>): [string, string][] {
    const { book, rules } = this.market;
    return [...prices].map((price) => [
      priceText(rules, price),
      quantityText(rules, book.displayed(side, price)),
    ]);
  }
}
