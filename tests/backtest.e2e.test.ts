import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expandSweep,
  parseCandleCsv,
  runBacktest,
  sweepRow,
  type BacktestResult,
  type BacktestSetup,
  type SweepRow,
  type SweepVerdict,
} from '@gridfleet/shared/domain/backtest';
import {
  parseStrategyConfig,
  type Backtest,
  type CandleFile,
  type ErrorBody,
} from '@gridfleet/shared/schema';
import { TestPlatform } from './harness/platform.js';
import type { Rest } from './harness/rest.js';
import { waitUntil } from './harness/wait.js';

// Backtests through the API, computed by nodes with that role: the same figures as computed in place.

const config = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '90', upper: '110', levels: 11, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01' },
  fees: { maker: '0.001', taker: '0.001' },
  balance: { quote: '100000', base: '0' },
};

/** A wave around 100, candles a minute apart. */
function csv(candles: number): string {
  const price = (x: number): number => Math.round(10_000 + 900 * Math.sin(x / 37));
  const text = (cents: number): string =>
    `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const rows = Array.from({ length: candles }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)];
    const prices = [open, Math.max(open, close), Math.min(open, close), close].map(text);
    return `${1_700_000_000_000 + i * 60_000},${prices.join(',')},1`;
  });
  return ['open_time_ms,open,high,low,close,volume', ...rows].join('\n');
}
const CSV = csv(1_200);

let platform: TestPlatform;
let api: Rest;
let url: string;
let candleFileId: number;

async function upload(body: string | Uint8Array<ArrayBuffer>, type: string) {
  const answer = await fetch(`${url}/api/candle-files?name=wave`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, body: (await answer.json()) as CandleFile & ErrorBody };
}

async function create(change: Record<string, unknown> = {}): Promise<Backtest> {
  const answer = await api.post<Backtest>('/api/backtests', {
    name: 'wave',
    candleFileId,
    config,
    ...change,
  });
  expect(answer.status).toBe(201);
  return answer.body;
}

function ended(id: number): Promise<Backtest> {
  return waitUntil(
    async () => {
      const { body } = await api.get<Backtest>(`/api/backtests/${id}`);
      return body.finishedAt === null ? null : body;
    },
    { timeoutMs: 60_000, what: `the end of backtest ${id}` },
  );
}

function setupOf(file: unknown): BacktestSetup {
  const { kind, ...rest } = parseStrategyConfig(file);
  return { ...rest, kind: kind.kind, slippage: '0' };
}

beforeAll(async () => {
  platform = await TestPlatform.create('http://127.0.0.1:1', { WORKER_ROLES: 'backtest' });
  ({ api, url } = await platform.startApi());
});
afterAll(() => platform.close());

describe('candles are checked when they come in', () => {
  it('stores a file, plain or gzip, and says what is in it', async () => {
    const plain = await upload(CSV, 'text/csv');
    expect(plain).toMatchObject({ status: 201, body: { candles: 1_200, from: '2023-11-14T22:13:20.000Z' } });
    const packed = await upload(new Uint8Array(gzipSync(CSV)), 'application/gzip');
    expect(packed).toMatchObject({ status: 201, body: { candles: 1_200 } });
    candleFileId = packed.body.id;
  });

  it('refuses a file with a bad row, names it, and stores nothing', async () => {
    const answer = await upload(CSV.replace(/^1700000060000,[^,]*/m, '1700000060000,x'), 'text/csv');
    expect(answer.status).toBe(400);
    expect(answer.body.details[0]?.message).toMatch(/row 3.*open/);
    expect((await api.get<{ items: unknown[] }>('/api/candle-files')).body.items).toHaveLength(2);
  });

  it('refuses a gzip file that is cut short', async () => {
    const answer = await upload(new Uint8Array(gzipSync(CSV).subarray(0, 500)), 'application/gzip');
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });
});

describe('a backtest that cannot be made', () => {
  it.each([
    [{ config: { ...config, params: { ...config.params, levels: 1 } } }, 'body.config.params.levels'],
    [{ config: { ...config, kind: 'none' } }, 'body.config.kind'],
    [{ config: { ...config, surprise: 1 } }, 'body.config'],
    [{ sweep: { grid: 'levels=5:1:1' } }, 'body.sweep.grid'],
    [{ sweep: { grid: 'nothing=1' } }, 'body.sweep.grid'],
    [{ slippage: '-1' }, 'body.slippage'],
  ])('is refused with the field named: %j', async (change, field) => {
    const answer = await api.post<ErrorBody>('/api/backtests', {
      name: 'x',
      candleFileId,
      config,
      ...change,
    });
    expect(answer.status).toBe(400);
    expect(answer.body.details.map((detail) => detail.field)).toContainEqual(expect.stringContaining(field));
  });

  it('needs candles that exist', async () => {
    const answer = await api.post<ErrorBody>('/api/backtests', { name: 'x', candleFileId: 999, config });
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});

describe('backtests wait for a node with the role', () => {
  it('can be canceled while they wait', async () => {
    const { id } = await create();
    const canceled = await api.post<Backtest>(`/api/backtests/${id}/cancel`);
    expect(canceled.body).toMatchObject({ state: 'canceled', reason: { code: 'CANCELED_BY_USER' } });
    expect((await api.get(`/api/backtests/${id}/result`)).status).toBe(409);
    expect((await api.send('DELETE', `/api/backtests/${id}`)).status).toBe(204);
  });

  it('survive the loss of all of Redis, and give what the same backtest gives in place', async () => {
    const { id, state } = await create();
    expect(state).toBe('queued');
    await platform.redis.flushdb();
    await platform.startWorker('counter-1');
    const done = await ended(id);
    const expected = runBacktest(setupOf(config), parseCandleCsv(Buffer.from(CSV)), { fillModel: 'path' });
    expect(done).toMatchObject({
      state: 'done',
      runs: 1,
      runsDone: 1,
      workerName: 'counter-1',
      summary: { equity: expected.equity, cycles: expected.cycles },
    });
    expect(expected.cycles).toBeGreaterThan(20);
    const result = await api.get<BacktestResult>(`/api/backtests/${id}/result`);
    expect(result.body).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('are no reason to think that somebody trades: a node without the role "live" answers no venue query', async () => {
    const refused = await api.post<ErrorBody>('/api/accounts', {
      label: 'x',
      venue: 'binance',
      environment: 'sim',
      credentials: { apiKey: 'k', secret: 's' },
    });
    expect(refused.body.code).toBe('NO_NODE_AVAILABLE');
  });
});

describe('a sweep', () => {
  const grid = 'levels=5:30:1,quantity.value=1|2|3';

  it('is shared by nodes, outlives one of them, and has one row for each combination', async () => {
    const second = await platform.startWorker('counter-2');
    const { id, runs } = await create({ sweep: { grid } });
    expect(runs).toBe(78);
    await waitUntil(
      async () => ((await api.get<Backtest>(`/api/backtests/${id}`)).body.state === 'queued' ? null : true),
      { timeoutMs: 20_000, what: 'the start of the sweep' },
    );
    await second.kill();
    expect(await ended(id)).toMatchObject({ state: 'done', runsDone: 78 });
    const { body } = await api.get<{ runs: SweepRow[]; verdict: SweepVerdict }>(
      `/api/backtests/${id}/result`,
    );
    const candles = parseCandleCsv(Buffer.from(CSV));
    const expected = expandSweep(config, grid).map((run) =>
      sweepRow(run.values, setupOf(run.config), candles, { fillModel: 'path', trainPct: 70 }),
    );
    expect(body.runs).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(body.verdict.ranked).toBeGreaterThan(50);
  });

  it('stops working soon after it is canceled', async () => {
    const { id } = await create({ sweep: { grid: 'levels=5:900:1,quantity.value=1|2|3|4|5' } });
    await api.post(`/api/backtests/${id}/cancel`);
    const queued = await create();
    expect(await ended(queued.id)).toMatchObject({ state: 'done' });
    expect((await api.get<Backtest>(`/api/backtests/${id}`)).body.state).toBe('canceled');
  });
});
