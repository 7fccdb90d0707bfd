import type { Severity } from '@gridfleet/shared/schema';

const FIRST_MS = 2_000;
const LONGEST_MS = 15 * 60_000;
/** Attempts before a message is given up: with the waits between them a good hour, and a good seven for critical ones. */
const ATTEMPTS: Readonly<Record<Severity, number>> = { info: 14, warning: 14, critical: 60 };

export function isLastAttempt(severity: Severity, attempts: number): boolean {
  return attempts >= ATTEMPTS[severity];
}

/**
 * Wait before the next attempt, ms: full jitter below a doubling bound, and never less than the receiver asked for.
 * @param attempts made so far
 * @param random in [0, 1)
 */
export function retryWait(attempts: number, random: number, askedMs = 0): number {
  const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.max(askedMs, Math.floor(random * bound));
}
