import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findProgram } from '../cli/bin/programs.mjs';
import { startProcess, type RunningProcess } from '../cli/src/process/managed-process.js';
import { stopProcess } from '../cli/src/process/stop-process.js';
import { freePort } from '../cli/src/services/free-port.js';
import { mariadbProcess, mariadbUrl } from '../cli/src/services/mariadb-server.js';
import { redisProcess, redisUrl } from '../cli/src/services/redis-server.js';
import { sweepLeftovers } from './harness/leftovers.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Redis server of this test run. */
    redisUrl: string;
    /** A MySQL-compatible server of this test run; its user may create databases. */
    databaseUrl: string;
  }
}

const HOME = fileURLToPath(new URL('../.gridfleet/test-services', import.meta.url));

export interface Services {
  redisUrl: string;
  databaseUrl: string;
  stop: () => Promise<void>;
}

function need(program: Parameters<typeof findProgram>[0]): string {
  const path = findProgram(program);
  if (path === undefined)
    throw new Error(`${program} is not installed: run "npm test" once, which installs it.`);
  return path;
}

/**
 * One private Redis and MariaDB, unless TEST_REDIS_URL or TEST_DATABASE_URL names another.
 * @param options `synced`: MariaDB brings every commit to the disk, as an installation does
 */
export async function startServices({ synced = false }: { synced?: boolean } = {}): Promise<Services> {
  mkdirSync(HOME, { recursive: true });
  await sweepLeftovers(HOME);
  const dir = mkdtempSync(join(HOME, `run-${process.pid}-`));
  const password = 'test';
  const running: RunningProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => stopProcess(server, { graceMs: 20_000 })));
    rmSync(dir, { recursive: true, force: true });
  };

  const startRedis = async (): Promise<string> => {
    if (process.env['TEST_REDIS_URL']) return process.env['TEST_REDIS_URL'];
    const options = { dir: join(dir, 'redis'), port: await freePort(), password, durable: false };
    const spec = redisProcess({ ...options, program: need('redis'), logFile: join(dir, 'redis.log') });
    running.push(await startProcess(spec));
    return redisUrl(options);
  };
  const startMariadb = async (): Promise<string> => {
    if (process.env['TEST_DATABASE_URL']) return process.env['TEST_DATABASE_URL'];
    const options = { dir: join(dir, 'mariadb'), port: await freePort(), password, durable: synced };
    const spec = await mariadbProcess({
      ...options,
      program: need('mariadb'),
      installProgram: need('mariadbInstall'),
      logFile: join(dir, 'mariadb.log'),
      allDatabases: true,
    });
    running.push(await startProcess(spec));
    return mariadbUrl(options);
  };
  try {
    const [redis, database] = await Promise.all([startRedis(), startMariadb()]);
    return { redisUrl: redis, databaseUrl: database, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

// Every test project runs this file on its own; they share one pair of servers, and the last one out stops them.
const shared = globalThis as typeof globalThis & {
  testServices?: { users: number; started: Promise<Services> };
};

/** Vitest's global set-up: one private Redis and MariaDB for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = (shared.testServices ??= { users: 0, started: startServices() });
  services.users += 1;
  const { redisUrl: redis, databaseUrl: database, stop } = await services.started;
  process.env['REDIS_URL'] = redis;
  process.env['DATABASE_URL'] = database;
  project.provide('redisUrl', redis);
  project.provide('databaseUrl', database);
  return async () => {
    services.users -= 1;
    if (services.users > 0) return;
    delete shared.testServices;
    await stop();
  };
}
