import type { MarketSource } from './source.js';

/** How often due market data is delivered, ms: small against a client's round trip, large against a timer's cost. */
const TICK_MS = 10;
/** After a longer stall (a suspended laptop) the data goes on from where it was instead of bursting. */
const MAX_ELAPSED_MS = 1000;

/** Drives all sources in lockstep. The speed compresses the data; exchange time stays wall time. */
export class Timeline {
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #speed: number;
  paused = false;

  constructor(
    private readonly sources: readonly MarketSource[],
    speed: number,
    /** Wraps the delivery of one batch, so that its messages leave together. */
    private readonly batch: (deliver: () => void) => void,
  ) {
    this.#speed = checkedSpeed(speed);
  }

  get speed(): number {
    return this.#speed;
  }

  /** @throws RangeError unless 0 < speed <= 10000. */
  set speed(speed: number) {
    this.#speed = checkedSpeed(speed);
  }

  start(): void {
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Delivers `ms` of recorded time at once. */
  advance(ms: number): void {
    this.batch(() => {
      for (const source of this.sources) source.advance(ms);
    });
  }

  #tick(): void {
    const now = performance.now();
    const elapsed = Math.min(now - this.#last, MAX_ELAPSED_MS);
    this.#last = now;
    if (!this.paused) this.advance(elapsed * this.#speed);
  }
}

function checkedSpeed(speed: number): number {
  if (!(speed > 0 && speed <= 10_000))
    throw new RangeError(`speed ${speed} must be above 0 and at most 10000`);
  return speed;
}
