import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyProxy, type Fate } from './harness/faulty-proxy.js';
import { createGrid, TestPlatform } from './harness/platform.js';
import type { Rest } from './harness/rest.js';
import { TestSimulator } from './harness/simulator.js';
import { waitUntil } from './harness/wait.js';

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

let sim: TestSimulator;
let proxy: FaultyProxy;
let platform: TestPlatform;
let api: Rest;

beforeAll(async () => {
  sim = await TestSimulator.start(20);
  proxy = await FaultyProxy.start(sim.url);
  platform = await TestPlatform.create(proxy.url);
  ({ api } = await platform.startApi());
  await platform.startWorker('node-1');
});

afterAll(async () => {
  await platform.close();
  await proxy.close();
  await sim.process.stop();
});

/** Loses every third placement, by turns after and before the exchange has it. */
function loseEveryThird(): { lost: () => number } {
  let placements = 0;
  let lost = 0;
  proxy.fate = (method, path): Fate => {
    if (method !== 'POST' || !path.startsWith('/api/v3/order')) return 'pass';
    placements += 1;
    if (placements % 3 !== 0) return 'pass';
    lost += 1;
    return lost % 2 === 0 ? 'lose-request' : 'lose-answer';
  };
  return { lost: () => lost };
}

describe('placements whose answer is lost', () => {
  it('end in exactly one order for each cell, never two, and none is forgotten', async () => {
    const { lost } = loseEveryThird();
    const { id } = await createGrid(api);
    await api.post(`/api/strategies/${id}/start`);
    await waitUntil(
      async () => {
        const [row] = await platform.rows.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM fill');
        return lost() >= 6 && Number(row?.n) >= 8;
      },
      { timeoutMs: 90_000, what: 'six lost placements and eight fills' },
    );
    proxy.fate = () => 'pass';
    await sim.pause(true);
    // Unknown outcomes are resolved within their validity (4 s), the skew and two reads.
    await waitUntil(
      async () => {
        const levels = await api.get<{ items: { state: string }[] }>(`/api/strategies/${id}/levels`);
        const { account } = await sim.ledger();
        const open = account.orders.filter((order) => OPEN.has(order.status));
        return levels.body.items.every((level) => level.state === 'resting') && open.length === 20;
      },
      { timeoutMs: 40_000, what: 'every cell to have its order' },
    );
    const { account, checks } = await sim.ledger();
    expect(checks).toEqual([]);
    const ids = account.orders.map((order) => order.clientOrderId);
    expect(new Set(ids).size).toBe(ids.length);
    const open = account.orders.filter((order) => OPEN.has(order.status));
    // Strategy, leg and slot are the first 17 characters of a client order id.
    const slots = open.map((order) => order.clientOrderId.slice(0, 17));
    expect(new Set(slots).size).toBe(20);
    const rows = await platform.rows.query<{ trade_id: string }[]>('SELECT trade_id FROM fill');
    expect(rows.map((row) => row.trade_id).sort()).toEqual(
      account.fills.map((fill) => String(fill.tradeId)).sort(),
    );
    const unsent = await platform.rows.query<{ n: string }[]>(
      "SELECT COUNT(*) AS n FROM orders WHERE state = 'never-sent'",
    );
    expect(Number(unsent[0]?.n)).toBeGreaterThan(0);
  });
});
