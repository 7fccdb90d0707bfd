import type { Ticks } from '../../market/market.js';
import type { Wake } from '../events.js';
import type { LegContext } from '../kind.js';

/** Collects prices at which something happens, and the time when something does: what is between is a `Wake`. */
export class PriceBand {
  lower: Ticks | null = null;
  upper: Ticks | null = null;
  /** Ms; null while no time is of interest. */
  timerAt: number | null = null;

  below(price: Ticks | null): void {
    if (price !== null && (this.lower === null || price > this.lower)) this.lower = price;
  }

  above(price: Ticks | null): void {
    if (price !== null && (this.upper === null || price < this.upper)) this.upper = price;
  }

  at(time: number | null): void {
    if (time !== null && (this.timerAt === null || time < this.timerAt)) this.timerAt = time;
  }

  wake({ leg, market }: LegContext): Wake {
    return {
      bands: [{ leg, market: market.symbol, lower: this.lower, upper: this.upper }],
      timerAt: this.timerAt,
    };
  }
}
