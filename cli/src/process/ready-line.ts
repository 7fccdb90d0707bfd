import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The JSON line a Gridfleet process prints when it serves. */
export type ReadyLine = { ready: true } & Record<string, unknown>;

/** Parses one line of output; undefined when it is not a ready line. */
export function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{') || !line.includes('"ready"')) return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    return value['ready'] === true ? { ...value, ready: true } : undefined;
  } catch {
    return undefined; // a log line that only looks like JSON, or is not complete yet
  }
}

/** Looks for a ready line in a log file, from a byte offset to its end. */
export function findReadyLine({ file, from }: { file: string; from: number }): ReadyLine | undefined {
  const fd = openSync(file, 'r');
  try {
    const text = Buffer.alloc(Math.max(0, fstatSync(fd).size - from));
    const length = readSync(fd, text, 0, text.length, from);
    for (const line of text.toString('utf8', 0, length).split('\n')) {
      const ready = parseReadyLine(line);
      if (ready !== undefined) return ready;
    }
    return undefined;
  } finally {
    closeSync(fd);
  }
}
