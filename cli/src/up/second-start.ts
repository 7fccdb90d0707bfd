import type { LockHolder } from './lock.js';

const HEALTH_TIMEOUT_MS = 2_000;

/** Whether something answers at an address, whatever it answers. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/health/live', url), {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return true;
  } catch {
    return false; // refused or silent
  }
}

/** What a second start tells the user about the first. */
export function secondStartMessage(holder: LockHolder, isServing: boolean): string {
  if (holder.url === undefined) {
    return `Gridfleet is starting or stopping in another terminal (process ${holder.pid}).`;
  }
  if (!isServing) {
    return `Gridfleet is running already (process ${holder.pid}), but ${holder.url} does not answer; stop it with Ctrl-C where it runs and start it again.`;
  }
  return `Gridfleet is running already: ${holder.url} (process ${holder.pid}; Ctrl-C in its terminal stops it)`;
}
