import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createDataSource } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from './database.js';
import { startGridfleet, type GridfleetProcess } from './processes.js';
import { claimRedisNumber } from './redis-number.js';
import { Rest } from './rest.js';
import { TEST_KEY, TEST_SECRET } from './simulator.js';

/** Connections of a test that looks at many runs at once. */
const ROWS_POOL = 6;

/** API and workers as processes of their own, on a database and a Redis number nobody else uses. */
export class TestPlatform {
  readonly #database: TestDatabase;
  readonly #processes: GridfleetProcess[] = [];

  private constructor(
    database: TestDatabase,
    readonly env: NodeJS.ProcessEnv,
    readonly rows: DataSource,
    readonly redis: Redis,
    private readonly releaseRedis: () => Promise<void>,
  ) {
    this.#database = database;
  }

  static async create(simUrl: string, extra: NodeJS.ProcessEnv = {}): Promise<TestPlatform> {
    const database = await createTestDatabase();
    const { url: redisUrl, release } = await claimRedisNumber(process.env['REDIS_URL'] ?? '');
    const redis = new Redis(redisUrl);
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redisUrl,
      ENCRYPTION_KEY: randomBytes(32).toString('hex'),
      SIM_URL: simUrl,
      API_PORT: '0',
      LOG_LEVEL: 'warn',
      ...extra,
    };
    return new TestPlatform(
      database,
      env,
      await createDataSource(database.url, ROWS_POOL).initialize(),
      redis,
      release,
    );
  }

  async startApi(
    extra: NodeJS.ProcessEnv = {},
  ): Promise<{ api: Rest; url: string; process: GridfleetProcess }> {
    const process = await startGridfleet(['api'], { env: { ...this.env, ...extra } });
    this.#processes.push(process);
    const url = String(process.ready['url']);
    return { api: new Rest(url), url, process };
  }

  async startWorker(name: string, extra: NodeJS.ProcessEnv = {}): Promise<GridfleetProcess> {
    const process = await startGridfleet(['worker'], {
      env: { ...this.env, ...extra, WORKER_NAME: name },
      // A node loads the rules of its venues before it says that it is ready.
      readyTimeoutMs: 60_000,
    });
    this.#processes.push(process);
    return process;
  }

  /** Everything the processes have printed. */
  output(): string {
    return this.#processes.map((process) => process.output()).join('\n');
  }

  async close(): Promise<void> {
    // Nobody is left to hand anything over to.
    await Promise.all(
      this.#processes.filter((process) => process.exitCode() === undefined).map((process) => process.kill()),
    );
    await this.rows.destroy();
    this.redis.disconnect();
    await this.releaseRedis();
    await this.#database.drop();
  }
}

/** The account and strategy every trading test begins with: 21 levels, ±0.3 % around the present price. */
export async function createGrid(
  api: Rest,
  change: Record<string, unknown> = {},
): Promise<{ accountId: number; id: number }> {
  const account = await api.post<{ id: number }>('/api/accounts', {
    label: 'test',
    venue: 'binance',
    environment: 'sim',
    credentials: { apiKey: TEST_KEY, secret: TEST_SECRET },
  });
  if (account.status !== 201) throw new Error(`the account was refused: ${JSON.stringify(account.body)}`);
  const accountId = account.body.id;
  const quote = await api.get<{ ask: string }>(`/api/accounts/${accountId}/quote?market=BTC/USDT`);
  // Trailing zeros are not sent: a price may come without decimals.
  const [whole = '0', decimals = ''] = quote.body.ask.split('.');
  const cents = BigInt(whole + decimals.padEnd(2, '0'));
  const price = (perMille: bigint): string => {
    const scaled = ((cents * perMille) / 1000n).toString();
    return `${scaled.slice(0, -2)}.${scaled.slice(-2)}`;
  };
  const strategy = await api.post<{ id: number }>('/api/strategies', {
    name: 'test grid',
    kind: 'range-grid',
    params: {
      lower: price(997n),
      upper: price(1003n),
      levels: 21,
      quantity: { mode: 'base', value: '0.005' },
      ...change,
    },
    legs: [{ accountId, market: 'BTC/USDT' }],
  });
  if (strategy.status !== 201) throw new Error(`the strategy was refused: ${JSON.stringify(strategy.body)}`);
  return { accountId, id: strategy.body.id };
}
