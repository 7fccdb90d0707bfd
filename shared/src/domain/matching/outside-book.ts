import type { Steps, Ticks } from '../market/market.js';
import { Ladder } from './ladder.js';
import type { Level, Side } from './types.js';

/**
 * One side of the market outside: what it displays, less what our takers have already taken of it. What is taken
 * stays taken until the outside market next changes that level.
 */
export class OutsideSide {
  readonly #displayed: Ladder<Steps>;
  readonly #taken = new Map<Ticks, Steps>();

  constructor(readonly side: Side) {
    this.#displayed = new Ladder<Steps>(side);
  }

  /** Sets a level; zero removes it. @returns whether the level changed. */
  set(price: Ticks, quantity: Steps): boolean {
    const before = this.#displayed.get(price) ?? 0;
    if (before === quantity) return false;
    this.#taken.delete(price);
    if (quantity === 0) this.#displayed.delete(price);
    else this.#displayed.set(price, quantity);
    return true;
  }

  /** Steps that can still be taken at a price. */
  available(price: Ticks): Steps {
    return (this.#displayed.get(price) ?? 0) - (this.#taken.get(price) ?? 0);
  }

  take(price: Ticks, quantity: Steps): void {
    this.#taken.set(price, (this.#taken.get(price) ?? 0) + quantity);
  }

  /** Prices that still have something to take, best first. */
  *levels(): Generator<Level> {
    for (let place = 0; ; place++) {
      const price = this.#displayed.priceAt(place);
      if (price === undefined) return;
      const quantity = this.available(price);
      if (quantity > 0) yield [price, quantity];
    }
  }

  best(): Level | null {
    const first = this.levels().next();
    return first.done ? null : first.value;
  }

  /** The best price as displayed, taken or not. */
  bestDisplayed(): Ticks | undefined {
    return this.#displayed.priceAt(0);
  }

  prices(): Ticks[] {
    return this.#displayed.prices();
  }
}
