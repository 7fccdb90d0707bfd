/** A program that ran this long is healthy again: its next restart starts from the shortest pause. */
const HEALTHY_AFTER_MS = 60_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Restarts in a row so far, and how long the program ran before it ended. */
export interface RestartHistory {
  failures: number;
  ranMs: number;
}

/** The pause before the next restart: 0.5 s, doubled for each failure in a row, at most 30 s. */
export function nextRestart({ failures, ranMs }: RestartHistory): { failures: number; pauseMs: number } {
  const earlier = ranMs >= HEALTHY_AFTER_MS ? 0 : failures;
  return { failures: earlier + 1, pauseMs: Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** earlier) };
}
