import type { Logger } from '@gridfleet/shared/infra';
import { NotSentError } from './venue-error.js';

export interface ClockTimes {
  /** Pause between two measurements, ms. */
  everyMs: number;
  /** Samples of one measurement; the median counts. */
  samples: number;
  /** Offset that is worth a warning, ms. */
  warnMs: number;
  /** Offset beyond which nothing is signed, ms: the exchange refuses a time one second ahead of its own. */
  stopMs: number;
  /** Difference between the wall clock and the monotonic one since the last measurement that means a jump, ms. */
  jumpMs: number;
}

export const CLOCK_TIMES: ClockTimes = {
  everyMs: 60_000,
  samples: 5,
  warnMs: 500,
  stopMs: 1_000,
  jumpMs: 250,
};

export interface ClockDeps {
  /** Asks the exchange for its time, ms since epoch. */
  ask(): Promise<number>;
  log: Logger;
  times?: Partial<ClockTimes>;
  wall?: () => number;
  monotonic?: () => number;
}

interface Measured {
  /** Exchange's time minus ours, ms. */
  offset: number;
  wall: number;
  monotonic: number;
}

/** The difference between our clock and the exchange's. Requests are signed by the exchange's time or not at all. */
export class ClockWatch {
  readonly #ask: () => Promise<number>;
  readonly #log: Logger;
  readonly #times: ClockTimes;
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #measured: Measured | null = null;
  #measuring: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: ClockDeps) {
    this.#ask = () => deps.ask();
    this.#log = deps.log;
    this.#times = { ...CLOCK_TIMES, ...deps.times };
    this.#wall = deps.wall ?? Date.now;
    this.#monotonic = deps.monotonic ?? (() => performance.now());
  }

  /** Measures now, if nothing is known, and once a minute from now on. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => this.#refresh(), this.#times.everyMs).unref();
    if (this.#measured === null) await this.measure();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The exchange's time, ms since epoch; ours while nothing is known. */
  now(): number {
    return this.#wall() + (this.#measured?.offset ?? 0);
  }

  /** The exchange's clock minus ours, ms; null before the first measurement. */
  offset(): number | null {
    return this.#measured?.offset ?? null;
  }

  /** Why nothing may be signed now, null when all is well. */
  problem(): string | null {
    const measured = this.#measured;
    if (measured === null) return 'The exchange’s time is not known yet.';
    const jump = this.#wall() - measured.wall - (this.#monotonic() - measured.monotonic);
    if (Math.abs(jump) > this.#times.jumpMs) {
      return `This machine’s clock jumped by ${Math.round(jump)} ms; the exchange’s time is being asked for.`;
    }
    if (Math.abs(measured.offset) > this.#times.stopMs) {
      return `This machine’s clock is ${Math.round(-measured.offset)} ms ahead of the exchange’s.`;
    }
    return null;
  }

  /** @throws NotSentError when a signed request would carry a doubtful time. */
  assertSafe(): void {
    const problem = this.problem();
    if (problem === null) return;
    this.#refresh();
    throw new NotSentError('CLOCK_UNSAFE', `${problem} Nothing was sent.`);
  }

  /** One measurement; those who ask meanwhile share it. @throws what asking the exchange throws. */
  async measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    await this.#measuring;
  }

  async #measure(): Promise<void> {
    const offsets: number[] = [];
    for (let sample = 0; sample < this.#times.samples; sample++) {
      const sent = this.#monotonic();
      const time = await this.#ask();
      const received = this.#monotonic();
      // Half of the round trip is the way back: the exchange's word is that much older now.
      offsets.push(time + (received - sent) / 2 - this.#wall());
    }
    offsets.sort((a, b) => a - b);
    const offset = offsets[Math.floor(offsets.length / 2)];
    if (offset === undefined) throw new RangeError('a measurement needs a sample');
    this.#measured = { offset, wall: this.#wall(), monotonic: this.#monotonic() };
    if (Math.abs(offset) > this.#times.warnMs) {
      this.#log.warn({ offsetMs: Math.round(offset) }, 'the clock differs from the exchange’s');
    }
  }

  #refresh(): void {
    this.measure().catch((error: unknown) =>
      this.#log.warn({ err: error }, 'the exchange’s time could not be asked for'),
    );
  }
}
