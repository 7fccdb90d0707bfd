import type { RiskLimits } from '@gridfleet/shared/domain';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../tests/harness/database.js';
import type { EquityFigures } from '../run/equity-recorder.js';
import { log, RiskRig, sessionsOf } from '../testing/risk-rig.js';
import { StoredGrid } from '../testing/stored-grid.js';
import { ExposureWriter } from './exposure-writer.js';
import { RiskKeeper } from './risk-keeper.js';
import { ScopeWatch } from './scope-watch.js';
import type { TradingGate } from './trading-gate.js';

let rig: RiskRig;
let database: DataSource;
let gate: TradingGate;
let grid: StoredGrid;
let accountId: number;
let strategyId: number;

beforeAll(async () => {
  rig = await RiskRig.open(await createTestDatabase());
  ({ database } = rig);
});
afterAll(() => rig.close());
beforeEach(async () => {
  ({ accountId, grid, strategyId, gate } = await rig.begin());
});

const figures = (total: string, change: Partial<EquityFigures> = {}): EquityFigures => ({
  currentPrice: '150',
  position: '1',
  positionCost: '140',
  positionCount: 1,
  realizedPnl: '0',
  unrealizedPnl: '0',
  total,
  ...change,
});
async function limits(table: 'strategy' | 'account', id: number, set: RiskLimits): Promise<void> {
  await database.query(`UPDATE ${table} SET risk_limits = ? WHERE id = ?`, [JSON.stringify(set), id]);
  await gate.refresh();
}
const pokes: number[] = [];
const keeper = () =>
  new RiskKeeper(strategyId, {
    database,
    store: rig.store,
    exposures: new ExposureWriter(database),
    gate,
    sessions: sessionsOf({}),
    poke: (id) => pokes.push(id),
    log,
  });
async function storeCycle(net: string, generation: number, at: number): Promise<void> {
  await database.query(
    `INSERT INTO cycle (strategy_id, run_id, leg, market, position_side, slot, generation, part, buy_price, sell_price,
       quantity, gross, fees, net, completed_at) VALUES (?, ?, 0, 'SOL/USDT', 'net', 0, ?, 0, 1, 1, 1, 0, 0, ?, ?)`,
    [strategyId, grid.runId, generation, net, new Date(at)],
  );
}
const NOON = 1_790_000_000_000 - (1_790_000_000_000 % 86_400_000) + 43_200_000;

describe('limits on losses', () => {
  it('remember the peak across a kill, stop at the limit with a warning before, and stay until resumed', async () => {
    await limits('strategy', strategyId, { maxDrawdown: '50' });
    await keeper().look(() => figures('30'), NOON);
    // The process is gone; another one goes on.
    const next = keeper();
    await next.look(() => figures('-15'), NOON + 1_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('ACTIVE');
    await next.look(() => figures('-20'), NOON + 2_000);
    expect(await rig.state('strategy', strategyId)).toMatchObject({
      state: 'REDUCING',
      reason: { code: 'DRAWDOWN_LIMIT' },
      changedBy: 'risk',
    });
    const events = await database.query<{ level: string; code: string }[]>(
      'SELECT level, code FROM risk_event WHERE scope_id = ? AND scope = ? ORDER BY id',
      [strategyId, 'strategy'],
    );
    expect(events.map(({ level, code }) => `${level} ${code}`)).toEqual([
      'warning DRAWDOWN_LIMIT',
      'breach DRAWDOWN_LIMIT',
    ]);
    await new ScopeWatch(database, rig.store, gate, log).look(NOON + 400 * 86_400_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('REDUCING');
  });

  it('end a day’s stop at midnight', async () => {
    await limits('strategy', strategyId, { maxDailyLoss: '50' });
    const one = keeper();
    await one.look(() => figures('0'), NOON);
    await one.look(() => figures('-50'), NOON + 1_000);
    expect(await rig.state('strategy', strategyId)).toMatchObject({ reason: { code: 'DAILY_LOSS_LIMIT' } });
    const watch = new ScopeWatch(database, rig.store, gate, log);
    await watch.look(NOON + 43_199_999);
    expect((await rig.state('strategy', strategyId))?.state).toBe('REDUCING');
    await watch.look(NOON + 43_200_000);
    expect(await rig.state('strategy', strategyId)).toMatchObject({ state: 'ACTIVE', reason: null });
  });

  it('count losing cycles from the database, cool down, and begin a new row afterwards', async () => {
    await limits('strategy', strategyId, { maxConsecutiveLosses: 2, cooldownMinutes: 30 });
    await keeper().look(() => figures('0'), NOON);
    await storeCycle('-1', 1, NOON + 1_000);
    await keeper().look(() => figures('0'), NOON + 2_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('ACTIVE');
    await storeCycle('-1', 2, NOON + 3_000);
    await keeper().look(() => figures('0'), NOON + 4_000);
    expect(await rig.state('strategy', strategyId)).toMatchObject({ reason: { code: 'LOSS_STREAK' } });
    const watch = new ScopeWatch(database, rig.store, gate, log);
    await watch.look(NOON + 3_000 + 29 * 60_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('REDUCING');
    await watch.look(NOON + 3_000 + 30 * 60_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('ACTIVE');
    await gate.refresh();
    await keeper().look(() => figures('0'), NOON + 31 * 60_000);
    expect((await rig.state('strategy', strategyId))?.state).toBe('ACTIVE');
  });

  it('sell what is held at a price stop, and only reduce when told so', async () => {
    await limits('strategy', strategyId, { stopPriceBelow: '100' });
    await keeper().look(() => figures('0', { currentPrice: '99' }), NOON);
    const [row] = await database.query<{ desired_state: string; stop_orders: string }[]>(
      'SELECT desired_state, stop_orders FROM strategy WHERE id = ?',
      [strategyId],
    );
    expect(row).toEqual({ desired_state: 'stopped', stop_orders: 'sell' });
    expect(pokes).toContain(strategyId);
    expect(await rig.state('strategy', strategyId)).toMatchObject({ reason: { code: 'PRICE_STOP' } });
  });

  it('of an account add up its strategies', async () => {
    await limits('account', accountId, { maxDailyLoss: '100' });
    const second = await StoredGrid.create(database, accountId);
    const other = new RiskKeeper(second.frame.strategyId, {
      database,
      store: rig.store,
      exposures: new ExposureWriter(database),
      gate,
      sessions: sessionsOf({}),
      poke: () => undefined,
      log,
    });
    const watch = new ScopeWatch(database, rig.store, gate, log);
    const mine = keeper();
    await mine.look(() => figures('0'), NOON);
    await other.look(() => figures('0'), NOON);
    await watch.look(NOON);
    await mine.look(() => figures('-60'), NOON + 6_000);
    await watch.look(NOON + 6_000);
    expect((await rig.state('account', accountId))?.state).toBe('ACTIVE');
    await other.look(() => figures('-40'), NOON + 12_000);
    await watch.look(NOON + 12_000);
    expect(await rig.state('account', accountId)).toMatchObject({
      state: 'REDUCING',
      reason: { code: 'DAILY_LOSS_LIMIT' },
    });
  });
});
