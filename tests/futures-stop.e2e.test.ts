import { Decimal } from '@gridfleet/shared/domain';
import type { Strategy, StrategyStatus } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created } from './harness/created.js';
import { FuturesExchange } from './harness/futures-exchange.js';
import { TestPlatform } from './harness/platform.js';
import type { GridfleetProcess } from './harness/processes.js';
import type { Rest } from './harness/rest.js';
import { TEST_KEY, TEST_SECRET, TestSimulator } from './harness/simulator.js';
import { waitUntil } from './harness/wait.js';

// A grid on a USDT-M contract whose price falls through its stop while no node runs.

let sim: TestSimulator;
let market: FuturesExchange;
let platform: TestPlatform;
let api: Rest;
let worker: GridfleetProcess;

async function status(id: number): Promise<StrategyStatus> {
  return (await api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
}

async function create(): Promise<number> {
  const accountId = await created(api, '/api/accounts', {
    label: 'contracts',
    venue: 'binanceusdm',
    environment: 'sim',
    credentials: { apiKey: TEST_KEY, secret: TEST_SECRET },
  });
  return created(api, '/api/strategies', {
    name: 'guarded',
    kind: 'range-grid',
    params: {
      lower: '0.47',
      upper: '0.53',
      levels: 7,
      quantity: { mode: 'base', value: '100' },
      futures: { leverage: 5, marginMode: 'isolated', positionMode: 'one-way' },
      exits: { stopLoss: '0.46' },
    },
    legs: [{ accountId, market: 'DOGE/USDT:USDT' }],
  });
}

beforeAll(async () => {
  sim = await TestSimulator.start(1, ['binanceusdm/DOGEUSDT=manual:0.5,depth=100000']);
  market = new FuturesExchange(sim);
  platform = await TestPlatform.create(sim.url, { TIME_SCALE: '0.2' });
  [{ api }, worker] = await Promise.all([platform.startApi(), platform.startWorker('node-1')]);
  await market.setPrice('0.5', 'DOGEUSDT');
});

afterAll(async () => {
  await platform.close();
  await sim.process.stop();
});

describe('a grid with a stop-loss on a USDT-M contract', () => {
  it('opens only under a stop at the exchange, which closes it while the platform is down', async () => {
    const guarded = await create();
    expect((await api.post(`/api/strategies/${guarded}/start`)).status).toBe(200);
    await waitUntil(
      async () => {
        const { position, protection, pendingBuys } = await status(guarded);
        return position === '300' && protection === 'exchange' && pendingBuys === 3;
      },
      { timeoutMs: 30_000, what: 'the grid to rest under its stop' },
    );
    const stops = (): Promise<{ state: string; early: string }[]> =>
      platform.rows.query(
        `SELECT state, created_at < (SELECT MIN(created_at) FROM orders WHERE strategy_id = ?) AS early
           FROM exchange_stop WHERE strategy_id = ?`,
        [guarded, guarded],
      );
    expect(await stops()).toMatchObject([{ state: 'waiting' }]);
    expect(Number((await stops())[0]?.early)).toBe(1);

    await worker.kill();
    await market.setPrice('0.455', 'DOGEUSDT');
    await waitUntil(
      async () => {
        const held = (await market.books()).account.positions.find(({ symbol }) => symbol === 'DOGEUSDT');
        return held === undefined || Number(held.positionAmt) === 0;
      },
      { timeoutMs: 10_000, what: 'the stop to close the position' },
    );

    worker = await platform.startWorker('node-2');
    const ended = await waitUntil(
      async () => {
        const now = await status(guarded);
        return now.state === 'stopped' ? now : null;
      },
      { timeoutMs: 30_000, what: 'the strategy to end' },
    );
    expect(ended).toMatchObject({ reason: { code: 'STOP_LOSS' }, position: '0' });
    expect((await api.get<Strategy>(`/api/strategies/${guarded}`)).body.tradingState).toBe('ACTIVE');
    const [sums] = await platform.rows.query<{ base: string; money: string }[]>(
      `SELECT SUM(IF(side = 'buy', quantity, -quantity)) AS base,
              SUM(IF(side = 'sell', amount, -amount) - fee) AS money FROM fill WHERE strategy_id = ?`,
      [guarded],
    );
    expect(new Decimal(sums?.base ?? 'NaN').toFixed()).toBe('0');
    expect(new Decimal(sums?.money ?? 'NaN').toFixed()).toBe(ended.profit?.total);
    expect((await stops()).map(({ state }) => state)).toEqual(['ended']);
    expect((await market.books()).checks).toEqual([]);
  });
});
