import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { FencedError } from './fenced-batch.js';
import { RunStore } from './run-store.js';

const MANY = 30;

let test: TestDatabase;
let database: DataSource;
let store: RunStore;
let pairs: { strategyId: number; runId: number }[];

async function insert(sql: string, values: unknown[] = []): Promise<number> {
  const answer: { insertId: number } = await database.query(sql, values);
  return answer.insertId;
}

/** A strategy with a run that waits; its name is that of its only slot, too. */
async function waitingRun(user: number, account: number, name: string): Promise<(typeof pairs)[number]> {
  const strategyId = await insert(
    `INSERT INTO strategy (user_id, name, kind, params, desired_state, created_at, updated_at)
       VALUES (?, ?, 'range-grid', '{}', 'running', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [user, name],
  );
  await insert("INSERT INTO strategy_leg VALUES (?, 0, 'main', ?, 'BTC/USDT')", [strategyId, account]);
  const runId = await insert(
    "INSERT INTO run (strategy_id, state, requested_at) VALUES (?, 'queued', UTC_TIMESTAMP(3))",
    [strategyId],
  );
  await database.query('UPDATE strategy SET current_run_id = ? WHERE id = ?', [runId, strategyId]);
  return { strategyId, runId };
}

const claimAll = (node: string): ReturnType<RunStore['claim']>[] =>
  pairs.map(({ strategyId, runId }) => store.claim(strategyId, runId, node));

async function statements(): Promise<number> {
  const [row] = await database.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Com_select'");
  return Number(row?.Value);
}

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8, undefined, true);
  store = new RunStore(database);
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

beforeEach(async () => {
  const user = await insert(
    "INSERT INTO user (email, role, created_at) VALUES (UUID(), 'owner', UTC_TIMESTAMP(3))",
  );
  const account = await insert(
    `INSERT INTO account (user_id, label, venue, environment, fingerprint, created_at, updated_at)
       VALUES (?, 'a', 'binance', 'sim', REPEAT('0', 64), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [user],
  );
  pairs = [];
  for (let place = 0; place < MANY; place += 1) pairs.push(await waitingRun(user, account, `s${place}`));
});

describe('many claims at once', () => {
  it('gives each run what is its own, with a raised fence', async () => {
    const claims = await Promise.all(claimAll('a'));
    const loaded = claims.map((claim) => (claim.claimed ? claim.loaded : null));
    expect(loaded.map((run) => run?.strategy.id)).toEqual(pairs.map(({ strategyId }) => strategyId));
    expect(loaded.map((run) => run?.run.id)).toEqual(pairs.map(({ runId }) => runId));
    expect(loaded.map((run) => run?.strategy.name)).toEqual(pairs.map((_, place) => `s${place}`));
    expect(new Set(loaded.map((run) => run?.fence))).toEqual(new Set([1]));
    expect(loaded.every((run) => run?.legs.length === 1)).toBe(true);
    const rows = await database.query<{ node: string; state: string; fence: string }[]>(
      'SELECT DISTINCT node, state, fence FROM run WHERE id IN (?)',
      [pairs.map(({ runId }) => runId)],
    );
    expect(rows).toMatchObject([{ node: 'a', state: 'recovering' }]);
    expect(Number(rows[0]?.fence)).toBe(1);
  });

  it('asks MySQL as often as for a few', async () => {
    const before = await statements();
    await Promise.all(claimAll('a'));
    expect((await statements()) - before).toBeLessThan(MANY);
  });

  it('does not let the others wait for a strategy that somebody works on', async () => {
    const slow = database.createQueryRunner();
    await slow.startTransaction();
    let waiting: Promise<unknown> | undefined;
    let isFirstClaimed = false;
    try {
      await slow.query('SELECT id FROM strategy WHERE id = ? FOR UPDATE', [pairs[0]?.strategyId]);
      const [first, ...others] = claimAll('a');
      waiting = first?.then((claim) => {
        isFirstClaimed = true;
        return claim;
      });
      const claims = await Promise.all(others);
      expect(claims.every(({ claimed }) => claimed)).toBe(true);
      expect(isFirstClaimed).toBe(false);
    } finally {
      await slow.rollbackTransaction();
      await slow.release();
    }
    expect(await waiting).toMatchObject({ claimed: true });
  });

  it('answers each of them: a run that is gone, one that has ended, and the rest', async () => {
    const [gone, ended] = pairs;
    await database.query('DELETE FROM run WHERE id = ?', [gone?.runId]);
    await database.query("UPDATE run SET state = 'failed' WHERE id = ?", [ended?.runId]);
    const [first, second, ...others] = await Promise.all(claimAll('a'));
    expect(first).toEqual({ claimed: false, reason: 'the run does not exist' });
    expect(second).toEqual({ claimed: false, reason: 'the run is failed' });
    expect(others.every(({ claimed }) => claimed)).toBe(true);
  });

  it('tells a stale owner among those that say they trade', async () => {
    const claims = await Promise.all(claimAll('a'));
    const stale = pairs[3];
    if (stale === undefined) throw new RangeError('there are too few runs');
    await store.claim(stale.strategyId, stale.runId, 'b');
    const said = await Promise.allSettled(
      claims.map((claim, place) => {
        const { strategyId = 0, runId = 0 } = pairs[place] ?? {};
        const fence = claim.claimed ? claim.loaded.fence : 0;
        return store.setRunState(strategyId, runId, fence, 'running', null);
      }),
    );
    const refused = said.flatMap((answer, place) => (answer.status === 'rejected' ? [place] : []));
    expect(refused).toEqual([3]);
    expect(said[3]).toMatchObject({ reason: expect.any(FencedError) as unknown });
    const [row] = await database.query<{ n: string }[]>(
      "SELECT COUNT(*) AS n FROM run WHERE id IN (?) AND state = 'running'",
      [pairs.map(({ runId }) => runId)],
    );
    expect(Number(row?.n)).toBe(MANY - 1);
  });
});
