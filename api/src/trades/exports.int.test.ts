import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dec, decStr, ZERO } from '@gridfleet/shared/domain';
import { archiveFills, returnFills } from '@gridfleet/shared/infra';
import type { Strategy } from '@gridfleet/shared/schema';
import { createAccount } from '../testing/fixtures.js';
import { storeTrades } from '../testing/stored-trades.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let bob: Caller;
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  ({ strategy } = await storeTrades(api.dataSource, ann, (await createAccount(ann)).id));
});
afterAll(() => api.close());

describe('CSV files', () => {
  const lines = async (url: string, as: Caller = ann): Promise<string[]> => {
    const answer = await as('GET', url);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['content-type']).toContain('text/csv');
    return answer.text.trimEnd().split('\r\n');
  };

  test('hold every row once, oldest first, with exact amounts and no formulas', async () => {
    await ann('PUT', `/api/strategies/${strategy.id}`, { name: '=HYPERLINK("x"),"y"' });
    const trades = await lines('/api/exports/trades');
    expect(trades).toHaveLength(41);
    expect(trades[1]).toContain('2026-03-27T00:30:00.000Z');
    expect(trades[1]).toContain('100.000000000000000001');
    expect(trades[1]).toContain(`"'=HYPERLINK(""x""),""y"""`);
    expect(await lines('/api/exports/orders?side=buy')).toHaveLength(21);
    expect(await lines('/api/exports/cycles?from=2026-10-01')).toHaveLength(21);
    expect(await lines('/api/exports/daily?from=2026-03-25&to=2026-03-31')).toHaveLength(8);
    expect(await lines('/api/exports/trades', bob)).toHaveLength(1);
  });

  test('for taxes hold what was sold in the year, by both methods, with the same gain in the end', async () => {
    const fifo = await lines('/api/exports/tax?year=2026&method=fifo');
    const average = await lines('/api/exports/tax?year=2026&method=average');
    const columns = (fifo[0] ?? '').split(',');
    const total = (file: string[], column: string) =>
      decStr(
        file
          .slice(1)
          .reduce((sum, line) => sum.plus(dec(line.split(',')[columns.indexOf(column)] ?? '0')), ZERO),
      );
    expect(total(fifo, 'proceeds')).toBe(total(average, 'proceeds'));
    // Fees were taken in base, so that a little more was sold than bought: both leave the same.
    expect(dec(total(fifo, 'quantity')).gt('0.2')).toBe(true);
    expect((await lines('/api/exports/tax?year=2025')).length).toBe(1);
  });

  test('for taxes stay the same when trades are archived', async () => {
    const before = await lines('/api/exports/tax?year=2026');
    expect(before.length).toBeGreaterThan(1);
    const { dataSource } = api;
    await dataSource.query(
      "UPDATE strategy SET deleted_at = '2026-01-01', desired_state = 'stopped' WHERE id = ?",
      [strategy.id],
    );
    await dataSource.query('UPDATE orders SET is_final = 1');
    await dataSource.query(
      "UPDATE trade_day_mark SET applied = 1000000, seen = 1000000 WHERE source = 'fill'",
    );
    const moved = await dataSource.transaction((manager) => archiveFills(manager, 0, 30));
    expect(moved, 'a part of them').toBe(30);
    expect(await lines('/api/exports/trades')).toHaveLength(11);
    expect(await lines('/api/exports/archived-trades')).toHaveLength(31);
    expect(await lines('/api/exports/tax?year=2026')).toEqual(before);
    await dataSource.query("UPDATE fill_archive SET source = 'import'");
    expect(await lines('/api/exports/tax?year=2026'), 'imported ones do not count').not.toEqual(before);
    await dataSource.query("UPDATE fill_archive SET source = 'retention'");
    await dataSource.transaction((manager) => returnFills(manager, strategy.id));
    expect(await lines('/api/exports/trades')).toHaveLength(41);
  });

  test.each([
    '/api/exports/tax',
    '/api/exports/tax?year=1',
    '/api/daily?to=9999-12-31',
    '/api/exports/daily?to=9999-12-31',
    '/api/exports/trades?strategyId=99999',
  ])('are refused at %s as errors, not as files', async (url) => {
    const answer = await ann('GET', url);
    expect([400, 404]).toContain(answer.status);
    expect(answer.error.code).toMatch(/VALIDATION_FAILED|NOT_FOUND/);
  });
});
