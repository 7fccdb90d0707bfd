import { setTimeout as delay } from 'node:timers/promises';
import type { Supervisor } from '../process/supervisor.js';
import { ApiRefused, createApiClient, type ApiClient } from './api-client.js';
import { apiProcess, childEnvironment, simProcess, workerProcess } from './children.js';
import { startMariadb, startRedis } from './databases.js';
import { ensureDemo } from './demo.js';
import type { Home } from './home.js';
import { choosePorts } from './ports.js';
import { part, say } from './screen.js';
import { loadSecrets, type Secrets } from './secrets.js';
import { readState, writeState, type State } from './state.js';

/** What a start needs. */
export interface StartOptions {
  home: Home;
  env: NodeJS.ProcessEnv;
  supervisor: Supervisor;
  /** The UI's port when the user asked for one. */
  port: number | undefined;
}

const DEMO_TRIES = 5;
const DEMO_PAUSE_MS = 1_000;

/** The first requests may come before the worker has loaded the markets; a request that is wrong stays wrong. */
async function ensureDemoPatiently(api: ApiClient, secrets: Secrets): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ensureDemo(api, secrets);
      return;
    } catch (error) {
      const isHopeless = error instanceof ApiRefused && error.status < 500;
      if (isHopeless || tries === DEMO_TRIES) throw error;
      await delay(DEMO_PAUSE_MS);
    }
  }
}

/** First start only. A demo that cannot be created is no reason to stop: everything else serves. */
async function createDemo(home: Home, state: State, url: string, secrets: Secrets): Promise<void> {
  try {
    await part('demo account and grid', ensureDemoPatiently(createApiClient(url), secrets));
    writeState(home.state, { ...state, demoCreated: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`  The demo could not be created and is tried again at the next start: ${reason}`);
  }
}

/**
 * Starts databases, simulator, API and worker, and creates the demo once.
 * @returns the address of the UI and the API
 */
export async function startEverything({ home, env, supervisor, port }: StartOptions): Promise<string> {
  const secrets = loadSecrets(home);
  const saved = readState(home.state);
  const ports = await choosePorts(saved.ports, port);
  const state: State = { ...saved, ports };
  writeState(home.state, state);

  const context = { home, secrets, ports, supervisor, env };
  const [redisUrl, databaseUrl] = await Promise.all([
    part('Redis', startRedis(context)),
    part('MariaDB and schema', startMariadb(context)),
    part('exchange simulator', supervisor.start(simProcess(home, env, secrets, ports.sim))),
  ]);
  const childEnv = childEnvironment(env, {
    databaseUrl,
    redisUrl,
    encryptionKey: env['ENCRYPTION_KEY'] || secrets.encryptionKey,
    simPort: ports.sim,
    apiPort: ports.api,
  });
  await Promise.all([
    part('API and web UI', supervisor.start(apiProcess(home, childEnv))),
    part('worker', supervisor.start(workerProcess(home, childEnv))),
  ]);
  const url = `http://127.0.0.1:${ports.api}`;
  if (!state.demoCreated) await createDemo(home, state, url, secrets);
  return url;
}
