import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrid, TestPlatform } from './harness/platform.js';
import { TestSimulator } from './harness/simulator.js';
import { StreamProxy } from './harness/stream-proxy.js';
import { waitUntil } from './harness/wait.js';

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

let sim: TestSimulator;
let proxy: StreamProxy;
let platform: TestPlatform;

beforeAll(async () => {
  sim = await TestSimulator.start(20);
  proxy = await StreamProxy.start(sim.url);
  platform = await TestPlatform.create(proxy.url);
});

afterAll(async () => {
  await platform.close();
  await proxy.close();
  await sim.process.stop();
});

async function fills(): Promise<number> {
  return (await sim.ledger()).account.fills.length;
}

/** Something goes wrong with the streams, and the market trades meanwhile. */
async function during(fault: () => void, mended: () => void): Promise<void> {
  const before = await fills();
  fault();
  await waitUntil(async () => (await fills()) > before, { timeoutMs: 30_000, what: 'a fill in the gap' });
  mended();
}

describe('streams that break while orders fill', () => {
  it('lose nothing: each trade is booked once, and every cell has its order again', async () => {
    const { api } = await platform.startApi();
    const worker = await platform.startWorker('node-1');
    const { id } = await createGrid(api);
    await api.post(`/api/strategies/${id}/start`);
    await waitUntil(async () => (await fills()) >= 3, { timeoutMs: 60_000, what: 'the first fills' });

    // Every connection is cut, and none can be opened for a while.
    await during(
      () => {
        proxy.dial = 'refuse';
        proxy.cut();
      },
      () => (proxy.dial = 'relay'),
    );
    await during(
      () => (proxy.deaf = true),
      () => (proxy.deaf = false),
    );
    for (const e of ['eventStreamTerminated', 'serverShutdown']) {
      const dials = proxy.dials.length;
      proxy.say({ subscriptionId: 0, event: { e, E: Date.now() } });
      await waitUntil(() => proxy.dials.length > dials, { timeoutMs: 30_000, what: `a new link after ${e}` });
    }

    await sim.pause(true);
    await waitUntil(
      async () => {
        const levels = await api.get<{ items: { state: string }[] }>(`/api/strategies/${id}/levels`);
        const { account } = await sim.ledger();
        const open = account.orders.filter((order) => OPEN.has(order.status));
        return levels.body.items.every((level) => level.state === 'resting') && open.length === 20;
      },
      { timeoutMs: 60_000, what: 'every cell to have its order' },
    );
    const { account, checks } = await sim.ledger();
    expect(checks).toEqual([]);
    const rows = await platform.rows.query<{ trade_id: string }[]>('SELECT trade_id FROM fill');
    expect(rows.map((row) => row.trade_id).sort()).toEqual(
      account.fills.map((fill) => String(fill.tradeId)).sort(),
    );
    const ids = account.orders.map((order) => order.clientOrderId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(worker.exitCode()).toBeUndefined();
    expect(worker.output()).not.toContain('unhandled rejection');
  });
});
