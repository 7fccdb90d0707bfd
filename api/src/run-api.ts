import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import {
  connectDatabase,
  connectRedis,
  createLogger,
  loadConfig,
  migrate,
  type Config,
  type Logger,
  type Redis,
} from '@gridfleet/shared/infra';
import { buildApp } from './app.js';
import type { ApiDeps } from './deps.js';
import { BullBacktestQueue } from './backtests/backtest-queue.js';
import { withDeadline } from './http/deadline.js';
import { QUERY_TIMEOUT_MS } from './http/dependency-gate.js';
import type { ApiInstance } from './http/types.js';
import { startNotifications, type Notifications } from './notifications/start-notifications.js';
import { createServices } from './services.js';
import { BullRunQueue } from './runs/run-queue.js';
import { QueuedVenueQueries } from './venue-queries/client.js';

const CONNECT_TIMEOUT_MS = 30_000;
const RETRY_MS = 250;
/** Longest wait for requests under way when the process is told to stop. */
const CLOSE_TIMEOUT_MS = 8_000;
const POOL_SIZE = 20;

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Tries until it works or the time is over. @throws the last error. */
async function eventually<T>(what: string, logger: Logger, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + CONNECT_TIMEOUT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (err) {
      if (performance.now() > deadline) throw err;
      logger.info({ reason: (err as Error).message }, `waiting for ${what}`);
      await delay(RETRY_MS);
    }
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

interface Connections {
  dataSource: DataSource;
  redis: Redis;
  venueQueries: QueuedVenueQueries;
  runQueue: BullRunQueue;
  backtestQueue: BullBacktestQueue;
}

async function connect(config: Config, logger: Logger): Promise<Connections> {
  const migrations = await eventually('MySQL', logger, () => migrate(config.databaseUrl));
  if (migrations.length > 0) logger.info({ migrations }, 'migrated');
  const dataSource = await connectDatabase(config.databaseUrl, POOL_SIZE, QUERY_TIMEOUT_MS);
  const redis = connectRedis(config.redisUrl);
  redis.on('error', (err: Error) => {
    logger.warn({ err }, 'redis');
  });
  await eventually('Redis', logger, () => redis.ping());
  const venueQueries = await QueuedVenueQueries.connect(config.redisUrl, redis, logger);
  return {
    dataSource,
    redis,
    venueQueries,
    runQueue: new BullRunQueue(config.redisUrl, logger),
    backtestQueue: new BullBacktestQueue(config.redisUrl, logger),
  };
}

async function close(
  app: ApiInstance,
  notifications: Notifications,
  { dataSource, redis, venueQueries, runQueue, backtestQueue }: Connections,
): Promise<void> {
  await app.close();
  await Promise.all([notifications.stop(), venueQueries.close(), runQueue.close(), backtestQueue.close()]);
  redis.disconnect();
  await dataSource.destroy();
}

function urlOf({ apiHost }: Config, app: ApiInstance): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const host = apiHost.includes(':') ? `[${apiHost}]` : apiHost;
  return `http://${host}:${port}`;
}

/**
 * Runs the API until SIGTERM or SIGINT: waits for its servers, migrates, serves, and prints one line of JSON on stdout
 * when it is ready.
 * @throws ConfigError for a wrong setting; the last connection error after 30 s.
 */
export async function runApi(env: NodeJS.ProcessEnv): Promise<void> {
  const stopped = stopSignal();
  const config = loadConfig(env);
  const logger = createLogger('api', config.logLevel);
  const connections = await connect(config, logger);
  const deps: ApiDeps = {
    ...connections,
    config,
    logger,
    connectBlocking: () => connectRedis(config.redisUrl, { commandTimeoutMs: null }),
    version: version(),
  };
  const services = createServices(deps);
  const app = await buildApp(deps, services);
  await app.listen({ host: config.apiHost, port: config.apiPort });
  const notifications = startNotifications(deps, services);
  const url = urlOf(config, app);
  process.stdout.write(`${JSON.stringify({ ready: true, url, docs: `${url}/docs` })}\n`);
  logger.info({ signal: await stopped }, 'stopping');
  await withDeadline(close(app, notifications, connections), CLOSE_TIMEOUT_MS, 'shutdown').catch(
    (err: unknown) => {
      logger.warn({ err }, 'shutdown was not clean');
      app.server.closeAllConnections();
    },
  );
}
