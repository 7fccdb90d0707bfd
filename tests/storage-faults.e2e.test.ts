import { setTimeout as delay } from 'node:timers/promises';
import type { StrategyStatus } from '@gridfleet/shared/schema';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createGrid, TestPlatform } from './harness/platform.js';
import type { Rest } from './harness/rest.js';
import { TestSimulator } from './harness/simulator.js';
import { TcpProxy } from './harness/tcp-proxy.js';
import { waitUntil } from './harness/wait.js';

const OPEN = new Set(['NEW', 'PARTIALLY_FILLED']);
/** A storage that is back must be traded with again within this, ms (a slow machine gets half as much again). */
const RESUME_MS = 45_000;

let sim: TestSimulator;
let mysql: TcpProxy;
let redis: TcpProxy;
let platform: TestPlatform;
let api: Rest;
let id: number;

async function count(sql: string): Promise<number> {
  const [row] = await platform.rows.query<{ n: string }[]>(sql);
  return Number(row?.n ?? 0);
}
const fills = (): Promise<number> => count('SELECT COUNT(*) AS n FROM fill');
const exchangeOrders = async (): Promise<number> => (await sim.ledger()).account.orders.length;

/** Trading goes on: fills are booked that were not there before. */
async function tradesAgain(): Promise<void> {
  const before = await fills();
  await waitUntil(async () => (await fills()) >= before + 2, { timeoutMs: RESUME_MS, what: 'new fills' });
}

/** The market stands still; then MySQL and the exchange must say the same, order by order and fill by fill. */
async function booksAgree(): Promise<void> {
  await sim.pause(true);
  await waitUntil(
    async () => {
      const { account } = await sim.ledger();
      const open = account.orders.filter((order) => OPEN.has(order.status));
      const live = await count('SELECT COUNT(*) AS n FROM orders WHERE is_final = 0');
      const { body } = await api.get<StrategyStatus>(`/api/strategies/${id}/status`);
      const booked = (await fills()) === account.fills.length;
      return body.state === 'running' && open.length === 20 && live === 20 && booked;
    },
    { timeoutMs: RESUME_MS, what: 'the books to agree with the exchange' },
  );
  const { account, checks } = await sim.ledger();
  expect(checks).toEqual([]);
  const rows = await platform.rows.query<{ client_order_id: string }[]>('SELECT client_order_id FROM orders');
  const known = new Set(rows.map((row) => row.client_order_id));
  expect(account.orders.filter((order) => !known.has(order.clientOrderId))).toEqual([]);
  const slots = account.orders
    .filter((order) => OPEN.has(order.status))
    .map((order) => order.clientOrderId.slice(0, 17));
  expect(new Set(slots).size).toBe(20);
  const trades = await platform.rows.query<{ trade_id: string }[]>('SELECT trade_id FROM fill');
  expect(trades.map((row) => row.trade_id).sort()).toEqual(
    account.fills.map((fill) => String(fill.tradeId)).sort(),
  );
  await sim.pause(false);
}

const USER = 'gridfleet-fault-test';

beforeAll(async () => {
  sim = await TestSimulator.start(20);
  platform = await TestPlatform.create(sim.url);
  ({ api } = await platform.startApi());
  mysql = await TcpProxy.start(platform.env['DATABASE_URL'] ?? '', 3306);
  redis = await TcpProxy.start(platform.env['REDIS_URL'] ?? '', 6379);
  await platform.redis.call('ACL', 'SETUSER', USER, 'reset', 'on', '>fault', '~*', '&*', '+@all');
  const redisUrl = new URL(redis.through(platform.env['REDIS_URL'] ?? ''));
  redisUrl.username = USER;
  redisUrl.password = 'fault';
  platform.env['DATABASE_URL'] = mysql.through(platform.env['DATABASE_URL'] ?? '');
  platform.env['REDIS_URL'] = redisUrl.href;
  await platform.startWorker('node-1');
  ({ id } = await createGrid(api));
  await api.post(`/api/strategies/${id}/start`);
  await waitUntil(async () => (await fills()) >= 3, { timeoutMs: 60_000, what: 'the first fills' });
});

afterEach(() => {
  mysql.heal();
  redis.heal();
});

afterAll(async () => {
  await platform.redis.call('ACL', 'DELUSER', USER);
  await platform.close();
  await mysql.close();
  await redis.close();
  await sim.process.stop();
});

describe('MySQL', () => {
  it('stopped: nothing is sent without its row, and trading goes on by itself', async () => {
    mysql.cut();
    // What was committed before the cut may still be on its way for a moment.
    await delay(500);
    const before = await exchangeOrders();
    await delay(5_000);
    expect(await exchangeOrders()).toBe(before);
    mysql.heal();
    await tradesAgain();
    await booksAgree();
  });

  it('slow: orders take longer, nothing else', async () => {
    mysql.delayMs = 250;
    await tradesAgain();
    mysql.heal();
    await booksAgree();
  });

  it('holding a lock for longer than a transaction may wait: the whole step is tried again', async () => {
    const runner = platform.rows.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT id FROM strategy WHERE id = ? FOR UPDATE', [id]);
    const before = await fills();
    await delay(10_000);
    expect(await fills()).toBe(before);
    await runner.rollbackTransaction();
    await runner.release();
    await tradesAgain();
    await booksAgree();
  });

  it('committing while the node sees an error: nothing is booked or placed twice', async () => {
    let lost = 0;
    mysql.fate = (packet) => {
      if (lost >= 2 || !packet.includes('COMMIT') || !packet.includes('INSERT INTO orders')) return 'pass';
      lost += 1;
      return 'lose-answer';
    };
    await waitUntil(() => lost >= 2, {
      timeoutMs: 90_000,
      what: 'two lost commits, the second after a recovery',
    });
    await tradesAgain();
    await booksAgree();
  });
});

describe('Redis', () => {
  it('stopped: the node ends its lease by itself, sends nothing more, and takes up again', async () => {
    redis.cut();
    // The last renewal was sent at most 1.5 s before; a lease is trusted for 4 s.
    await delay(6_000);
    const before = await exchangeOrders();
    await delay(3_000);
    expect(await exchangeOrders()).toBe(before);
    redis.heal();
    await tradesAgain();
    await booksAgree();
  });

  it('flushed: queue, leases and status are rebuilt from MySQL', async () => {
    await platform.redis.flushdb();
    await tradesAgain();
    await booksAgree();
  });

  it('read-only: the node ends its lease by itself, and takes up again', async () => {
    await platform.redis.call('ACL', 'SETUSER', USER, '-@write');
    await delay(6_000);
    const before = await exchangeOrders();
    await delay(3_000);
    expect(await exchangeOrders()).toBe(before);
    await platform.redis.call('ACL', 'SETUSER', USER, '+@write');
    await tradesAgain();
    await booksAgree();
  });
});
