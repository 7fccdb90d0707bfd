import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { inject } from 'vitest';
import {
  connectDatabase,
  connectRedis,
  migrate,
  type Config,
  type Logger,
  type Redis,
} from '@gridfleet/shared/infra';
import type { ErrorBody } from '@gridfleet/shared/schema';
import { createTestDatabase } from '../../../tests/harness/database.js';
import { claimRedisNumber } from '../../../tests/harness/redis-number.js';
import { buildApp } from '../app.js';
import { BullBacktestQueue } from '../backtests/backtest-queue.js';
import { QUERY_TIMEOUT_MS } from '../http/dependency-gate.js';
import type { ApiInstance } from '../http/types.js';
import { BullRunQueue } from '../runs/run-queue.js';
import { QueuedVenueQueries } from '../venue-queries/client.js';
import { startFakeNode, type FakeNode } from './fake-node.js';

export const PROXY_SECRET = 'a-secret-shared-with-the-gateway';
const ENCRYPTION_KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  body: unknown;
  error: ErrorBody;
}

export interface TestApi {
  app: ApiInstance;
  config: Config;
  dataSource: DataSource;
  redis: Redis;
  redisUrl: string;
  /** Connections made for blocking reads. */
  blocking: Redis[];
  node: FakeNode;
  logger: Logger;
  venueQueries: QueuedVenueQueries;
  runQueue: BullRunQueue;
  backtestQueue: BullBacktestQueue;
  /** Everything that was logged, at the lowest level. */
  log: () => string;
  /** Sends as a user (a header, as the gateway does). */
  as: (email: string) => Caller;
  count: (table: string) => Promise<number>;
  close: () => Promise<void>;
  /** As `close`, when the servers are gone: waits for nothing. */
  abandon: () => Promise<void>;
}

export type Caller = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A Redis number no other test holds; `server` is where it is reached, directly or through a proxy. */
async function ownRedis(server: string): Promise<{ url: string; release: () => Promise<void> }> {
  const { url: direct, release } = await claimRedisNumber(inject('redisUrl'));
  const url = new URL(server);
  url.pathname = new URL(direct).pathname;
  return { url: url.href, release };
}

function collectingLogger(): { logger: Logger; text: () => string } {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  return { logger: pino({ level: 'trace' }, sink), text: () => lines.join('') };
}

/** The same database, reached by another address. */
function through(databaseUrl: string, server: string | undefined): string {
  if (server === undefined) return databaseUrl;
  const url = new URL(server);
  url.pathname = new URL(databaseUrl).pathname;
  return url.href;
}

/** The real application on a database of its own (or the given one), with a stand-in for the worker node. */
export async function startTestApi(
  overrides: Partial<Config> = {},
  servers: { databaseServer?: string; redisServer?: string } = {},
): Promise<TestApi> {
  const database =
    overrides.databaseUrl === undefined ? await createTestDatabase(inject('databaseUrl')) : null;
  const databaseUrl = overrides.databaseUrl ?? through(database?.url ?? '', servers.databaseServer);
  const { url: redisUrl, release } = await ownRedis(servers.redisServer ?? inject('redisUrl'));
  const config: Config = {
    databaseUrl,
    redisUrl,
    encryptionKey: ENCRYPTION_KEY,
    encryptionKeyOld: null,
    apiHost: '127.0.0.1',
    apiPort: 0,
    proxySecret: PROXY_SECRET,
    webDist: null,
    workerName: 'worker',
    workerCapacity: 10,
    workerLabels: [],
    workerRoles: ['live'],
    egressIp: null,
    simUrl: 'http://127.0.0.1:1',
    logLevel: 'trace',
    timeScale: 1,
    allowedEmails: null,
    corsOrigins: [],
    demo: false,
    apiRateLimit: 0,
    metricsHost: '127.0.0.1',
    metricsPort: 0,
    retentionEventsDays: 90,
    retentionFillsDays: 0,
    notifyAllowPrivate: false,
    telegramApiUrl: 'http://127.0.0.1:1',
    ...overrides,
  };
  await migrate(databaseUrl);
  const dataSource = await connectDatabase(databaseUrl, 10, QUERY_TIMEOUT_MS);
  const redis = connectRedis(redisUrl);
  redis.on('error', () => undefined);
  const { logger, text } = collectingLogger();
  const venueQueries = await QueuedVenueQueries.connect(redisUrl, redis, logger);
  const runQueue = new BullRunQueue(redisUrl, logger);
  const backtestQueue = new BullBacktestQueue(redisUrl, logger);
  const node = await startFakeNode({ redisUrl, redis, dataSource, encryptionKey: ENCRYPTION_KEY });
  const blocking: Redis[] = [];
  const app = await buildApp({
    config,
    dataSource,
    redis,
    connectBlocking: () => {
      const connection = connectRedis(redisUrl, { commandTimeoutMs: null });
      blocking.push(connection);
      return connection;
    },
    venueQueries,
    runQueue,
    backtestQueue,
    logger,
    version: '0.0.0-test',
    orderPatienceMs: 200,
  });
  await app.ready();

  const as =
    (email: string): Caller =>
    async (method, url, body, headers = {}) => {
      const response = await app.inject({
        method,
        url,
        headers: {
          'x-gridfleet-proxy-secret': PROXY_SECRET,
          'x-forwarded-email': email,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const isJson = String(response.headers['content-type'] ?? '').startsWith('application/json');
      const parsed: unknown = isJson && response.body !== '' ? JSON.parse(response.body) : null;
      return {
        status: response.statusCode,
        headers: response.headers,
        text: response.body,
        body: parsed,
        error: parsed as ErrorBody,
      };
    };
  return {
    app,
    config,
    dataSource,
    redis,
    redisUrl,
    blocking,
    node,
    logger,
    venueQueries,
    runQueue,
    backtestQueue,
    log: text,
    as,
    count: async (table) => {
      const [row]: { n: string }[] = await dataSource.query(`SELECT COUNT(*) AS n FROM ${table}`);
      return Number(row?.n);
    },
    close: async () => {
      await app.close();
      await node.stop();
      await Promise.all([venueQueries.close(), runQueue.close(), backtestQueue.close()]);
      redis.disconnect();
      await release();
      await dataSource.destroy();
      await database?.drop();
    },
    abandon: async () => {
      await app.close();
      node.stop().catch(() => undefined);
      void Promise.allSettled([
        venueQueries.close(),
        runQueue.close(),
        backtestQueue.close(),
        dataSource.destroy(),
      ]);
      redis.disconnect();
      await release();
      await database?.drop();
    },
  };
}
