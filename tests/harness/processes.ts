import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitUntil } from './wait.js';

const BIN = fileURLToPath(new URL('../../cli/bin/gridfleet.js', import.meta.url));

/** The JSON line a command prints when it serves, e.g. `{"ready":true,"port":8420}`. */
export interface ReadyLine {
  ready: true;
  [field: string]: unknown;
}

/** A `gridfleet` command running as its own process. */
export interface GridfleetProcess {
  pid: number;
  ready: ReadyLine;
  /** Everything it has printed so far, both streams, in order of arrival. */
  output: () => string;
  /** Exit code, or undefined while it runs; -1 when a signal ended it. */
  exitCode: () => number | undefined;
  /** SIGTERM, waits for the end; SIGKILL and an error after `timeoutMs`. */
  stop: (timeoutMs?: number) => Promise<void>;
  /** SIGKILL, as a crash would do, and waits for the end. */
  kill: () => Promise<void>;
  /** SIGSTOP: it stays there and does nothing. */
  freeze: () => void;
  /** SIGCONT: it goes on where it was. */
  thaw: () => void;
}

/** What a command is started with. */
export interface GridfleetOptions {
  /** Added to this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** Deadline for the ready line, default 60 s. */
  readyTimeoutMs?: number;
}

function parseReady(line: string): ReadyLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value['ready'] === true ? (value as ReadyLine) : undefined;
  } catch {
    return undefined; // a log line that only looks like JSON
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

const alive = new Set<ChildProcess>();
// What a test that broke off has started must not outlive it.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Starts `gridfleet <args>` and waits for its ready line. The build must be current. */
export async function startGridfleet(
  args: readonly string[],
  { env = {}, readyTimeoutMs = 60_000 }: GridfleetOptions = {},
): Promise<GridfleetProcess> {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  const name = `gridfleet ${args[0] ?? ''}`;
  const lines: string[] = [];
  let ready: ReadyLine | undefined;
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    ready ??= parseReady(line);
  });
  createInterface(child.stderr).on('line', (line) => lines.push(line));
  child.on('error', (error) => lines.push(String(error)));

  const output = (): string => lines.join('\n');
  const exitCode = (): number | undefined => (ended(child) ? (child.exitCode ?? -1) : undefined);
  const waitForEnd = (timeoutMs: number): Promise<true> =>
    waitUntil(() => ended(child), { timeoutMs, what: `${name} to end`, everyMs: 10 });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await waitForEnd(5_000);
  };
  const stop = async (timeoutMs = 60_000): Promise<void> => {
    child.kill('SIGTERM');
    try {
      await waitForEnd(timeoutMs);
    } catch (error) {
      await kill();
      throw new Error(`${name} did not end on SIGTERM; it printed:\n${output()}`, { cause: error });
    }
  };

  let line: ReadyLine | 'ended' | undefined;
  try {
    line = await waitUntil(() => ready ?? (ended(child) ? ('ended' as const) : undefined), {
      timeoutMs: readyTimeoutMs,
      what: `${name} to be ready`,
      everyMs: 10,
    });
  } catch (error) {
    await kill();
    throw new Error(`${name} was not ready in time; it printed:\n${output()}`, { cause: error });
  }
  if (line === 'ended' || child.pid === undefined) {
    throw new Error(`${name} ended (code ${exitCode()}) before it was ready; it printed:\n${output()}`);
  }
  const freeze = (): void => void child.kill('SIGSTOP');
  const thaw = (): void => void child.kill('SIGCONT');
  return { pid: child.pid, ready: line, output, exitCode, stop, kill, freeze, thaw };
}
