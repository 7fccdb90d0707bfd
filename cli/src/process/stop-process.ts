import { isStillRunning, type ProcessIdentity } from './process-identity.js';
import { waitUntil } from './wait-until.js';

/** How long a process that got SIGKILL may take to disappear; the kernel needs milliseconds. */
const KILL_GRACE_MS = 5_000;

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it ended between the check and the signal, which is what we want.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Asks a process to end and waits; when it has not ended after `graceMs` it is killed.
 * @returns whether it ended by itself
 */
export async function stopProcess(
  identity: ProcessIdentity,
  { signal = 'SIGTERM', graceMs }: { signal?: NodeJS.Signals; graceMs: number },
): Promise<boolean> {
  if (!isStillRunning(identity)) return true;
  send(identity.pid, signal);
  const ended = (): boolean => !isStillRunning(identity);
  try {
    await waitUntil(ended, { timeoutMs: graceMs, what: `process ${identity.pid} to end` });
    return true;
  } catch {
    send(identity.pid, 'SIGKILL');
    await waitUntil(ended, { timeoutMs: KILL_GRACE_MS, what: `killed process ${identity.pid} to disappear` });
    return false;
  }
}
