import type { EngineTimes } from './engine-types.js';

/** Runs read their desired state at the same moments, these far apart, so that one query serves many, ms. */
const TOGETHER_MS = 250;

/** Neighbours' calm ticks are far apart, whatever their number: multiples of the golden ratio. */
const PHASE_STEP = 0.618_033_988_7;

export interface TickClockDeps {
  times: Pick<EngineTimes, 'tickMs' | 'controlMs'>;
  calmTickMs(): number;
  /** Any number, of its own for each run: calm runs keep to turns of their own, however long all of them were held up. */
  phase: number;
  /** When the next look at the venue is due, monotonic ms: looks at one account begin together, and share answers. */
  lookDue(): number;
  /** From when on (wall clock, ms) time itself may call for something; null while something is under way. */
  calmUntil(): number | null;
}

/** A node with more runs than this shows each of them less often. */
const SHOWN_EACH_TICK = 400;
/** The longest time between two looks at a calm run, ticks. */
const MOST_TICKS = 5;

/** How often a node renews what it shows of a run that only waits for the price: work that grows with its runs alone. */
export function calmTickMs(tickMs: number, runs: number): number {
  return tickMs * Math.min(MOST_TICKS, Math.max(1, runs / SHOWN_EACH_TICK));
}

/** When a run's loop does what time calls for. Monotonic ms, but `now`, which is the wall clock. */
export class TickClock {
  readonly #deps: TickClockDeps;
  #tickDue = 0;
  #tickedAt = 0;
  #controlDue = 0;

  constructor(deps: TickClockDeps) {
    this.#deps = deps;
  }

  /** The desired state is read at once. */
  controlNow(): void {
    this.#controlDue = 0;
  }

  /** Whether the desired state is to be read; the next time is set. */
  isControlDue(clock: number): boolean {
    if (clock < this.#controlDue) return false;
    const next = clock + this.#deps.times.controlMs;
    this.#controlDue = Math.ceil(next / TOGETHER_MS) * TOGETHER_MS;
    return true;
  }

  /** Whether this is a tick; it is over with `ticked`. */
  isTick(clock: number): boolean {
    return clock >= this.#tickDue;
  }

  ticked(clock: number): void {
    this.#tickedAt = clock;
  }

  /** How long the loop may wait for letters: a run with something under way ticks more often than a calm one. */
  wait(clock: number, now: number): number {
    const until = this.#deps.calmUntil();
    const often = this.#tickedAt + this.#deps.times.tickMs;
    this.#tickDue =
      until === null ? often : Math.max(often, Math.min(this.#calmTurn(), clock + Math.max(0, until - now)));
    return Math.max(0, Math.min(this.#tickDue, this.#controlDue, this.#deps.lookDue()) - clock);
  }

  /** The first turn of this run's own after its last tick, monotonic ms. */
  #calmTurn(): number {
    const period = this.#deps.calmTickMs();
    const offset = ((this.#deps.phase * PHASE_STEP) % 1) * period;
    return (Math.floor((this.#tickedAt - offset) / period) + 1) * period + offset;
  }
}
