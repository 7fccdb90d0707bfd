import { freePort, isPortFree, nextFreePort } from '../services/free-port.js';
import { UserError } from '../user-error.js';
import type { State } from './state.js';

/** The UI's usual port. */
const API_PORT = 8420;

/**
 * Chooses the ports of a start: the saved ones while they are free, so that bookmarks and configured clients go on
 * working.
 * @param wanted the UI's port when the user asked for one; it is then that one or an error
 */
export async function choosePorts(saved: State['ports'], wanted?: number): Promise<Required<State['ports']>> {
  if (wanted !== undefined && wanted !== 0 && !(await isPortFree(wanted))) {
    throw new UserError(
      `port ${wanted} is in use by another program: choose another with --port, or leave it out.`,
    );
  }
  const taken = new Set<number>();
  const distinct = async (choose: () => Promise<number>): Promise<number> => {
    for (;;) {
      const port = await choose();
      if (!taken.has(port)) {
        taken.add(port);
        return port;
      }
    }
  };
  const choices = {
    api: () => (wanted !== undefined ? freePort(wanted) : apiPort(saved.api)),
    redis: () => freePort(saved.redis),
    mariadb: () => freePort(saved.mariadb),
    sim: () => freePort(saved.sim),
  };
  return {
    api: await distinct(choices.api),
    redis: await distinct(choices.redis),
    mariadb: await distinct(choices.mariadb),
    sim: await distinct(choices.sim),
  };
}

async function apiPort(saved: number | undefined): Promise<number> {
  return saved !== undefined && (await isPortFree(saved)) ? saved : nextFreePort(API_PORT);
}
