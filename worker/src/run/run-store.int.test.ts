import { connectDatabase, migrate } from '@gridfleet/shared/infra';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/harness/database.js';
import type { LoadedRun } from './load-run.js';
import { FencedError } from './fenced-batch.js';
import { RunStore } from './run-store.js';

let test: TestDatabase;
let database: DataSource;
let store: RunStore;
let strategyId: number;
let runId: number;

async function insert(sql: string, values: unknown[] = []): Promise<number> {
  const answer: { insertId: number } = await database.query(sql, values);
  return answer.insertId;
}

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.url);
  database = await connectDatabase(test.url, 8);
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
  strategyId = await insert(
    `INSERT INTO strategy (user_id, name, kind, params, desired_state, created_at, updated_at)
       VALUES (?, 's', 'range-grid', '{"levels":2}', 'running', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [user],
  );
  await insert("INSERT INTO strategy_leg VALUES (?, 0, 'main', ?, 'BTC/USDT')", [strategyId, account]);
  runId = await newRun();
});

async function newRun(): Promise<number> {
  const id = await insert(
    "INSERT INTO run (strategy_id, state, requested_at) VALUES (?, 'queued', UTC_TIMESTAMP(3))",
    [strategyId],
  );
  await database.query('UPDATE strategy SET current_run_id = ? WHERE id = ?', [id, strategyId]);
  return id;
}

async function claimed(node: string): Promise<LoadedRun> {
  const claim = await store.claim(strategyId, runId, node);
  if (!claim.claimed) throw new Error(claim.reason);
  return claim.loaded;
}

describe('claiming a run', () => {
  it('raises the fence each time, and an earlier owner can write no more', async () => {
    const first = await claimed('a');
    const second = await claimed('b');
    expect(second.fence).toBe(first.fence + 1);
    await expect(store.setRunState(strategyId, runId, first.fence, 'failed', null)).rejects.toThrow(
      FencedError,
    );
    await expect(
      store.fenced(strategyId, first.fence, (manager) => manager.query("UPDATE strategy SET name = 'stale'")),
    ).rejects.toThrow(FencedError);
    const [row] = await database.query<{ name: string }[]>('SELECT name FROM strategy WHERE id = ?', [
      strategyId,
    ]);
    expect(row?.name).toBe('s');
    await store.setRunState(strategyId, runId, second.fence, 'running', null);
  });

  it('that fails tells people in the transaction that ends it', async () => {
    const { fence } = await claimed('a');
    const reason = { code: 'KEY_REFUSED', message: 'The exchange refuses the key.' };
    await store.setRunState(strategyId, runId, fence, 'failed', reason);
    const rows = await database.query<{ event: string }[]>('SELECT event FROM outbox WHERE event LIKE ?', [
      `%"run-failed"%"scopeId":${strategyId},%`,
    ]);
    expect(rows.map(({ event }) => JSON.parse(event) as unknown)).toEqual([
      expect.objectContaining({ type: 'notice', what: 'run-failed', scopeId: strategyId, reason }),
    ]);
  });

  it('writes nothing of a transaction that fails half-way', async () => {
    const { fence } = await claimed('a');
    const work = store.fenced(strategyId, fence, async (manager) => {
      await manager.query("UPDATE strategy SET name = 'half' WHERE id = ?", [strategyId]);
      throw new Error('crash between two statements');
    });
    await expect(work).rejects.toThrow('crash');
    const [row] = await database.query<{ name: string }[]>('SELECT name FROM strategy WHERE id = ?', [
      strategyId,
    ]);
    expect(row?.name).toBe('s');
  });

  it('refuses a run that has ended, and ends one that a newer run has replaced', async () => {
    const { fence } = await claimed('a');
    const old = runId;
    runId = await newRun();
    expect(await store.claim(strategyId, old, 'a')).toEqual({
      claimed: false,
      reason: 'a newer run has taken over',
    });
    expect(await store.claim(strategyId, old, 'a')).toEqual({ claimed: false, reason: 'the run is stopped' });
    expect(await store.wanted(strategyId, old)).toEqual({ verdict: 'superseded' });
    expect(await store.wanted(strategyId, runId)).toEqual({
      verdict: 'run',
      revision: 1,
      params: '{"levels":2}',
    });
    expect((await claimed('a')).fence).toBe(fence + 1);
  });

  it('gives two claims at once different fences', async () => {
    const fences = await Promise.all(
      [claimed('a'), claimed('b'), claimed('c')].map(async (claim) => (await claim).fence),
    );
    expect(new Set(fences).size).toBe(3);
  });
});

describe('what is wanted of a run', () => {
  it('follows the desired state and says what becomes of the orders', async () => {
    await database.query("UPDATE strategy SET desired_state = 'stopped' WHERE id = ?", [strategyId]);
    expect(await store.wanted(strategyId, runId)).toEqual({ verdict: 'stop', stop: 'cancel' });
    await database.query("UPDATE strategy SET stop_orders = 'keep-orders' WHERE id = ?", [strategyId]);
    expect(await store.wanted(strategyId, runId)).toEqual({ verdict: 'stop', stop: 'keep' });
  });
});
