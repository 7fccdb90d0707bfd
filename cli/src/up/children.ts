import { join } from 'node:path';
import type { ProcessSpec } from '../process/managed-process.js';
import { findReadyLine } from '../process/ready-line.js';
import { ROOT, type Home } from './home.js';
import { writeJson } from './json-file.js';
import type { Secrets } from './secrets.js';

/** Recorded seconds per real second: the demo's grid fills several times a minute. */
export const DEMO_SPEED = 5;

/** The account the simulator's demo trades with. The maker rate lets a narrow grid earn more than its fees. */
export function demoSimulatorAccount({ demoApiKey, demoApiSecret }: Secrets): object {
  return {
    apiKey: demoApiKey,
    apiSecret: demoApiSecret,
    balances: { USDT: '100000', BTC: '1' },
    makerRate: '0.0001',
    takerRate: '0.0001',
  };
}

function gridfleetProcess(
  home: Home,
  args: readonly [name: string, ...rest: string[]],
  env: NodeJS.ProcessEnv,
): ProcessSpec {
  return {
    name: args[0],
    command: process.execPath,
    args: [join(ROOT, 'cli', 'bin', 'gridfleet.js'), ...args],
    env,
    logFile: join(home.logs, `${args[0]}.log`),
    isReady: (log) => findReadyLine(log) !== undefined,
    readyTimeoutMs: 60_000,
    graceMs: 60_000,
  };
}

/** The exchange simulator with the bundled recording, looping. */
export function simProcess(home: Home, env: NodeJS.ProcessEnv, secrets: Secrets, port: number): ProcessSpec {
  writeJson(home.simAccounts, [demoSimulatorAccount(secrets)], 0o600);
  const files = ['--accounts', home.simAccounts, '--state', home.simState];
  return gridfleetProcess(
    home,
    ['sim', '--replay', '--loop', '--speed', String(DEMO_SPEED), '--port', String(port), ...files],
    env,
  );
}

export function apiProcess(home: Home, env: NodeJS.ProcessEnv): ProcessSpec {
  return gridfleetProcess(home, ['api'], env);
}

export function workerProcess(home: Home, env: NodeJS.ProcessEnv): ProcessSpec {
  return gridfleetProcess(home, ['worker'], env);
}

/** Addresses and keys the processes of this machine share. */
export interface Settings {
  databaseUrl: string;
  redisUrl: string;
  encryptionKey: string;
  simPort: number;
  apiPort: number;
}

/** The environment of API and worker: the caller's, with our settings on top. */
export function childEnvironment(env: NodeJS.ProcessEnv, settings: Settings): NodeJS.ProcessEnv {
  return {
    WORKER_NAME: 'local',
    // One machine, one worker: its backtests compute in threads beside the strategies.
    WORKER_ROLES: 'live,backtest',
    LOG_LEVEL: 'info',
    ...env,
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ENCRYPTION_KEY: settings.encryptionKey,
    SIM_URL: `http://127.0.0.1:${settings.simPort}`,
    // Loopback whatever the caller's environment says: the demo has no login.
    API_HOST: '127.0.0.1',
    API_PORT: String(settings.apiPort),
    WEB_DIST: join(ROOT, 'web', 'dist'),
  };
}
