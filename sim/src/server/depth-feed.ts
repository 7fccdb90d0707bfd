import type { Ticks } from '@gridfleet/shared/domain';
import type { Side } from '@gridfleet/shared/domain/matching';
import type { SpotMarket } from '../market/spot-market.js';
import { depthJson } from '../venue/market-formats.js';
import { priceText, quantityText } from '../venue/rules.js';
import type { StreamHub } from './stream-hub.js';

const PARTIAL_DEPTHS = [5, 10, 20];

/** Changed prices that one cadence of diffs has not sent yet. */
interface Pending {
  /** Suffixes of the stream names that this cadence serves. */
  suffixes: readonly string[];
  bids: Set<Ticks>;
  asks: Set<Ticks>;
  /** Update id of the last diff. */
  sentId: number;
}

/** The diff and partial depth streams of one market, all in the sequence of the REST snapshot. */
export class DepthFeed {
  readonly #fast: Pending;
  readonly #slow: Pending;

  constructor(
    private readonly market: SpotMarket,
    private readonly hub: StreamHub,
  ) {
    const pending = (suffixes: readonly string[]): Pending => ({
      suffixes,
      bids: new Set(),
      asks: new Set(),
      sentId: market.updateId,
    });
    this.#fast = pending(['@100ms']);
    this.#slow = pending(['', '@1000ms']);
    market.book.takeChanges();
  }

  /** Call each 100 ms; `second` on every tenth call. */
  publish(now: number, second: boolean): void {
    const changes = this.market.book.takeChanges();
    for (const pending of [this.#fast, this.#slow]) {
      for (const price of changes.bids) pending.bids.add(price);
      for (const price of changes.asks) pending.asks.add(price);
    }
    this.#send(this.#fast, now);
    if (second) this.#send(this.#slow, now);
  }

  #send(pending: Pending, now: number): void {
    const { market, hub } = this;
    if (pending.bids.size === 0 && pending.asks.size === 0) return;
    const name = market.rules.symbol.toLowerCase();
    const diff = {
      e: 'depthUpdate',
      E: now,
      s: market.rules.symbol,
      U: pending.sentId + 1,
      u: market.updateId,
    };
    for (const suffix of pending.suffixes) {
      hub.publish(`${name}@depth${suffix}`, () => ({
        ...diff,
        b: this.#levels('buy', pending.bids),
        a: this.#levels('sell', pending.asks),
      }));
      for (const depth of PARTIAL_DEPTHS)
        hub.publish(`${name}@depth${depth}${suffix}`, () => depthJson(market, depth));
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
