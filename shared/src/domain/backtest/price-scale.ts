import { dec, Decimal } from '../numbers/decimal.js';
import type { Market, Ticks } from '../market/market.js';

/**
 * Converts between a market's ticks and prices kept as whole numbers of 10^-`places`, exactly even where one is not a
 * multiple of the other. @throws RangeError when a tick is too fine to be counted.
 */
export class PriceScale {
  /** Finest common units in one price unit and in one tick. */
  readonly #perPrice: number;
  readonly #perTick: number;
  readonly #unit: Decimal;

  constructor(market: Market, places: number) {
    const tick = dec(market.tickSize);
    const finest = Math.max(places, tick.decimalPlaces());
    this.#perPrice = 10 ** (finest - places);
    this.#perTick = tick.times(new Decimal(10).pow(finest)).toNumber();
    this.#unit = new Decimal(10).pow(-places);
    if (!Number.isSafeInteger(this.#perPrice) || !Number.isSafeInteger(this.#perTick))
      throw new RangeError(`prices with ${finest} decimal places cannot be counted exactly`);
  }

  /** The last tick not above a price. */
  ticksBelow(price: number): Ticks {
    return Math.floor((price * this.#perPrice) / this.#perTick);
  }

  /** The first tick not below a price. */
  ticksAbove(price: number): Ticks {
    return Math.ceil((price * this.#perPrice) / this.#perTick);
  }

  /** The highest price in whole units that is not above a tick. */
  priceBelow(ticks: Ticks): number {
    return Math.floor((ticks * this.#perTick) / this.#perPrice);
  }

  /** The lowest price in whole units that is not below a tick. */
  priceAbove(ticks: Ticks): number {
    return Math.ceil((ticks * this.#perTick) / this.#perPrice);
  }

  /** A price in quote per base. */
  toDecimal(price: number): Decimal {
    return this.#unit.times(price);
  }
}
