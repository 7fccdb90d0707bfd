import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StrategyStatus } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyProxy } from './harness/faulty-proxy.js';
import { TestFleet } from './harness/fleet.js';
import { TestPlatform } from './harness/platform.js';
import { TestSimulator } from './harness/simulator.js';
import { waitUntil } from './harness/wait.js';

const GRIDS = 6;
const BIN = fileURLToPath(new URL('../cli/bin/gridfleet.js', import.meta.url));
const run = promisify(execFile);

let sim: TestSimulator;
let platform: TestPlatform;
let fleet: TestFleet;

/** Orders that somebody cancelled: nobody but a strategy that stops does. */
async function cancelled(): Promise<string[]> {
  const { account } = await sim.ledger();
  return account.orders.filter(({ status }) => status === 'CANCELED').map((order) => order.clientOrderId);
}

function strategy(index: number): number {
  const id = fleet.ids[index];
  if (id === undefined) throw new RangeError(`there is no strategy ${index}`);
  return id;
}

beforeAll(async () => {
  sim = await TestSimulator.start(5);
  // They look at the exchange each 4 s and not each 15 s; leases and heartbeats keep their times.
  platform = await TestPlatform.create(sim.url, { TIME_SCALE: '0.25' });
  const { api } = await platform.startApi();
  fleet = new TestFleet(platform, api);
  await fleet.startNode('a');
  await fleet.startGrids(GRIDS);
  await fleet.until('the first node to trade everything', (spread) => spread['a'] === GRIDS);
});

afterAll(async () => {
  await platform.close();
  await sim.process.stop();
});

