import { priceUnits } from '../venue/rules.js';
import type { Units } from '../venue/units.js';
import type { SpotMarket } from '../market/spot-market.js';

/** How far a price has been since it was last looked at. */
export interface PriceRange {
  low: Units;
  high: Units;
}

/**
 * Mark and index price of a contract. The index is the middle of the book; the mark follows it exponentially with a
 * time constant, unless a fixed one is set by hand.
 */
export class MarkPrice {
  #mark: Units | undefined;
  #fixed: Units | undefined;
  #time = 0;
  #range: PriceRange | undefined;

  constructor(
    private readonly market: SpotMarket,
    /** Time constant, ms; 0 makes the mark follow at once. */
    private readonly smoothingMs: number,
  ) {}

  get value(): Units {
    return this.#fixed ?? this.#mark ?? this.index;
  }

  /** Middle of the best quotes; the last price without both. */
  get index(): Units {
    const { rules, best } = this.market;
    if (!best.bid || !best.ask) return priceUnits(rules, this.market.lastPrice());
    return (priceUnits(rules, best.bid[0]) + priceUnits(rules, best.ask[0])) / 2n;
  }

  /** Holds the mark at a price; undefined lets it follow the market again. */
  fix(price: Units | undefined): void {
    this.#fixed = price;
    this.#note();
  }

  update(now: number): void {
    const { index } = this;
    const elapsed = Math.max(0, Math.floor(now - this.#time));
    const before = this.#mark ?? index;
    const weight = elapsed + this.smoothingMs;
    this.#mark = weight === 0 ? index : before + ((index - before) * BigInt(elapsed)) / BigInt(weight);
    if (this.smoothingMs === 0) this.#mark = index;
    this.#time = now;
    this.#note();
  }

  /** Lowest and highest mark since the last call. */
  takeRange(): PriceRange {
    const { value } = this;
    const range = this.#range ?? { low: value, high: value };
    this.#range = { low: value, high: value };
    return range;
  }

  #note(): void {
    const { value } = this;
    const range = (this.#range ??= { low: value, high: value });
    if (value < range.low) range.low = value;
    if (value > range.high) range.high = value;
  }
}
