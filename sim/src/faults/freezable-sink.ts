import type { Steps, Ticks } from '@gridfleet/shared/domain';
import type { BookSnapshot, Level, Side } from '@gridfleet/shared/domain/matching';
import type { MarketSink } from '../market/source.js';

/** What the outside book did while it could not be seen. */
interface Missed {
  snapshot: BookSnapshot | undefined;
  bids: Map<Ticks, Steps>;
  asks: Map<Ticks, Steps>;
  quote: [bid: Level, ask: Level] | undefined;
}

/**
 * Passes outside market data on until it is frozen. A frozen market stands still: trades outside are lost to it, and
 * when it thaws the book jumps to where the outside market is.
 */
export class FreezableSink implements MarketSink {
  #missed: Missed | undefined;
  #freezes = 0;

  constructor(private readonly sink: MarketSink) {}

  get frozen(): boolean {
    return this.#freezes > 0;
  }

  /** @returns how to thaw; the market moves again when every freeze has ended. */
  freeze(): () => void {
    this.#freezes++;
    this.#missed ??= { snapshot: undefined, bids: new Map(), asks: new Map(), quote: undefined };
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--this.#freezes === 0) this.#thaw();
    };
  }

  reset(snapshot: BookSnapshot): void {
    if (!this.#missed) return this.sink.reset(snapshot);
    this.#missed = { snapshot, bids: new Map(), asks: new Map(), quote: undefined };
  }

  quote(bid: Level, ask: Level): void {
    if (!this.#missed) return this.sink.quote(bid, ask);
    this.#missed.quote = [bid, ask];
    this.#missed.bids.set(...bid);
    this.#missed.asks.set(...ask);
  }

  levels(changes: BookSnapshot): void {
    if (!this.#missed) return this.sink.levels(changes);
    for (const level of changes.bids) this.#missed.bids.set(...level);
    for (const level of changes.asks) this.#missed.asks.set(...level);
  }

  trade(price: Ticks, quantity: Steps, aggressor: Side): void {
    if (!this.#missed) this.sink.trade(price, quantity, aggressor);
  }

  #thaw(): void {
    const missed = this.#missed;
    this.#missed = undefined;
    if (!missed) return;
    const { snapshot, quote, bids, asks } = missed;
    if (snapshot) this.sink.reset(snapshot);
    if (!quote) return this.sink.levels({ bids: [...bids], asks: [...asks] });
    this.sink.quote(...quote);
    // Levels better than the last quote are gone, whether or not a diff said so: they would cross the other side.
    const [[bid], [ask]] = quote;
    this.sink.levels({
      bids: [...bids].filter(([price]) => price <= bid),
      asks: [...asks].filter(([price]) => price >= ask),
    });
  }
}
