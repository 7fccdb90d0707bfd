import type { VirtualClock } from '../clock.js';
import type { MarketSource } from './source.js';

/** How often due market data is delivered, ms: small against a client's round trip, large against a timer's cost. */
const TICK_MS = 10;
/** After a longer stall (a suspended laptop) the data goes on from where it was instead of bursting. */
const MAX_ELAPSED_MS = 1000;
/** Delivering may take this long before clients are served again, ms; data that would need more comes later. */
const MAX_BUSY_MS = 20;
/** Time moves in whole parts of a ms: sums of them are exact, so that markets stay in step for ever. */
const PARTS_PER_MS = 1024;

export interface TimelineOptions {
  /** How much faster than wall time the data plays. */
  speed: number;
  /** Exchange time that moves with the data; undefined when exchange time is wall time. */
  clock?: VirtualClock;
  /** Wraps the delivery of one batch, so that its messages leave together. */
  batch: (deliver: () => void) => void;
}

/** Drives all sources in lockstep: whatever their kind, events come in the order of their times. */
export class Timeline {
  readonly #sources: MarketSource[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  /** Time asked for that is less than a part; it comes with the next. */
  #owed = 0;
  #speed: number;
  paused = false;

  constructor(private readonly options: TimelineOptions) {
    this.#speed = checkedSpeed(options.speed);
  }

  get speed(): number {
    return this.#speed;
  }

  /** @throws RangeError unless 0 < speed <= 10000. */
  set speed(speed: number) {
    this.#speed = checkedSpeed(speed);
  }

  /** Takes in sources that have been started. */
  add(...sources: readonly MarketSource[]): void {
    this.#sources.push(...sources);
  }

  start(): void {
    this.#last = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Delivers `ms` of the data's time at once. */
  advance(ms: number): void {
    this.options.batch(() => {
      const due = this.#owed + ms;
      const parts = Math.floor(due * PARTS_PER_MS);
      this.#owed = due - parts / PARTS_PER_MS;
      for (let left = parts / PARTS_PER_MS; left > 0;) {
        const step = Math.min(left, this.#untilNext());
        this.options.clock?.advance(step);
        for (const source of this.#sources) source.advance(step);
        left -= step;
      }
    });
  }

  #untilNext(): number {
    let next = Infinity;
    for (const { untilNext } of this.#sources) next = Math.min(next, untilNext);
    return Math.max(1, Math.ceil(next * PARTS_PER_MS)) / PARTS_PER_MS;
  }

  #tick(): void {
    const now = performance.now();
    const elapsed = Math.min(now - this.#last, MAX_ELAPSED_MS);
    this.#last = now;
    if (this.paused) return;
    const whole = elapsed * this.#speed;
    const slice = TICK_MS * this.#speed;
    for (let done = 0; done < whole && performance.now() - now < MAX_BUSY_MS; done += slice) {
      this.advance(Math.min(slice, whole - done));
    }
  }
}

function checkedSpeed(speed: number): number {
  if (!(speed > 0 && speed <= 10_000))
    throw new RangeError(`speed ${speed} must be above 0 and at most 10000`);
  return speed;
}
