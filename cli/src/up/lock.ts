import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isStillRunning, type ProcessIdentity } from '../process/process-identity.js';
import { readJson, writeJson } from './json-file.js';

/** Who runs `gridfleet up` in a folder; the address is known once it serves. */
export interface LockHolder extends ProcessIdentity {
  url?: string;
}

/** Held until released; `publish` tells later starts where we serve. */
export interface Lock {
  publish: (url: string) => void;
  release: () => void;
}

function readHolder(path: string): LockHolder | undefined {
  let saved: unknown;
  try {
    saved = readJson(path);
  } catch {
    return undefined; // cannot be read: whoever wrote it does not hold it properly
  }
  const { pid, startTime, url } = Object(saved) as Record<string, unknown>;
  if (typeof pid !== 'number' || typeof startTime !== 'string') return undefined;
  return { pid, startTime, ...(typeof url === 'string' ? { url } : {}) };
}

/** The living holder of a lock; one that has died holds nothing. */
export function lockHolder(path: string): LockHolder | undefined {
  const holder = readHolder(path);
  return holder !== undefined && isStillRunning(holder) ? holder : undefined;
}

/**
 * Takes the lock of a folder, also from a holder that has died.
 * @returns the lock, or who holds it
 */
export function takeLock(path: string): { lock: Lock } | { holder: LockHolder } {
  const me = identify(process.pid);
  if (me === undefined) throw new Error('cannot read the start time of this process');
  const mine = `${path}.${process.pid}.new`;
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      try {
        // A link appears with its whole content or not at all, and only one process can create it.
        linkSync(mine, path);
        return {
          lock: {
            publish: (url) => writeJson(path, { ...me, url }, 0o600),
            release: () => rmSync(path, { force: true }),
          },
        };
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const holder = lockHolder(path);
      if (holder !== undefined) return { holder };
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new Error(`could not take the lock ${path}: other starts keep taking it`);
}
