import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { UserError } from '../user-error.js';

/**
 * Reads a JSON file written by us.
 * @returns undefined when there is none
 * @throws UserError when it cannot be read as JSON: guessing would lose ports or keys
 */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path} is damaged: repair it, or start over with "npm start -- --fresh".`, {
      cause: error,
    });
  }
}

/** Replaces a JSON file in one step: a crash leaves the old or the new one, never half of one. */
export function writeJson(path: string, value: unknown, mode = 0o644): void {
  const unfinished = `${path}.${process.pid}.new`;
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode });
  renameSync(unfinished, path);
}
