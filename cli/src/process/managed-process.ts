import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isStillRunning, type ProcessIdentity } from './process-identity.js';
import { stopProcess } from './stop-process.js';
import { waitUntil } from './wait-until.js';

/** A log file that is larger than this when a process starts is kept once as `<name>.1`. */
const LOG_KEEP_BYTES = 20_000_000;

/** How much of a log is shown when a start fails. */
const SHOWN_LINES = 12;
const SHOWN_COLUMNS = 300;

/** How one long-lived program is started, recognised as ready, and stopped. */
export interface ProcessSpec {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Working directory; default: this process's own. */
  cwd?: string;
  /** Receives stdout and stderr. A file and not a pipe, so that the program outlives us without a broken pipe. */
  logFile: string;
  /** Whether the program serves. Given where its output begins in the log file. */
  isReady: (log: { file: string; from: number }) => boolean | Promise<boolean>;
  /** Deadline of the start, milliseconds. */
  readyTimeoutMs: number;
  /** How long a stop may take before the program is killed, milliseconds. */
  graceMs: number;
  /** Do not ask it to stop before it is ready (or has failed): it would never end. */
  stopsOnlyWhenReady?: boolean;
}

/** A program that has been started and was ready. */
export interface RunningProcess extends ProcessIdentity {
  name: string;
  logFile: string;
  /** Resolves when the program has ended, for whatever reason; never rejects. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** The program ended, or did not serve in time; the log file says why. */
export class StartFailed extends Error {
  constructor(
    readonly processName: string,
    readonly logFile: string,
    reason: string,
    lastLines: readonly string[] = [],
  ) {
    super([`${processName} did not start: ${reason}. Its log is ${logFile}`, ...lastLines].join('\n  | '));
    this.name = 'StartFailed';
  }
}

/** The end of what a program has printed since a byte offset, for a message on the screen. */
function lastLines(path: string, from: number): string[] {
  const lines = readFileSync(path).subarray(from).toString('utf8').trimEnd().split('\n');
  return lines.slice(-SHOWN_LINES).map((line) => line.slice(0, SHOWN_COLUMNS));
}

function openLog(path: string): { fd: number; from: number } {
  mkdirSync(dirname(path), { recursive: true });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_KEEP_BYTES) renameSync(path, `${path}.1`);
  return { fd: openSync(path, 'a', 0o600), from: size > LOG_KEEP_BYTES ? 0 : size };
}

/**
 * Starts a program in its own process group (the terminal's Ctrl-C must not reach it before we stop it in order) and
 * waits until it is ready.
 * @param onSpawn called at once with its identity, so that it can be noted before anything can go wrong
 * @throws StartFailed when it ends early or is not ready in time; it is stopped then
 */
export async function startProcess(
  spec: ProcessSpec,
  onSpawn: (identity: ProcessIdentity) => void = () => {},
): Promise<RunningProcess> {
  const { fd, from } = openLog(spec.logFile);
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd,
    env: spec.env ?? process.env,
    detached: true,
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  let ended: string | undefined;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error) => {
      ended = error.message;
      resolve({ code: null, signal: null });
    });
    child.once('exit', (code, signal) => {
      ended = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
      resolve({ code, signal });
    });
  });
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity === undefined) {
    await exited;
    throw new StartFailed(spec.name, spec.logFile, ended ?? 'it ended at once');
  }
  onSpawn(identity);
  try {
    await waitUntil(
      async () => {
        if (ended !== undefined) throw new Error(ended);
        return await spec.isReady({ file: spec.logFile, from });
      },
      { timeoutMs: spec.readyTimeoutMs, what: `${spec.name} to serve` },
    );
  } catch (error) {
    if (isStillRunning(identity)) await stopProcess(identity, { graceMs: spec.graceMs });
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailed(spec.name, spec.logFile, reason, lastLines(spec.logFile, from));
  }
  return { ...identity, name: spec.name, logFile: spec.logFile, exited };
}
