import { Decimal } from '@gridfleet/shared/domain';
import type { StrategyStatus } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrid, type TestPlatform } from './harness/platform.js';
import type { GridfleetProcess } from './harness/processes.js';
import type { Rest } from './harness/rest.js';
import type { LedgerFill, TestSimulator } from './harness/simulator.js';
import { startSystem, type TestSystem } from './harness/system.js';
import { waitUntil } from './harness/wait.js';

const FOREIGN = 'placed-by-hand-1';
const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);

let system: TestSystem;
let sim: TestSimulator;
let platform: TestPlatform;
let api: Rest;
let worker: GridfleetProcess;
let id: number;

const plain = (text: string): string => new Decimal(text).toFixed();

async function status(): Promise<StrategyStatus> {
  return (await api.get<StrategyStatus>(`/api/strategies/${id}/status`)).body;
}

async function fillCount(): Promise<number> {
  const [row] = await platform.rows.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM fill');
  return Number(row?.n ?? 0);
}

/** Our fills and the exchange's, in one form and order. */
async function bothFills(): Promise<{ ours: string[]; theirs: string[] }> {
  const rows = await platform.rows.query<Record<string, string>[]>(
    `SELECT f.trade_id, o.client_order_id, f.side, f.price, f.quantity, f.fee, f.fee_asset, f.maker
       FROM fill f JOIN orders o ON o.id = f.order_id`,
  );
  const ours = rows.map((row) =>
    [
      row['trade_id'],
      row['client_order_id'],
      row['side'],
      plain(row['price'] ?? ''),
      plain(row['quantity'] ?? ''),
      plain(row['fee'] ?? ''),
      row['fee_asset'],
      Number(row['maker']) === 1,
    ].join(' '),
  );
  const { account } = await sim.ledger();
  const theirs = account.fills.map((fill: LedgerFill) =>
    [
      String(fill.tradeId),
      fill.clientOrderId,
      fill.side.toLowerCase(),
      plain(fill.price),
      plain(fill.quantity),
      plain(fill.commission),
      fill.commissionAsset,
      fill.maker,
    ].join(' '),
  );
  return { ours: ours.sort(), theirs: theirs.sort() };
}

/** Balances as MySQL's fills say they must be. */
async function expectedBalances(start: Record<string, string>): Promise<Record<string, string>> {
  const rows = await platform.rows.query<Record<string, string>[]>(
    'SELECT side, quantity, amount, fee, fee_asset FROM fill',
  );
  const total = { BTC: new Decimal(start['BTC'] ?? '0'), USDT: new Decimal(start['USDT'] ?? '0') };
  for (const row of rows) {
    const sign = row['side'] === 'buy' ? 1 : -1;
    total.BTC = total.BTC.plus(new Decimal(row['quantity'] ?? '').times(sign));
    total.USDT = total.USDT.minus(new Decimal(row['amount'] ?? '').times(sign));
    const asset = row['fee_asset'] === 'BTC' ? 'BTC' : 'USDT';
    total[asset] = total[asset].minus(row['fee'] ?? '');
  }
  return { BTC: total.BTC.toFixed(), USDT: total.USDT.toFixed() };
}

/** The market stands still and every answer has come in. */
async function quiet(): Promise<void> {
  await sim.pause(true);
  await waitUntil(
    async () => {
      const { ours, theirs } = await bothFills();
      const [row] = await platform.rows.query<{ n: string }[]>(
        "SELECT COUNT(*) AS n FROM orders WHERE state IN ('intent', 'sent')",
      );
      return ours.length === theirs.length && row?.n === '0';
    },
    { timeoutMs: 20_000, what: 'the books to be level with the exchange' },
  );
}

beforeAll(async () => {
  system = await startSystem({ speed: 40 });
  ({ sim, platform, api, worker } = system);
  await sim.placeForeign(FOREIGN, '50000.00');
});

afterAll(() => system.close());

