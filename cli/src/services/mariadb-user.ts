import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The system user that MariaDB's packages create. */
const SERVICE_USER = 'mysql';

interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

function serviceUser(): SystemUser | undefined {
  const id = (flag: string): number =>
    Number(
      execFileSync('id', [flag, SERVICE_USER], {
        encoding: 'utf8',
        timeout: 5_000,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  try {
    return { name: SERVICE_USER, uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined; // no such user on this system
  }
}

/** Whether everybody may pass through every folder above `dir`; root's home, for one, is closed to others. */
function isReachable(dir: string): boolean {
  for (let folder = dirname(dir); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined && (stat.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Which user MariaDB must run as: undefined (ourselves) unless we are root, which it refuses to be silently. Then the
 * system's own user where it can reach the data, else root said explicitly.
 */
export function mariadbUser(dir: string): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = serviceUser();
  return user !== undefined && isReachable(dir) ? user : { name: 'root', uid: 0, gid: 0 };
}

/** Gives files to the user the server runs as; nothing to do when that is us. */
export function giveTo(user: SystemUser | undefined, ...paths: readonly string[]): void {
  if (user === undefined) return;
  for (const path of paths) chownSync(path, user.uid, user.gid);
}
