import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout: three folders above both `cli/src/up` and `cli/dist/up`. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Where `gridfleet up` keeps everything it creates. */
export interface Home {
  dir: string;
  logs: string;
  /** One record per started program, so that the next start recognises what a crash left behind. */
  run: string;
  lock: string;
  state: string;
  secrets: string;
  redis: string;
  mariadb: string;
  simState: string;
  simAccounts: string;
}

/** The folder is `.gridfleet` in the checkout, or `GRIDFLEET_HOME`. */
export function homeOf(env: NodeJS.ProcessEnv): Home {
  const dir = resolve(env['GRIDFLEET_HOME'] || join(ROOT, '.gridfleet'));
  return {
    dir,
    logs: join(dir, 'logs'),
    run: join(dir, 'run'),
    lock: join(dir, 'up.lock'),
    state: join(dir, 'state.json'),
    secrets: join(dir, 'secrets.json'),
    redis: join(dir, 'redis'),
    mariadb: join(dir, 'mariadb'),
    simState: join(dir, 'sim-state.json'),
    simAccounts: join(dir, 'demo-accounts.json'),
  };
}

/** Creates the folders that must exist before anything is started. */
export function createHome(home: Home): void {
  for (const folder of [home.dir, home.logs, home.run]) mkdirSync(folder, { recursive: true });
}
