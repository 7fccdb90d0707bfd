import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectForBackup, tablesOf } from '@gridfleet/shared/infra';
import type { StrategyStatus } from '@gridfleet/shared/schema';
import { gridfleet, type CliResult } from './harness/cli.js';
import { createGrid, type TestPlatform } from './harness/platform.js';
import type { GridfleetProcess } from './harness/processes.js';
import type { Rest } from './harness/rest.js';
import type { LedgerOrder, TestSimulator } from './harness/simulator.js';
import { startSystem, type TestSystem } from './harness/system.js';
import { waitUntil } from './harness/wait.js';
import { metricsCases } from './operate/metrics-cases.js';

/** One installation through its life: watched, commanded, its key changed, upgraded, lost and restored. */
let system: TestSystem;
let sim: TestSimulator;
let platform: TestPlatform;
let api: Rest;
let apiUrl: string;
let worker: GridfleetProcess;
let strategyId: number;
let dir: string;
/** Of the processes that run now. */
let keys: NodeJS.ProcessEnv = {};

const cli = (...args: string[]): Promise<CliResult> =>
  gridfleet(args, { ...platform.env, ...keys, GRIDFLEET_URL: apiUrl });
const status = async (): Promise<StrategyStatus> =>
  (await api.get<StrategyStatus>(`/api/strategies/${strategyId}/status`)).body;
const open = async (): Promise<LedgerOrder[]> =>
  (await sim.ledger()).account.orders.filter((order) => ['NEW', 'PARTIALLY_FILLED'].includes(order.status));
const until = (what: string, isSo: (now: StrategyStatus) => boolean): Promise<StrategyStatus> =>
  waitUntil(
    async () => {
      const now = await status();
      return isSo(now) ? now : null;
    },
    { timeoutMs: 60_000, what, everyMs: 100 },
  );
/** Orders that were cancelled at the exchange. */
const canceled = async (): Promise<number> =>
  (await sim.ledger()).account.orders.filter(({ status: state }) => state === 'CANCELED').length;
const REJECTED = "orders WHERE state = 'rejected'";
const countRows = async (sql: string): Promise<number> =>
  Number((await platform.rows.query<{ n: string }[]>(`SELECT COUNT(*) AS n FROM ${sql}`))[0]?.n);

async function restart(env: NodeJS.ProcessEnv): Promise<void> {
  keys = env;
  worker = await platform.startWorker('node-1', env);
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gridfleet-operate-'));
  system = await startSystem({ speed: 10 });
  ({ sim, platform, api, url: apiUrl, worker } = system);
  ({ id: strategyId } = await createGrid(api));
  expect((await cli('strategy', 'start', String(strategyId))).stdout).toContain('start accepted');
  await until('the first fills', ({ fills }) => fills >= 3);
});

afterAll(async () => {
  await system.close();
  rmSync(dir, { recursive: true, force: true });
});

metricsCases(() => ({ apiUrl, worker, strategyId }));

describe('the command line', () => {
  it('lists strategies, tells the status of one, pauses it and lets it go on', async () => {
    const list = await cli('strategy', 'list');
    expect(list.stdout).toMatch(
      new RegExp(`^ *${strategyId}  test grid  range-grid  BTC/USDT  running`, 'm'),
    );
    const told = await cli('strategy', 'status', String(strategyId));
    expect(JSON.parse(told.stdout)).toMatchObject({ strategyId, state: 'running' });
    expect((await cli('strategy', 'pause', String(strategyId))).code).toBe(0);
    expect(await countRows("strategy WHERE trading_state <> 'ACTIVE'")).toBe(1);
    expect((await cli('strategy', 'resume', String(strategyId))).code).toBe(0);
    expect(await countRows("strategy WHERE trading_state <> 'ACTIVE'")).toBe(0);
    expect(await cli('strategy', 'status', '99999')).toMatchObject({ code: 1 });
  });

  it('halts the platform and resumes it', async () => {
    expect((await cli('halt', '--reason', 'drill')).stdout).toMatch(/^Halt \d+ of the platform/);
    expect((await api.get<{ state: string }>('/api/trading-state/platform')).body.state).toBe('HALTED');
    const resumed = await cli('resume');
    expect(resumed.stdout).toContain('it was HALTED (OPERATOR_HALT: drill)');
    expect((await api.get<{ state: string }>('/api/trading-state/platform')).body.state).toBe('ACTIVE');
  });

  it('changes how much every process logs, while they run', async () => {
    expect((await cli('log-level', 'debug')).code).toBe(0);
    await waitUntil(() => worker.output().includes('the log level has changed'), {
      timeoutMs: 15_000,
      what: 'the node to hear of it',
    });
    await waitUntil(
      async () => {
        await status();
        return /"level":20,.*"name":"api".*"requestId":"[0-9a-f-]{36}".*"msg":"request"/.test(
          platform.output(),
        );
      },
      { timeoutMs: 15_000, what: 'a line of debugging', everyMs: 200 },
    );
    expect((await cli('log-level', 'default')).stdout).toContain('follows its LOG_LEVEL');
  });

  it('finds the installation healthy', async () => {
    const { code, stdout } = await cli('doctor', '--settings', join(dir, '.env'));
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('ok    nodes: node-1');
  });
});

