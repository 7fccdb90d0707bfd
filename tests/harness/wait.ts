import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait, and for what: the text completes "timed out after N ms waiting for …". */
export interface WaitOptions {
  timeoutMs: number;
  what: string;
  /** Pause between looks, default 50 ms. */
  everyMs?: number;
}

/**
 * Polls until `look` returns something other than false, null or undefined, and returns it. An error thrown by `look`
 * counts as "not yet"; the last one is the cause of the time-out.
 */
export async function waitUntil<T>(
  look: () => T | Promise<T>,
  { timeoutMs, what, everyMs = 50 }: WaitOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    try {
      const seen = await look();
      if (seen !== false && seen !== null && seen !== undefined) {
        return seen as Exclude<T, false | null | undefined>;
      }
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause });
    }
    await delay(everyMs);
  }
}
