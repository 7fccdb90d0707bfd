import { Decimal } from '../numbers/decimal.js';

/** Below this a sum of two whole numbers is exact in a double. */
const FLUSH_AT = 2 ** 52;

/** A sum of whole numbers below 2^52, exact however many there are, at the speed of doubles. */
export class ExactSum {
  #whole = 0n;
  #part = 0;

  add(value: number): void {
    this.#part += value;
    if (this.#part >= FLUSH_AT || this.#part <= -FLUSH_AT) {
      this.#whole += BigInt(this.#part);
      this.#part = 0;
    }
  }

  /** Nearest double; for statistics, never for money. */
  approximate(): number {
    return this.#whole === 0n ? this.#part : Number(this.#whole) + this.#part;
  }

  exact(): Decimal {
    return new Decimal((this.#whole + BigInt(this.#part)).toString());
  }
}
