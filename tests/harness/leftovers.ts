import { readdirSync, readFileSync, readlinkSync, rmSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive } from '../../cli/src/process/process-identity.js';
import { stopProcess } from '../../cli/src/process/stop-process.js';

/** Servers whose working directory lies below `dir`: only Linux can tell, elsewhere leftovers stay until a reboot. */
function serversBelow(dir: string): number[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dir}/`)) return false;
        return /redis|valkey|mariadbd|mysqld/.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      } catch {
        return false; // it ended, or is not ours to look at
      }
    });
}

/** Stops the servers and removes the folders of test runs that were killed before they could tidy up. */
export async function sweepLeftovers(home: string): Promise<void> {
  for (const name of readdirSync(home)) {
    const owner = Number(/^run-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    const dir = join(home, name);
    for (const pid of serversBelow(dir)) {
      const identity = identify(pid);
      if (identity !== undefined) await stopProcess(identity, { graceMs: 10_000 });
    }
    rmSync(dir, { recursive: true, force: true });
  }
}
