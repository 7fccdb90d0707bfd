/** Exchange time, ms since the epoch. */
export interface Clock {
  now(): number;
}

/** Exchange time is wall time: unmodified clients sign with their own clock. */
export const wallClock: Clock = { now: () => Date.now() };
