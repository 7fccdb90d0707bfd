/** Exchange time, ms since the epoch. */
export interface Clock {
  now(): number;
}

/** Exchange time is wall time: unmodified clients sign with their own clock. */
export const wallClock: Clock = { now: () => Date.now() };

/** Exchange time that only moves when it is told to: events, candles and signatures follow the replayed data. */
export class VirtualClock implements Clock {
  #now: number;

  /** @param start exchange time it begins at, ms since the epoch. */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return Math.floor(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
