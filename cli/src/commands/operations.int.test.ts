import { createCipheriv, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataSource } from 'typeorm';
import {
  connectDatabase,
  connectForBackup,
  credentialBinding,
  CredentialCipher,
  migrate,
  redisKeys,
  workerToHash,
} from '@gridfleet/shared/infra';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { claimRedisNumber } from '../../../tests/harness/redis-number.js';
import { runCli } from '../program.js';
import { commandLine } from '../testing/command-line.js';
import { version } from '../version.js';

const line = commandLine();
const theirKey = randomBytes(32).toString('hex');
const ourKey = randomBytes(32).toString('hex');
let database: TestDatabase;
let source: DataSource;
let redis: Redis;
let releaseRedis: () => Promise<void>;
let redisUrl: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate(database.url);
  source = await connectDatabase(database.url, 2);
  const claimed = await claimRedisNumber(process.env['REDIS_URL'] ?? '');
  redisUrl = claimed.url;
  releaseRedis = claimed.release;
  redis = new Redis(redisUrl);
  await redis.flushdb();
});

afterAll(async () => {
  redis.disconnect();
  await releaseRedis();
  await source.destroy();
  await database.drop();
});

beforeEach(() => {
  for (const [name, value] of Object.entries({
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    ENCRYPTION_KEY: ourKey,
  }))
    vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

async function announceNode(of: string): Promise<void> {
  const now = new Date().toISOString();
  const hash = workerToHash({
    name: 'node-1',
    instanceId: 'x',
    hostname: 'h',
    ip: '10.0.0.1',
    egressIp: '10.0.0.1',
    version: of,
    capacity: 1,
    roles: 'live',
    labels: null,
    state: 'ready',
    running: 0,
    eventLoopUtilisation: 0,
    eventLoopLagMs: 0,
    rssBytes: 1,
    startedAt: now,
    heartbeatAt: now,
  });
  await redis.multi().sadd(redisKeys.workers, 'node-1').hset(redisKeys.workerInfo('node-1'), hash).exec();
}

describe('gridfleet doctor', () => {
  const examined = async (): Promise<{
    code: number;
    findings: Record<string, { verdict: string; do?: string }>;
  }> => {
    line.printed = '';
    const code = await runCli(['doctor', '--json', '--settings', `${line.folder}/.env`]);
    const found = JSON.parse(line.printed) as { what: string; verdict: string; do?: string }[];
    return { code, findings: Object.fromEntries(found.map((each) => [each.what, each])) };
  };

  it('finds nothing wrong where nothing is, and warns of what is missing', async () => {
    await announceNode(version());
    const { code, findings } = await examined();
    expect(code).toBe(0);
    for (const what of [
      'Node.js',
      'configuration',
      'MySQL',
      'clock',
      'schema',
      'rights',
      'encryption key',
      'nodes',
    ])
      expect(findings[what]?.verdict, what).toBe('ok');
    await redis.del(redisKeys.workerInfo('node-1'));
    expect((await examined()).findings['nodes']).toMatchObject({
      verdict: 'warn',
      do: 'Start one: gridfleet worker',
    });
  });

  it('names a setting that is missing, and fails', async () => {
    vi.stubEnv('ENCRYPTION_KEY', '');
    const { code, findings } = await examined();
    expect(code).toBe(1);
    expect(findings['configuration']).toMatchObject({ verdict: 'fail', says: 'ENCRYPTION_KEY: is not set' });
  });

  it('tells a server that does not answer from one that does', async () => {
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:1');
    const { code, findings } = await examined();
    expect(code).toBe(1);
    expect(findings['Redis']?.verdict).toBe('fail');
    expect(findings['MySQL']?.verdict).toBe('ok');
  });

  it('sees an old schema, an old node, a file others can read, a halt and a foreign key', async () => {
    writeFileSync(`${line.folder}/.env`, '', { mode: 0o644 });
    await announceNode('0.0.1');
    await source.query("UPDATE installation SET trading_state = 'HALTED' WHERE id = 1");
    const first = await examined();
    expect(first.findings['permissions']).toMatchObject({
      verdict: 'warn',
      do: `Run: chmod 600 ${line.folder}/.env`,
    });
    expect(first.findings['nodes']?.verdict).toBe('warn');
    expect(first.findings['trading state']).toMatchObject({ verdict: 'warn' });
    await source.query("UPDATE installation SET trading_state = 'ACTIVE' WHERE id = 1");
    await source.undoLastMigration();
    expect((await examined()).findings['schema']).toMatchObject({
      verdict: 'fail',
      do: 'Run: gridfleet migrate',
    });
    expect(await runCli(['migrate'])).toBe(0);
    await redis.flushdb();
  });
});

describe('gridfleet restore', () => {
  it('refuses while a node is alive, and empties what Redis holds of the life before', async () => {
    const file = `${line.folder}/x.backup`;
    expect(await runCli(['backup', file])).toBe(0);
    await announceNode(version());
    expect(await runCli(['restore', file, '--replace'])).toBe(1);
    expect(line.complained).toContain('node-1');
    await redis.del(redisKeys.workerInfo('node-1'));
    await redis.set(redisKeys.lock(3), 'held');
    await redis.set(redisKeys.budget('binance:live', '10.0.0.1', 'gate'), 'VENUE_BANNED');
    expect(await runCli(['restore', file, '--replace'])).toBe(0);
    expect(line.printed).toContain('HALTED');
    expect(await redis.keys('*')).toEqual([redisKeys.budget('binance:live', '10.0.0.1', 'gate')]);
    expect(await runCli(['restore', `${line.folder}/none`, '--replace'])).toBe(1);
  });
});

describe('gridfleet import', () => {
  const seal = (text: string): string => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', Buffer.from(theirKey, 'hex'), nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64',
    );
  };
  let theirs: TestDatabase;

  beforeAll(async () => {
    theirs = await createTestDatabase();
    const connection = await connectForBackup(theirs.url);
    await connection.query(`CREATE TABLE exchange_account (id INT PRIMARY KEY, user_email VARCHAR(255), exchange VARCHAR(50),
      label VARCHAR(100), api_key TEXT, api_secret TEXT, testnet BOOL, is_active BOOL, created_at TIMESTAMP)`);
    await connection.query(`CREATE TABLE strategy (id INT PRIMARY KEY, user_email VARCHAR(255), account_id INT, name VARCHAR(100),
      symbol VARCHAR(20), base_order_size DECIMAL(20,8), buy_price_deviation DECIMAL(10,4), sell_price_deviation DECIMAL(10,4),
      grid_levels INT, price_tolerance DECIMAL(10,4), stop_loss DECIMAL(10,4), stop_loss_delay INT, max_open_positions INT,
      max_daily_drawdown DECIMAL(20,8), status VARCHAR(20))`);
    await connection.query(`CREATE TABLE trade (id INT PRIMARY KEY, strategy_id INT, order_id VARCHAR(100), symbol VARCHAR(20),
      side ENUM('BUY','SELL'), price DECIMAL(20,8), quantity DECIMAL(20,8), amount DECIMAL(20,8), fee DECIMAL(20,8),
      pnl DECIMAL(20,8), created_at DATETIME)`);
    const account = 'INSERT INTO exchange_account VALUES (?, ?, ?, ?, ?, ?, 1, 1, NOW())';
    await connection.query(account, [1, 'Old@User.io', 'binance', 'spot', seal('key-1'), seal('secret-1')]);
    await connection.query(account, [2, 'old@user.io', 'polymarket_updown5m', 'pm', seal('k'), seal('s')]);
    const strategy =
      "INSERT INTO strategy VALUES (?, 'old@user.io', ?, ?, 'BTC/USDT', 0.001, 0.5, 1, ?, 0.1, NULL, NULL, 10, 50, ?)";
    await connection.query(strategy, [1, 1, 'good', 3, 'active']);
    await connection.query(strategy, [2, 1, 'gone', 3, 'deleted']);
    await connection.query(strategy, [3, 1, 'absurd', 10_000, 'active']);
    await connection.query(strategy, [4, 2, 'elsewhere', 3, 'active']);
    const trade =
      "INSERT INTO trade VALUES (?, ?, 'o1', 'BTC/USDT', 'SELL', 60000.12345678, 0.001, 60, 0.06, 0.5, '2025-01-02 03:04:05')";
    await connection.query(trade, [1, 1]);
    await connection.query(trade, [2, 4]);
    await connection.end();
  });
  afterAll(() => theirs.drop());
  beforeEach(() => {
    vi.stubEnv('PREDECESSOR_DATABASE_URL', theirs.url);
    vi.stubEnv('PREDECESSOR_KEY', theirKey);
  });

  const count = async (table: string): Promise<number> =>
    Number((await source.query<{ n: string }[]>(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);

  it('changes nothing with another key, or when it is only tried', async () => {
    vi.stubEnv('PREDECESSOR_KEY', randomBytes(32).toString('hex'));
    expect(await runCli(['import'])).toBe(1);
    expect(line.complained).toContain('PREDECESSOR_KEY does not open');
    vi.stubEnv('PREDECESSOR_KEY', theirKey);
    expect(await runCli(['import', '--dry-run'])).toBe(0);
    expect(line.printed).toContain('Would take over: 1 accounts, 2 strategies, 1 trades');
    expect([await count('account'), await count('strategy'), await count('fill_archive')]).toEqual([0, 0, 0]);
  });

  it('takes over what has a place here, stopped and inactive, and says what has none', async () => {
    expect(await runCli(['import'])).toBe(0);
    expect(line.printed).toMatch(/skipped: account 2 .*polymarket/);
    expect(line.printed).toMatch(/skipped: strategy 3 \(absurd\): .+/);
    expect(line.printed).toMatch(/skipped: strategy 4 \(elsewhere\): its account was not taken over/);
    const [account]: Record<string, unknown>[] = await source.query(
      'SELECT a.id, a.is_active, a.environment, u.email FROM account a JOIN user u ON u.id = a.user_id',
    );
    expect(account).toMatchObject({ is_active: 0, environment: 'testnet', email: 'old@user.io' });
    const sealed: { name: string; key_id: string; sealed: string }[] = await source.query(
      'SELECT name, key_id, sealed FROM account_credential ORDER BY name',
    );
    const cipher = new CredentialCipher(ourKey);
    expect(
      sealed.map(({ name, key_id: keyId, sealed: text }) =>
        cipher.open({ keyId, sealed: text }, credentialBinding(Number(account?.['id']), name)),
      ),
    ).toEqual(['key-1', 'secret-1']);
    const strategies: unknown = await source.query(
      'SELECT name, desired_state, risk_limits, deleted_at IS NULL AS listed FROM strategy ORDER BY id',
    );
    expect(strategies).toMatchObject([
      {
        name: 'good',
        desired_state: 'stopped',
        risk_limits: '{"maxDailyLoss":"50"}',
        listed: expect.anything() as unknown,
      },
      { name: 'gone' },
    ]);
    const trades: unknown = await source.query(
      'SELECT source, side, price, profit, fee_asset FROM fill_archive',
    );
    expect(trades).toMatchObject([
      { source: 'import', side: 'sell', price: '60000.123456780000000000', fee_asset: 'USDT' },
    ]);
  });

  it('brings nothing twice', async () => {
    expect(await runCli(['import'])).toBe(0);
    expect(line.printed).toContain('Taken over: 0 accounts, 0 strategies, 0 trades; 4 were here already.');
  });
});