describe('a range grid on a recorded market, through real processes', () => {
  it('starts through the API and fills', async () => {
    ({ id } = await createGrid(api));
    const started = await api.post<StrategyStatus>(`/api/strategies/${id}/start`);
    expect(started).toMatchObject({ status: 200, body: { isRunning: true, desiredState: 'running' } });
    await waitUntil(async () => (await fillCount()) >= 8, { timeoutMs: 60_000, what: 'eight fills' });
    // Live statuses follow at most once a second.
    await expect.poll(status).toMatchObject({ state: 'running', workerName: 'node-1', reason: null });
    const running = await api.get<{ items: StrategyStatus[] }>('/api/strategies/running');
    expect(running.body.items.map((item) => item.strategyId)).toEqual([id]);
  });

  it('knows every live order at the exchange, and only its own', async () => {
    await quiet();
    const { account } = await sim.ledger();
    const live = account.orders.filter((order) => OPEN.has(order.status));
    const rows = await platform.rows.query<{ client_order_id: string; exchange_order_id: string }[]>(
      'SELECT client_order_id, exchange_order_id FROM orders WHERE is_final = 0',
    );
    const exchange = live.map((order) => `${order.clientOrderId} ${order.orderId}`);
    const known = rows.map((row) => `${row.client_order_id} ${row.exchange_order_id}`);
    expect(exchange.filter((order) => !order.startsWith(FOREIGN)).sort()).toEqual(known.sort());
    // Each of the 20 cells has its one order.
    expect(known).toHaveLength(20);
    expect(exchange.filter((order) => order.startsWith(FOREIGN))).toHaveLength(1);
  });

  it('resumes with the same position when its worker is killed', async () => {
    const before = await waitUntil(
      async () => {
        const [first, second] = [await status(), await fillCount()];
        return first.fills === second ? first : null;
      },
      { timeoutMs: 5_000, what: 'the live status to be level with the books' },
    );
    await worker.kill();
    worker = await platform.startWorker('node-2');
    const after = await waitUntil(
      async () => {
        const now = await status();
        return now.state === 'running' && now.workerName === 'node-2' ? now : null;
      },
      { timeoutMs: 30_000, what: 'another node to trade on' },
    );
    expect(after.fence).toBeGreaterThan(before.fence ?? 0);
    expect({ position: after.position, fills: after.fills, cycles: after.cycles }).toEqual({
      position: before.position,
      fills: before.fills,
      cycles: before.cycles,
    });
    await sim.pause(false);
    await waitUntil(async () => (await fillCount()) >= Math.max(15, before.fills + 5), {
      timeoutMs: 60_000,
      what: 'more fills',
    });
    const coverage = await waitUntil(async () => (await status()).coverage, {
      timeoutMs: 10_000,
      what: 'the coverage of its cells',
    });
    expect(Number(coverage)).toBeGreaterThan(0.5);
    expect(Number(coverage)).toBeLessThanOrEqual(1);
    expect((await status()).protection).toBe('none');
  });

  it('stops through the API and leaves no order of its own', async () => {
    await api.post(`/api/strategies/${id}/stop`);
    await waitUntil(async () => (await status()).state === 'stopped', {
      timeoutMs: 20_000,
      what: 'the strategy to stop',
    });
    const { account } = await sim.ledger();
    const open = account.orders.filter((order) => OPEN.has(order.status));
    expect(open.map((order) => order.clientOrderId)).toEqual([FOREIGN]);
    expect(open[0]).toMatchObject({ price: '50000.00000000', executedQuantity: '0.00000000' });
  });

  it('has booked exactly what the exchange has booked', async () => {
    const { ours, theirs } = await bothFills();
    expect(ours.length).toBeGreaterThanOrEqual(15);
    expect(ours).toEqual(theirs);
    const { account, checks } = await sim.ledger();
    expect(checks).toEqual([]);
    const balances = Object.fromEntries(
      Object.entries(account.balances).map(([asset, { free, locked }]) => [
        asset,
        new Decimal(free).plus(locked).toFixed(),
      ]),
    );
    expect(balances).toEqual(await expectedBalances(account.start));
    const { position } = await status();
    expect(new Decimal(balances['BTC'] ?? '0').minus(account.start['BTC'] ?? '0').toFixed()).toBe(position);
    const trades = await api.get<{ items: { tradeId: string }[] }>(`/api/trades?strategyId=${id}&limit=1000`);
    expect(trades.body.items).toHaveLength(ours.length);
  });

  it('starts again from where it stopped', async () => {
    const { position } = await status();
    const before = await fillCount();
    await sim.pause(true);
    await api.post(`/api/strategies/${id}/start`);
    const resumed = await waitUntil(
      async () => {
        const now = await status();
        return now.state === 'running' && now.pendingBuys + now.pendingSells === 20 ? now : null;
      },
      { timeoutMs: 20_000, what: 'the grid to stand again' },
    );
    // Crossing orders may fill at once; nothing may be bought anew.
    if (before === (await fillCount())) expect(resumed.position).toBe(position);
    await api.post(`/api/strategies/${id}/stop`);
    await waitUntil(async () => (await status()).state === 'stopped', {
      timeoutMs: 20_000,
      what: 'the strategy to stop',
    });
  });

  it('keeps inventory and statistics through an edit of the grid', async () => {
    const before = await status();
    const { body: strategy } = await api.get<{ params: Record<string, unknown> }>(`/api/strategies/${id}`);
    const edited = await api.send<{ revision: number }>('PUT', `/api/strategies/${id}`, {
      params: { ...strategy.params, levels: 15 },
    });
    expect(edited).toMatchObject({ status: 200, body: { revision: 2 } });
    await api.post(`/api/strategies/${id}/start`);
    const after = await waitUntil(
      async () => {
        const now = await status();
        return now.state === 'running' && now.pendingBuys + now.pendingSells > 0 ? now : null;
      },
      { timeoutMs: 20_000, what: 'the edited grid to stand' },
    );
    const fills = await fillCount();
    if (fills === before.fills) expect(after.position).toBe(before.position);
    expect(after.cycles).toBeGreaterThanOrEqual(before.cycles);
    const levels = await api.get<{ items: { state: string; reason: { code: string } | null }[] }>(
      `/api/strategies/${id}/levels`,
    );
    expect(levels.body.items).toHaveLength(14);
    // Each cell has its order, or says why it has none.
    expect(levels.body.items.filter((level) => level.state === 'waiting' && level.reason === null)).toEqual(
      [],
    );
    await api.post(`/api/strategies/${id}/stop`);
    await waitUntil(async () => (await status()).state === 'stopped', {
      timeoutMs: 20_000,
      what: 'the strategy to stop',
    });
    const { ours, theirs } = await bothFills();
    expect(ours).toEqual(theirs);
  });

  it('takes an edit while it trades, and keeps inventory, statistics and its run', async () => {
    await api.post(`/api/strategies/${id}/start`);
    const stands = (cells: number, revision: number) =>
      waitUntil(
        async () => {
          const now = await status();
          const { body } = await api.get<{ items: { state: string }[] }>(`/api/strategies/${id}/levels`);
          const isWhole = body.items.length === cells && now.pendingBuys + now.pendingSells > 0;
          const rows = await platform.rows.query<{ revision: number }[]>(
            'SELECT revision FROM strategy_state WHERE strategy_id = ?',
            [id],
          );
          return isWhole && now.state === 'running' && rows[0]?.revision === revision ? now : null;
        },
        { timeoutMs: 20_000, what: `a grid of ${cells} cells in revision ${revision}` },
      );
    const before = await stands(14, 2);
    const fills = await fillCount();
    const { body: strategy } = await api.get<{ params: Record<string, unknown> }>(`/api/strategies/${id}`);
    const edited = await api.send('PUT', `/api/strategies/${id}`, {
      params: { ...strategy.params, levels: 11 },
    });
    expect(edited).toMatchObject({ status: 200, body: { revision: 3 } });
    const after = await stands(10, 3);
    expect(after.runId).toBe(before.runId);
    if ((await fillCount()) === fills) expect(after.position).toBe(before.position);
    expect(after.cycles).toBeGreaterThanOrEqual(before.cycles);
  });

  it('ends by selling what it holds, through the death of its worker, and is over only when flat', async () => {
    await api.post(`/api/strategies/${id}/stop`, { orders: 'sell' });
    // Somewhere between the first cancel and the last look.
    await worker.kill();
    worker = await platform.startWorker('node-3');
    const ended = await waitUntil(
      async () => {
        const now = await status();
        return now.state === 'stopped' ? now : null;
      },
      { timeoutMs: 40_000, what: 'the strategy to end' },
    );
    const { account, checks } = await sim.ledger();
    const open = account.orders.filter((order) => OPEN.has(order.status));
    expect(open.map((order) => order.clientOrderId)).toEqual([FOREIGN]);
    expect(checks).toEqual([]);
    const { ours, theirs } = await bothFills();
    expect(ours).toEqual(theirs);
    // Fees in base leave less than the exchange takes.
    expect(Number(ended.position)).toBeLessThan(0.0005);
    const held = account.balances['BTC'];
    const bought = new Decimal(held?.free ?? '0')
      .plus(held?.locked ?? '0')
      .minus(account.start['BTC'] ?? '0');
    expect(bought.toFixed()).toBe(ended.position);
  });
});
