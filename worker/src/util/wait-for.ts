import type { Logger } from '@gridfleet/shared/infra';

const RETRY_MS = 500;

/** Tries until it works or the time is up; then the last error says why. */
export async function waitFor<T>(
  what: string,
  ms: number,
  log: Logger,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() + RETRY_MS > deadline) {
        throw new Error(`${what} did not answer within ${ms / 1_000} s`, { cause: error });
      }
      log.warn({ err: error }, `waiting for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
