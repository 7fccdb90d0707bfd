import type { Ticks } from '../market/market.js';
import type { Side } from './types.js';

/** One side of a book: values keyed by price and sorted from best to worst. */
export class Ladder<T> {
  /** Ascending by goodness, so that the busy end of the array is its cheap end. */
  readonly #ranks: number[] = [];
  readonly #values = new Map<Ticks, T>();
  readonly #sign: 1 | -1;

  constructor(readonly side: Side) {
    this.#sign = side === 'buy' ? 1 : -1;
  }

  get size(): number {
    return this.#ranks.length;
  }

  get(price: Ticks): T | undefined {
    return this.#values.get(price);
  }

  set(price: Ticks, value: T): void {
    if (!this.#values.has(price)) {
      const rank = price * this.#sign;
      this.#ranks.splice(this.#indexOf(rank), 0, rank);
    }
    this.#values.set(price, value);
  }

  delete(price: Ticks): boolean {
    if (!this.#values.delete(price)) return false;
    this.#ranks.splice(this.#indexOf(price * this.#sign), 1);
    return true;
  }

  clear(): void {
    this.#ranks.length = 0;
    this.#values.clear();
  }

  /** The price at a place counted from the best (0), or undefined beyond the last. */
  priceAt(place: number): Ticks | undefined {
    const rank = this.#ranks[this.#ranks.length - 1 - place];
    return rank === undefined ? undefined : rank * this.#sign;
  }

  /** All prices, best first. */
  prices(): Ticks[] {
    return this.#ranks.map((rank) => rank * this.#sign).reverse();
  }

  /** First index whose rank is not below `rank`. */
  #indexOf(rank: number): number {
    let low = 0;
    let high = this.#ranks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranks[middle] ?? 0) < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
