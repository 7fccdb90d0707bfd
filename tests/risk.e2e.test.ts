import type { HaltDto, StrategyStatus, TokenCreated, TradingStateDto } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrid, type TestPlatform } from './harness/platform.js';
import type { GridfleetProcess } from './harness/processes.js';
import { Rest, type Answer } from './harness/rest.js';
import { TEST_KEY, TEST_SECRET, type TestSimulator } from './harness/simulator.js';
import { startSystem, type TestSystem } from './harness/system.js';
import { waitUntil } from './harness/wait.js';

/** Whatever contains one of these has leaked a secret. */
const PASSWORD = 'canary-trading-password-51c7';
const WRONG = { apiKey: 'canary-wrong-key-0a4e', secret: 'canary-wrong-secret-77d2' };
const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

/** Keeps every answer, to look for secrets in them. */
class RecordingRest extends Rest {
  readonly answers: string[] = [];

  override async raw<T>(method: string, path: string, body?: string): Promise<Answer<T>> {
    const answer = await super.raw<T>(method, path, body);
    this.answers.push(`${method} ${path} ${JSON.stringify(answer.body)}`);
    return answer;
  }
}

let system: TestSystem;
let sim: TestSimulator;
let platform: TestPlatform;
let api: RecordingRest;
let apiUrl: string;
let worker: GridfleetProcess;
let id: number;
let accountId: number;
let token: string;

