import { relative } from 'node:path';

/** Seconds with one decimal, e.g. "8.4 s". */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Prints one line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs one part of the start and prints a line when it is done; parts may run side by side. */
export async function part<T>(title: string, work: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work;
  say(`  ${title} … ${seconds(performance.now() - startedAt)}`);
  return result;
}

/** What the closing words need to know. */
export interface Ready {
  url: string;
  logs: string;
  tookMs: number;
  speed: number;
}

/** The closing words of a start: where everything is, what it is, how to stop it. */
export function readyMessage({ url, logs, tookMs, speed }: Ready): string {
  return [
    '',
    `Gridfleet is ready (${seconds(tookMs)}).`,
    '',
    `  Web UI     ${url}/`,
    `  API docs   ${url}/docs`,
    `  Logs       ${relative(process.cwd(), logs) || '.'}`,
    '',
    `  This is a demo: a simulated exchange replays a recorded BTC/USDT market at ${speed} times its speed.`,
    '  No real money and no real orders.',
    '',
    '  Ctrl-C stops everything; the next start continues where it stopped.',
    '',
  ].join('\n');
}