describe('a change of the encryption key', () => {
  it('fails no order, before, while and after', async () => {
    const old = String(platform.env['ENCRYPTION_KEY']);
    const both = { ENCRYPTION_KEY: randomBytes(32).toString('hex'), ENCRYPTION_KEY_OLD: old };
    const { fills: before } = await status();
    const rejected = await countRows(REJECTED);
    await worker.stop();
    await restart(both);
    await until('trading with both keys', ({ state, fills }) => state === 'running' && fills > before);
    expect((await cli('rotate-keys')).stdout).toMatch(/^2 credentials sealed anew/);
    await until('trading after the change', ({ fills }) => fills > before + 2);
    await worker.stop();
    await restart({ ENCRYPTION_KEY: both.ENCRYPTION_KEY });
    const { fills } = await status();
    await until('trading with the new key alone', (now) => now.state === 'running' && now.fills > fills);
    expect(await countRows(REJECTED)).toBe(rejected);
  });
});

describe('an upgrade of the schema', () => {
  it('runs while a node on the schema before gives its strategies back', async () => {
    const before = { rejected: await countRows(REJECTED), canceled: await canceled() };
    // The last migration only adds; a node that trades does not notice that it is missing.
    await platform.rows.undoLastMigration();
    const { fills } = await status();
    await until('trading on the schema before', (now) => now.fills > fills);
    const [migrated, drained] = await Promise.all([cli('migrate'), cli('drain', 'node-1')]);
    expect(migrated.stdout).toMatch(/^Migrated: /);
    expect(drained.stdout).toContain('node-1 is drained, 0 strategies');
    await worker.stop();
    await restart(keys);
    expect((await cli('undrain', 'node-1')).code).toBe(0);
    await until(
      'trading on the new schema',
      ({ state, coverage }) => state === 'running' && coverage !== null,
    );
    expect({ rejected: await countRows(REJECTED), canceled: await canceled() }).toEqual(before);
  });
});

describe('a database that is lost and restored', () => {
  it('has the same books, waits HALTED, then trades on with ids of a new epoch', async () => {
    const file = join(dir, 'all.backup');
    await worker.stop();
    await sim.pause(true);
    const resting = (await open()).map(({ clientOrderId }) => clientOrderId).sort();
    expect(resting.length).toBeGreaterThan(10);
    expect((await cli('backup', file)).code).toBe(0);
    const connection = await connectForBackup(String(platform.env['DATABASE_URL']));
    await connection.query('SET SESSION foreign_key_checks = 0');
    for (const table of await tablesOf(connection)) await connection.query(`DROP TABLE \`${table}\``);
    await connection.end();
    const restored = await cli('restore', file);
    expect(restored.stdout, restored.stderr).toContain('The platform is HALTED');
    const salt = /have the salt ([a-z0-9]{4})/.exec(restored.stdout)?.[1] ?? '';

    await restart(keys);
    await until(
      'the run to be back',
      ({ state, workerName }) => state === 'running' && workerName === 'node-1',
    );
    await sim.pause(false);
    const { fills } = await status();
    // Fills of orders that rest are booked; nothing new is placed.
    await until('a fill under the halt', (now) => now.fills > fills);
    const known = new Set(resting);
    expect((await open()).filter(({ clientOrderId }) => !known.has(clientOrderId))).toEqual([]);

    expect((await cli('resume')).stdout).toContain('RESTORED');
    const fresh = await waitUntil(
      async () => {
        const made = (await open()).filter(({ clientOrderId }) => !known.has(clientOrderId));
        return made.length > 0 ? made : null;
      },
      { timeoutMs: 30_000, what: 'new orders' },
    );
    for (const { clientOrderId } of fresh) expect(clientOrderId.startsWith(`gf${salt}`)).toBe(true);
    const all = (await sim.ledger()).account.orders.map(({ clientOrderId }) => clientOrderId);
    expect(new Set(all).size).toBe(all.length);
    const exchange = (await sim.ledger()).account.fills.length;
    await waitUntil(async () => (await countRows('fill')) >= exchange, {
      timeoutMs: 20_000,
      what: 'every trade of the exchange to be booked',
    });
  });

  it('is stopped from a shell, and leaves no order', async () => {
    const stopped = await cli('strategy', 'stop', String(strategyId), '--orders', 'cancel-orders');
    expect(stopped.stdout).toContain('stop accepted');
    await until('the end', ({ state }) => state === 'stopped');
    expect(await open()).toEqual([]);
  });
});