const status = async () => (await api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
const tradingState = async () => (await api.get<TradingStateDto>(`/api/trading-state/strategy/${id}`)).body;
async function openAtExchange(side?: string): Promise<number> {
  const { account } = await sim.ledger();
  return account.orders.filter(
    (order) =>
      OPEN.has(order.status) && order.clientOrderId.startsWith('gf') && (side ?? order.side) === order.side,
  ).length;
}
async function ordersSince(at: Date, side = '%'): Promise<number> {
  const [row] = await platform.rows.query<{ n: string }[]>(
    'SELECT COUNT(*) AS n FROM orders WHERE created_at > ? AND side LIKE ?',
    [at, side],
  );
  return Number(row?.n);
}
const halted = (halt: HaltDto) =>
  waitUntil(
    async () => {
      const { body } = await api.get<HaltDto>(`/api/halt/${halt.id}`);
      return body.state === 'done' ? body : null;
    },
    { timeoutMs: 60_000, what: `halt ${halt.id} to be done`, everyMs: 200 },
  );

beforeAll(async () => {
  system = await startSystem({ speed: 60, env: { LOG_LEVEL: 'trace' }, node: 'alpha' });
  ({ sim, platform, url: apiUrl, worker } = system);
  api = new RecordingRest(apiUrl);
  ({ id, accountId } = await createGrid(api));
  const made = await api.post<TokenCreated>('/api/tokens', { name: 'bot', scopes: ['admin'] });
  token = made.body.token;
  // The answer that shows the token is the one place where it belongs.
  api.answers.pop();
  await api.send('PUT', '/api/me/trading-password', { password: PASSWORD });
  await api.post('/api/accounts', {
    label: 'wrong',
    venue: 'binance',
    environment: 'sim',
    credentials: WRONG,
  });
  await api.post(`/api/strategies/${id}/start`);
  await waitUntil(async () => (await status()).fills > 0, { timeoutMs: 60_000, what: 'trades' });
});
afterAll(() => system.close());

describe('a broken limit', () => {
  it('cancels what would open a position, survives kill -9, and lets nothing through before somebody resumes', async () => {
    const url = `/api/risk/limits?scope=strategy&id=${id}`;
    expect((await api.send('PUT', url, { limits: { maxDrawdown: '0.01' } })).status).toBe(200);
    await waitUntil(async () => (await tradingState()).state === 'REDUCING', {
      timeoutMs: 60_000,
      what: 'the drawdown to reach its limit',
    });
    expect(await tradingState()).toMatchObject({ reason: { code: 'DRAWDOWN_LIMIT' }, changedBy: 'risk' });
    await waitUntil(async () => (await openAtExchange('BUY')) === 0, {
      timeoutMs: 20_000,
      what: 'purchases to be cancelled',
    });
    await worker.kill();
    const killedAt = new Date();
    await platform.startWorker('beta');
    await waitUntil(async () => (await status()).workerName === 'beta', {
      timeoutMs: 30_000,
      what: 'the take-over',
    });
    await waitUntil(
      async () => {
        const { body } = await api.get<{ refusals: { code: string; count: number; lastAt: string }[] }>(
          `/api/strategies/${id}`,
        );
        return body.refusals.some(
          (each) => each.code === 'DRAWDOWN_LIMIT' && new Date(each.lastAt) > killedAt,
        );
      },
      { timeoutMs: 60_000, what: 'a purchase to be refused by the new node' },
    );
    expect(await ordersSince(killedAt, 'buy')).toBe(0);
    expect((await tradingState()).state).toBe('REDUCING');
    const notices = await api.get<{ items: { code: string; level: string }[] }>('/api/risk/events');
    expect(notices.body.items).toContainEqual(
      expect.objectContaining({ code: 'DRAWDOWN_LIMIT', level: 'breach' }),
    );
    await api.send('PUT', url, { limits: null });
    expect((await api.send('PUT', `/api/trading-state/strategy/${id}`, { state: 'ACTIVE' })).status).toBe(
      200,
    );
  });
});

describe('a halt', () => {
  it('leaves no order of ours at the exchange, and nothing new is written', async () => {
    const begun = await api.post<HaltDto>('/api/halt', { scope: 'account', id: accountId, orders: 'cancel' });
    expect(begun.status).toBe(202);
    const haltedAt = new Date(begun.body.createdAt);
    const done = await halted(begun.body);
    expect(done.progress).toMatchObject({ openOrders: 0, unresolved: 0, problems: [] });
    expect(await openAtExchange()).toBe(0);
    expect(await ordersSince(new Date(haltedAt.getTime() + 1))).toBe(0);
    await api.send('PUT', `/api/trading-state/account/${accountId}`, { state: 'ACTIVE' });
  });

  it('of the platform sells what is held when asked to, and asks for the password first', async () => {
    const body = { scope: 'platform', orders: 'flatten', confirmation: 'HALT PLATFORM' };
    expect((await api.post('/api/halt', body)).status).toBe(403);
    const begun = await api.post<HaltDto>('/api/halt', { ...body, tradingPassword: PASSWORD });
    expect(begun.status).toBe(202);
    await halted(begun.body);
    expect(await openAtExchange()).toBe(0);
    expect(Number((await status()).position)).toBeLessThan(0.0001);
    expect((await api.get<TradingStateDto>('/api/trading-state/platform')).body).toMatchObject({
      state: 'HALTED',
    });
  });
});

describe('secrets', () => {
  it('of a whole run are in no table, no Redis key, no log and no answer', async () => {
    const bearer = await fetch(`${apiUrl}/api/accounts`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(5_000),
    });
    expect(bearer.status).toBe(200);
    const tables = await platform.rows.query<Record<string, string>[]>('SHOW TABLES');
    const dump: string[] = [];
    for (const table of tables.flatMap((row) => Object.values(row)))
      dump.push(JSON.stringify(await platform.rows.query(`SELECT * FROM \`${table}\``)));
    const redis: string[] = [];
    for (const key of await platform.redis.keys('*'))
      // What has expired meanwhile holds nothing any more.
      redis.push(key, String(((await platform.redis.dumpBuffer(key)) as Buffer | null)?.toString('latin1')));
    const logs = platform.output();
    const places = {
      database: dump.join('\n'),
      redis: redis.join('\n'),
      logs,
      answers: api.answers.join('\n'),
    };
    expect(places.database).toContain('"sealed"');
    expect(places.redis.length).toBeGreaterThan(1_000);
    expect(logs.length).toBeGreaterThan(1_000);
    const secrets = [
      TEST_SECRET,
      TEST_KEY,
      WRONG.secret,
      WRONG.apiKey,
      PASSWORD,
      token,
      platform.env['ENCRYPTION_KEY'],
    ];
    for (const [place, text] of Object.entries(places))
      for (const secret of secrets)
        expect(text.includes(secret ?? 'no secret'), `${place}: ${secret}`).toBe(false);
  });
});
