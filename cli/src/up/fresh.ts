import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from './home.js';

/**
 * Removes the data of earlier starts: databases, simulator, ports, secrets. Only what `up` creates, by name, because
 * the folder may be one the user chose. The caller holds the lock and has stopped what a crash left running.
 */
export function removeDemoData(home: Home): void {
  const { redis, mariadb, simState, simAccounts, state, secrets, run } = home;
  // The simulator keeps more files beside its state, named after it.
  const simFiles = readdirSync(home.dir)
    .filter((name) => name.startsWith(basename(simState)))
    .map((name) => join(home.dir, name));
  for (const path of [redis, mariadb, ...simFiles, simAccounts, state, secrets, run]) {
    rmSync(path, { recursive: true, force: true });
  }
}
