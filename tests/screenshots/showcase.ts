import { fileURLToPath } from 'node:url';
import { createGrid, TestPlatform } from '../harness/platform.js';
import type { Rest } from '../harness/rest.js';
import { TestSimulator } from '../harness/simulator.js';

const WEB_DIST = fileURLToPath(new URL('../../web/dist', import.meta.url));
/** Ten times as fast as recorded: lively, and still readable on a chart. */
const SPEED = 10;
const MINUTE_MS = 60_000;

export const BACKTEST_CONFIG = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '90', upper: '110', levels: 11, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01' },
  fees: { maker: '0.001', taker: '0.001' },
  balance: { quote: '100000', base: '0' },
};

/** A wave around 100, candles a minute apart. */
export function waveCandles(candles: number): string {
  const cents = (x: number): number => Math.round(10_000 + 900 * Math.sin(x / 37) + 150 * Math.sin(x / 7));
  const text = (value: number): string =>
    `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  const rows = Array.from({ length: candles }, (_, i) => {
    const [open, close] = [cents(i), cents(i + 1)];
    const prices = [open, Math.max(open, close), Math.min(open, close), close].map(text);
    return `${1_700_000_000_000 + i * MINUTE_MS},${prices.join(',')},1`;
  });
  return ['open_time_ms,open,high,low,close,volume', ...rows].join('\n');
}

/** Candles, a backtest and a sweep. @returns the ids of backtest and sweep */
export async function addBacktests(api: Rest, url: string): Promise<{ single: number; sweep: number }> {
  const upload = await fetch(`${url}/api/candle-files?name=SOL%2FUSDT%201m`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: waveCandles(1_200),
    signal: AbortSignal.timeout(20_000),
  });
  const { id: candleFileId } = (await upload.json()) as { id: number };
  const create = async (name: string, more: Record<string, unknown>): Promise<number> =>
    (
      await api.post<{ id: number }>('/api/backtests', {
        name,
        candleFileId,
        config: BACKTEST_CONFIG,
        ...more,
      })
    ).body.id;
  const single = await create('SOL grid, 11 levels', {});
  await create('SOL grid, strict fills', { fillModel: 'strict' });
  return {
    single,
    sweep: await create('Levels and quantity', { sweep: { grid: 'levels=6:21:3,quantity.value=0.5|1|2|4' } }),
  };
}

/** Grids that run, one that waits for money and one that was not started. @returns the id of the first */
async function addStrategies(api: Rest): Promise<number> {
  // Wide steps: a cycle pays its fees within the recorded session.
  const { id, accountId } = await createGrid(api, {
    levels: 11,
    quantity: { mode: 'base', value: '0.02' },
    initialOrder: 'limit',
  });
  await api.send('PUT', `/api/strategies/${id}`, { name: 'BTC eleven levels' });
  const { body: first } = await api.get<{ params: Record<string, unknown> }>(`/api/strategies/${id}`);
  const add = async (name: string, change: Record<string, unknown>): Promise<number> => {
    const body = {
      name,
      kind: 'range-grid',
      params: { ...first.params, ...change },
      legs: [{ accountId, market: 'BTC/USDT' }],
    };
    const answer = await api.post<{ id: number }>('/api/strategies', body);
    if (answer.status !== 201) throw new Error(`${name} was refused: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  };
  const large = { quantity: { mode: 'total', value: '60000' }, initialInventory: 'none' };
  const started = [
    id,
    await add('BTC six levels', { levels: 6, quantity: { mode: 'base', value: '0.03' } }),
    await add('BTC without inventory', { initialInventory: 'none' }),
    await add('BTC most of the funds', large),
    await add('BTC beyond the funds', large),
  ];
  await add('BTC in preparation', { levels: 16 });
  await Promise.all(started.map((one) => api.post(`/api/strategies/${one}/start`)));
  return id;
}

/** People, programs, templates and limits, for the pages about them. */
async function addOperations(api: Rest, strategyId: number): Promise<void> {
  const { body: grid } = await api.get<{ kind: string; params: object }>(`/api/strategies/${strategyId}`);
  const bodies: readonly [string, object][] = [
    ['/api/users', { email: 'ann@example.org', role: 'trader' }],
    ['/api/users', { email: 'vera@example.org', role: 'viewer', workspaceOf: 1 }],
    ['/api/tokens', { name: 'reporting', scopes: ['read'], expiresInDays: 90 }],
    ['/api/tokens', { name: 'signal bridge', scopes: ['read', 'trade'], expiresInDays: 30 }],
    [
      '/api/templates',
      {
        name: 'Eleven levels',
        description: 'Wide steps for quiet days',
        kind: grid.kind,
        params: grid.params,
      },
    ],
  ];
  for (const [path, body] of bodies) {
    const answer = await api.post(path, body);
    if (answer.status !== 201) throw new Error(`${path} was refused: ${JSON.stringify(answer.body)}`);
  }
}

/** A small running platform that shows something on every page. */
export class Showcase {
  private constructor(
    readonly sim: TestSimulator,
    readonly platform: TestPlatform,
    readonly url: string,
    /** The strategy with the most to see. */
    readonly strategyId: number,
    readonly backtests: { single: number; sweep: number },
  ) {}

  /** What was started is stopped again when the rest fails. */
  static async start(): Promise<Showcase> {
    const sim = await TestSimulator.start(SPEED);
    try {
      const platform = await TestPlatform.create(sim.url, { WEB_DIST, WORKER_ROLES: 'live,backtest' });
      try {
        const { api, url } = await platform.startApi();
        await platform.startWorker('node-1');
        await platform.startWorker('node-2');
        const strategyId = await addStrategies(api);
        await addOperations(api, strategyId);
        return new Showcase(sim, platform, url, strategyId, await addBacktests(api, url));
      } catch (error) {
        await platform.close();
        throw error;
      }
    } catch (error) {
      await sim.process.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.platform.close();
    await this.sim.process.stop();
  }
}