describe('a fleet of nodes', () => {
  it('gives a node that joins its share', async () => {
    await fleet.startNode('b');
    await fleet.until('both nodes to have their share', ({ a = 0, b = 0 }) => a <= 4 && b >= 2);
    expect(await cancelled()).toEqual([]);
  });

  it('takes over what a killed node had, with a higher fence and no order touched', async () => {
    const before = (await fleet.statuses()).filter(({ workerName }) => workerName === 'b');
    expect(before.length).toBeGreaterThan(0);
    await fleet.nodes.get('b')?.kill();
    await fleet.until('the other node to trade everything', ({ a = 0 }) => a === GRIDS);
    for (const { strategyId, fence, runId } of before) {
      const after = await fleet.status(strategyId);
      expect(after.fence).toBeGreaterThan(fence ?? 0);
      expect(after.runId).toBe(runId);
    }
    expect(await cancelled()).toEqual([]);
    await waitUntil(async () => (await fleet.node('b')) === undefined, {
      timeoutMs: 15_000,
      what: 'the dead node to be gone from the list',
    });
  });

  it('hands runs over when a node is told to stop, and cancels nothing', async () => {
    await Promise.all([fleet.startNode('b'), fleet.startNode('c', { WORKER_LABELS: 'region=eu' })]);
    await fleet.until('all nodes to trade', ({ b = 0, c = 0 }) => b >= 1 && c >= 1);
    const stopping = fleet.nodes.get('a');
    await stopping?.stop();
    expect(stopping?.exitCode()).toBe(0);
    await fleet.until('those that stay to trade everything', ({ b = 0, c = 0 }) => b + c === GRIDS);
    expect(await cancelled()).toEqual([]);
  });

  it('empties a node that is drained, and fills it again', async () => {
    const drained = await fleet.api.post('/api/workers/b/drain');
    expect(drained).toMatchObject({ status: 200, body: { name: 'b', state: 'draining' } });
    await fleet.until('the drained node to be empty', ({ c = 0 }) => c === GRIDS);
    await waitUntil(async () => (await fleet.node('b'))?.state === 'drained', {
      timeoutMs: 10_000,
      what: 'the node to say that it is drained',
    });
    const { stdout } = await run(process.execPath, [BIN, 'undrain', 'b'], {
      env: { ...process.env, ...platform.env },
      timeout: 60_000,
    });
    expect(stdout).toBe('b is ready, 0 strategies\n');
    await fleet.until('both nodes to have their share', ({ b = 0 }) => b >= 2);
    expect(await cancelled()).toEqual([]);
    expect((await fleet.api.post('/api/workers/nobody/drain')).status).toBe(404);
  });

  it('moves a running strategy to the node it is pinned to, and to one with its labels', async () => {
    const [pinned, labelled, lost] = [strategy(0), strategy(1), strategy(2)];
    const place = (id: number, placement: object): Promise<unknown> =>
      fleet.api.send('PUT', `/api/strategies/${id}`, placement);
    await place(pinned, { workerName: 'b' });
    await place(labelled, { labels: ['region=eu'] });
    await place(lost, { workerName: 'nowhere' });
    await fleet.untilStatus(
      pinned,
      'the pinned node',
      (now) => now.state === 'running' && now.workerName === 'b',
    );
    await fleet.untilStatus(
      labelled,
      'the label',
      (now) => now.state === 'running' && now.workerName === 'c',
    );
    const waiting = await fleet.untilStatus(
      lost,
      'a reason',
      (now) => now.reason?.code === 'PINNED_NODE_ABSENT',
    );
    expect(waiting).toMatchObject({ state: 'waiting', isRunning: true, workerName: null });
    await place(lost, { workerName: null });
    await fleet.until('all to trade again', () => true);
    expect(await cancelled()).toEqual([]);
  });

  it('never swallows a quick stop and start', async () => {
    const id = strategy(3);
    const before = await fleet.status(id);
    for (let round = 0; round < 3; round += 1) {
      await fleet.api.post(`/api/strategies/${id}/stop`, { orders: 'keep-orders' });
      await fleet.api.post(`/api/strategies/${id}/start`);
    }
    const after = await fleet.untilStatus(
      id,
      'the last start to hold',
      (now) => now.state === 'running' && now.runId !== before.runId && now.desiredState === 'running',
    );
    expect(after.runId).toBeGreaterThan(before.runId ?? 0);
    const again = await fleet.api.post<StrategyStatus>(`/api/strategies/${id}/start`);
    expect(again.body.runId).toBe(after.runId);
  });

  it('shows a run whose nodes die one after another, and tries it again later', async () => {
    const id = strategy(0);
    const { runId } = await fleet.status(id);
    await fleet.api.send('PUT', `/api/strategies/${id}`, { workerName: null });
    // As after four deaths in a row, each within seconds of taking the run.
    await platform.rows.query('UPDATE run SET crashes = 4, claimed_at = UTC_TIMESTAMP(3) WHERE id = ?', [
      runId,
    ]);
    const { workerName } = await fleet.status(id);
    const killedAt = Date.now();
    await fleet.nodes.get(workerName ?? '')?.kill();
    await platform.rows.query('UPDATE run SET claimed_at = UTC_TIMESTAMP(3) WHERE id = ?', [runId]);
    const waiting = await fleet.untilStatus(
      id,
      'the loop to be seen',
      (now) => now.reason?.code === 'CRASH_LOOP',
    );
    expect(waiting.state).toBe('waiting');
    const retryAt = /tried again at (\S+)Z;/.exec(waiting.reason?.message ?? '')?.[1] ?? '';
    expect(Date.parse(`${retryAt}Z`) - killedAt).toBeGreaterThan(5_000);
    const tried = await waitUntil(
      async () => {
        const [row] = await platform.rows.query<{ late: number }[]>(
          'SELECT claimed_at >= ? AS late FROM run WHERE id = ? AND holder IS NOT NULL AND retry_at IS NULL',
          [retryAt.replace('T', ' '), runId],
        );
        return row;
      },
      { timeoutMs: 40_000, what: 'the run to be tried again' },
    );
    expect(tried.late).toBe(1);
    await fleet.until('it to trade again', () => true);
  });

  it('moves runs to a node whose address the exchange accepts, and fails one that has none', async () => {
    const proxy = await FaultyProxy.start(sim.url);
    const id = strategy(1);
    const site = { WORKER_LABELS: 'site=x' };
    const place = (labels: string[]): Promise<unknown> =>
      fleet.api.send('PUT', `/api/strategies/${id}`, { labels });
    const runsOn = (node: string): Promise<StrategyStatus> =>
      fleet.untilStatus(id, `node ${node}`, (now) => now.state === 'running' && now.workerName === node);
    try {
      await fleet.startNode('shy', { ...site, SIM_URL: proxy.url, EGRESS_IP: '10.0.0.1' });
      await place(['site=x']);
      const { runId } = await runsOn('shy');
      await fleet.startNode('fit', { ...site, EGRESS_IP: '10.0.0.2' });
      proxy.fate = (_method, path) => (path.includes('signature=') ? 'refuse-key' : 'pass');
      expect((await runsOn('fit')).runId).toBe(runId);
      await fleet.until('the refused address to have nothing', ({ shy = 0 }) => shy === 0);
      await fleet.nodes.get('fit')?.stop();
      const failed = await fleet.untilStatus(id, 'the end of the run', (now) => now.state === 'failed');
      expect(failed.reason?.code).toBe('KEY_REFUSED');
      await place([]);
      await fleet.api.post(`/api/strategies/${id}/start`);
      await fleet.until('all to trade elsewhere', ({ shy = 0 }) => shy === 0);
    } finally {
      await fleet.nodes.get('shy')?.stop();
      await proxy.close();
    }
  });

  it('has broken no rule of the exchange on the way', async () => {
    const { checks } = await sim.ledger();
    expect(checks).toEqual([]);
  });
});
