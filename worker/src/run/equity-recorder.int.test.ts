import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { storeAccount, StoredGrid } from '../testing/stored-grid.js';
import { EquityRecorder, EquityWriter, type EquityFigures } from './equity-recorder.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let test: TestDatabase;
let database: DataSource;

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 4, undefined, true);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

const figures = (total: string): EquityFigures => ({
  currentPrice: '100',
  position: '1.5',
  positionCost: '140',
  positionCount: 1,
  realizedPnl: '2',
  unrealizedPnl: '10',
  total,
});

describe('equity snapshots', () => {
  it('are one a minute, also when two nodes note the same one; old ones keep one in fifteen minutes', async () => {
    const grid = await StoredGrid.create(database, await storeAccount(database));
    const { strategyId } = grid.frame;
    const noon = Math.floor(Date.now() / DAY) * DAY;
    const writer = new EquityWriter(database);
    const old = new EquityRecorder(writer, strategyId);
    for (let minute = 0; minute < 30; minute += 1) {
      await old.record(() => figures('1'), noon - 4 * DAY + minute * MINUTE);
    }
    const [first, second] = [new EquityRecorder(writer, strategyId), new EquityRecorder(writer, strategyId)];
    await first.record(() => figures('12'), noon + 1_000);
    await first.record(() => figures('13'), noon + 2_000);
    await second.record(() => figures('14'), noon + 3_000);
    await first.record(() => figures('15'), noon + 60 * MINUTE);
    const rows = await database.query<{ total_pnl: string; time: Date }[]>(
      'SELECT total_pnl, time FROM equity_snapshot WHERE strategy_id = ? ORDER BY time',
      [strategyId],
    );
    expect(rows.map((row) => [(row.time.getTime() - noon) / MINUTE, Number(row.total_pnl)])).toEqual([
      [-4 * 24 * 60, 1],
      [-4 * 24 * 60 + 15, 1],
      [0, 12],
      [60, 15],
    ]);
  });
});
