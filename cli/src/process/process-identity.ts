import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether a process with this id exists (a zombie counts until it is reaped). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Linux: start time in clock ticks since boot, field 22; the name in field 2 may itself hold spaces and brackets. */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined; // it ended meanwhile
  }
}

function portableStartTime(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5_000,
    });
    return text.trim() || undefined;
  } catch {
    return undefined; // ps exits 1 when there is no such process
  }
}

/**
 * When a process started, as an opaque text; undefined when it does not run. Process ids are reused by the system:
 * only the pair (pid, start time) says that it is still the process we mean.
 */
export function startTimeOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? linuxStartTime(pid) : portableStartTime(pid);
}

/** A process that can be recognised later, also after a restart of the program that noted it. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** Notes who a running process is; undefined when it has ended already. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

/** Whether exactly this process still runs. */
export function isStillRunning({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}
