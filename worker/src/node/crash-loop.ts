import type { Reason } from '@gridfleet/shared/domain';

/** A node that dies so soon after it took a run may have died of it, ms. */
export const CRASH_WINDOW_MS = 15_000;
/** So many deaths in a row are taken as the run's doing: it waits before the next node takes it. */
export const CRASH_LIMIT = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** What MySQL knows of a run's past when a node wants to take it. Times are MySQL's, ms since epoch. */
export interface RunPast {
  /** Process that took it and did not give it back. */
  holder: string | null;
  claimedAt: number | null;
  crashes: number;
  retryAt: number | null;
}

export type Entry =
  { take: true; crashes: number } | { take: false; crashes: number; retryAt: number; isNew: boolean };

/** Whether a node may take a run now. A holder that has not given it back has died, or lost it. */
export function judgeEntry(past: RunPast, self: string, now: number): Entry {
  const died = past.holder !== null && past.holder !== self;
  if (!died) {
    const { crashes, retryAt } = past;
    if (retryAt !== null && retryAt > now) return { take: false, crashes, retryAt, isNew: false };
    return { take: true, crashes };
  }
  const soon = past.claimedAt !== null && now - past.claimedAt <= CRASH_WINDOW_MS;
  const crashes = soon ? past.crashes + 1 : 1;
  if (crashes < CRASH_LIMIT) return { take: true, crashes };
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (crashes - CRASH_LIMIT), LONGEST_WAIT_MS);
  return { take: false, crashes, retryAt: now + wait, isNew: true };
}

export function crashLoopReason(crashes: number, retryAt: number): Reason {
  return {
    code: 'CRASH_LOOP',
    message:
      `${crashes} nodes in a row ended within seconds of taking it. ` +
      `It is tried again at ${new Date(retryAt).toISOString()}; look at the nodes’ logs, or stop it.`,
  };
}
