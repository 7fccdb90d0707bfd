import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `check` answers true.
 * @param what completes the sentence "timed out after N ms waiting for …"
 * @throws Error when `timeoutMs` passes first, or whatever `check` throws
 */
export async function waitUntil(
  check: () => boolean | Promise<boolean>,
  { timeoutMs, what, everyMs = 25 }: { timeoutMs: number; what: string; everyMs?: number },
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`);
    await delay(everyMs);
  }
}
