import type { Ticks } from '@gridfleet/shared/domain';
import type { PathPoint, PricePath } from './path-source.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** How far the price may go from its start either way: keeps it a whole number that fits, whatever the parameters. */
const MAX_LOG = Math.log(1000);

/** A random price: geometric Brownian motion, pulled back to its start, or with jumps. */
export interface RandomProcess {
  /** Start price, ticks. */
  price: Ticks;
  /** Volatility a year, as a fraction (0.8 is 80 %). */
  volatility: number;
  /** Expected growth a year, as a fraction. */
  drift: number;
  /** How much of the way back to the start price is gone an hour, 0 for none; a rate, so above 1 is possible. */
  reversion: number;
  /** Jumps an hour, and the standard deviation of one as a fraction of the price. */
  jumpsPerHour: number;
  jumpSize: number;
  /** Time between two points, ms. */
  everyMs: number;
  /** Mean steps traded at a point. */
  quantity: number;
  seed: number;
}

/** Prices drawn from a seeded process: the same seed gives the same prices, however they are read. */
export class RandomPath implements PricePath {
  readonly length = Infinity;

  constructor(
    readonly symbol: string,
    private readonly process: RandomProcess,
  ) {}

  *points(): Generator<PathPoint, undefined> {
    const { price, volatility, drift, reversion, jumpsPerHour, jumpSize, everyMs, quantity } = this.process;
    const random = uniform(this.process.seed);
    const years = everyMs / YEAR_MS;
    const hours = everyMs / HOUR_MS;
    const deviation = volatility * Math.sqrt(years);
    const growth = (drift - (volatility * volatility) / 2) * years;
    let log = 0;
    for (let point = 0; ; point++) {
      yield {
        time: point * everyMs,
        price: Math.max(1, Math.round(price * Math.exp(log))),
        quantity: Math.max(1, Math.round(-Math.log(1 - random()) * quantity)),
      };
      log += growth + deviation * normal(random) - Math.min(1, reversion * hours) * log;
      if (random() < jumpsPerHour * hours) log += jumpSize * normal(random);
      log = Math.max(-MAX_LOG, Math.min(MAX_LOG, log));
    }
  }
}

/** Standard normal numbers (Box-Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Seeded numbers in [0, 1): xorshift32, its state never zero. */
function uniform(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}
