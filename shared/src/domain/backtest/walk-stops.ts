import type { Ticks } from '../market/market.js';

/** Stops of one move that are exactly where the machine wants them; a stop loss or a trail is among these. */
const EXACT_STOPS = 3;
/** Further ones are this part of the price apart: an order that follows every tick would stop a walk at every tick. */
const SPACING = 5_000;

/** Prices at which one move of the market has stopped to wake the machine. */
export class WalkStops {
  readonly #falling: boolean;
  /** How far the walk has come; a machine that asks to be woken behind it is not. */
  #reached: Ticks;
  #count = 0;

  constructor(falling: boolean) {
    this.#falling = falling;
    this.#reached = falling ? Infinity : -Infinity;
  }

  add(price: Ticks): void {
    this.#reached = price;
    this.#count += 1;
  }

  /** Where the machine is woken that wants to be at a price, null when it is not. */
  allowed(price: Ticks | null): Ticks | null {
    if (price === null) return null;
    const isAhead = this.#falling ? price < this.#reached : price > this.#reached;
    if (!isAhead) return null;
    if (this.#count < EXACT_STOPS) return price;
    const apart = Math.ceil(this.#reached / SPACING);
    return this.#falling ? Math.min(price, this.#reached - apart) : Math.max(price, this.#reached + apart);
  }
}
