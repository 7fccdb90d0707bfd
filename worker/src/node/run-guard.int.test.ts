import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import { CRASH_LIMIT } from './crash-loop.js';
import { RunGuard } from './run-guard.js';

let test: TestDatabase;
let database: DataSource;
let userId: number;

async function insert(sql: string, values: unknown[] = []): Promise<number> {
  const answer: { insertId: number } = await database.query(sql, values);
  return answer.insertId;
}

async function newRun(workerName: string | null = null, labels = ''): Promise<number> {
  const strategyId = await insert(
    `INSERT INTO strategy (user_id, name, kind, params, desired_state, worker_name, labels, created_at, updated_at)
       VALUES (?, 's', 'range-grid', '{}', 'running', ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [userId, workerName, labels],
  );
  return insert("INSERT INTO run (strategy_id, state, requested_at) VALUES (?, 'queued', UTC_TIMESTAMP(3))", [
    strategyId,
  ]);
}

const guard = (name: string, labels: string[] = []): RunGuard =>
  new RunGuard(database, { name, labels, instanceId: `instance-of-${name}` });

async function rowOf(runId: number): Promise<Record<string, unknown> | undefined> {
  const rows: Record<string, unknown>[] = await database.query('SELECT * FROM run WHERE id = ?', [runId]);
  return rows[0];
}

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 4);
  userId = await insert(
    "INSERT INTO user (email, role, created_at) VALUES ('a@b.c', 'owner', UTC_TIMESTAMP(3))",
  );
});
afterAll(async () => {
  await database.destroy();
  await test.drop();
});

describe('a node that takes runs', () => {
  it('takes many at once, and is their holder until it gives them back', async () => {
    const node = guard('a');
    const runs = await Promise.all(Array.from({ length: 5 }, () => newRun()));
    const passes = await Promise.all(runs.map((id) => node.enter(id)));
    expect(passes.map(({ verdict }) => verdict)).toEqual(Array(5).fill('take'));
    expect((await rowOf(runs[0] ?? 0))?.['holder']).toBe('instance-of-a');
    await Promise.all(runs.map((id) => node.leave(id)));
    expect((await rowOf(runs[0] ?? 0))?.['holder']).toBeNull();
  });

  it('does not free what another has taken meanwhile', async () => {
    const runId = await newRun();
    await guard('a').enter(runId);
    await guard('b').enter(runId);
    await guard('a').leave(runId);
    expect((await rowOf(runId))?.['holder']).toBe('instance-of-b');
  });

  it('leaves alone what is to run elsewhere', async () => {
    const node = guard('a', ['eu']);
    expect(await node.enter(await newRun('b'))).toMatchObject({
      verdict: 'misplaced',
      placement: { workerName: 'b' },
    });
    expect(await node.enter(await newRun(null, 'eu,fast'))).toMatchObject({ verdict: 'misplaced' });
    expect(await node.enter(await newRun('a', 'eu'))).toMatchObject({ verdict: 'take' });
    expect(await node.enter(4_000_000)).toEqual({ verdict: 'unknown' });
  });

  it('waits, and says why, when one node after another has died of a run', async () => {
    const runId = await newRun();
    for (let death = 0; death < CRASH_LIMIT; death += 1) {
      expect(await guard(`dies-${death}`).enter(runId)).toMatchObject({ verdict: 'take' });
    }
    const pass = await guard('next').enter(runId);
    expect(pass).toMatchObject({ verdict: 'wait' });
    expect(pass.verdict === 'wait' && pass.inMs).toBeGreaterThan(4_000);
    expect(await rowOf(runId)).toMatchObject({
      state: 'waiting',
      reason_code: 'CRASH_LOOP',
      crashes: CRASH_LIMIT,
      holder: null,
    });
    expect(await guard('another').enter(runId)).toMatchObject({ verdict: 'wait' });
    await database.query('UPDATE run SET retry_at = UTC_TIMESTAMP(3) WHERE id = ?', [runId]);
    expect(await guard('another').enter(runId)).toMatchObject({ verdict: 'take' });
  });

  it('counts no crash of a run that was given back', async () => {
    const runId = await newRun();
    for (let move = 0; move < CRASH_LIMIT + 1; move += 1) {
      const node = guard(`moves-${move}`);
      expect(await node.enter(runId)).toMatchObject({ verdict: 'take' });
      await node.leave(runId);
    }
    expect((await rowOf(runId))?.['crashes']).toBe(0);
  });
});
