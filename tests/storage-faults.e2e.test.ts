import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { violationsOf } from './faults/harness/books.js';
import { GridRun } from './faults/harness/grid-run.js';
import { LAB_MARKETS, marketFlags, walk } from './faults/harness/market.js';
import { TestPlatform } from './harness/platform.js';
import { TestSimulator } from './harness/simulator.js';
import { TcpProxy } from './harness/tcp-proxy.js';
import { waitUntil } from './harness/wait.js';

/** A storage that is back must be traded with again within this, ms (a slow machine gets half as much again). */
const RESUME_MS = 45_000;
/** From one price of the market to the next: each fills one order of the grid. */
const STEP_MS = 200;
/** Orders of the grid that rest while nothing is wrong. */
const CELLS = 10;
/** Periods of the engine against those in production, its pauses between attempts above all; leases keep their times. */
const TIME_SCALE = '0.2';

let sim: TestSimulator;
let mysql: TcpProxy;
let redis: TcpProxy;
let platform: TestPlatform;
let grid: GridRun;

const traded = async (): Promise<number> => (await sim.ledger(grid.apiKey)).account.fills.length;
const ordered = async (): Promise<number> => (await sim.ledger(grid.apiKey)).account.orders.length;

/** Trading goes on: fills are booked that were not there before. */
async function tradesAgain(): Promise<void> {
  const before = await grid.fills();
  await waitUntil(async () => (await grid.fills()) >= before + 2, {
    timeoutMs: RESUME_MS,
    what: 'new fills',
  });
}

/** The market goes on, and the exchange gets no order. */
async function sendsNothing(ms: number): Promise<void> {
  const before = await ordered();
  await delay(ms);
  expect(await ordered()).toBe(before);
}

/** The market stands still; then every book must say the same here and at the exchange, and every cell has its order. */
async function booksAgree(): Promise<void> {
  await sim.pause(true);
  let wrong: string[] = [];
  await waitUntil(
    async () => {
      wrong = await violationsOf(grid);
      const isTrading = (await grid.status()).state === 'running' && (await grid.resting()) === CELLS;
      return isTrading && wrong.length === 0;
    },
    { timeoutMs: RESUME_MS, what: 'the books to agree with the exchange', everyMs: 200 },
  ).catch((error: unknown) => {
    expect(wrong).toEqual([]);
    throw error;
  });
  await sim.pause(false);
}

const USER = 'gridfleet-fault-test';

beforeAll(async () => {
  const [market] = LAB_MARKETS;
  if (market === undefined) throw new Error('the lab has no market');
  sim = await TestSimulator.start(1, marketFlags());
  platform = await TestPlatform.create(sim.url, { TIME_SCALE });
  const { api } = await platform.startApi();
  mysql = await TcpProxy.start(platform.env['DATABASE_URL'] ?? '', 3306);
  redis = await TcpProxy.start(platform.env['REDIS_URL'] ?? '', 6379);
  await platform.redis.call('ACL', 'SETUSER', USER, 'reset', 'on', '>fault', '~*', '&*', '+@all');
  const redisUrl = new URL(redis.through(platform.env['REDIS_URL'] ?? ''));
  redisUrl.username = USER;
  redisUrl.password = 'fault';
  platform.env['DATABASE_URL'] = mysql.through(platform.env['DATABASE_URL'] ?? '');
  platform.env['REDIS_URL'] = redisUrl.href;
  await platform.startWorker('node-1');
  await walk(sim, market.symbol, STEP_MS);
  grid = await GridRun.open({ simulator: sim, platform, api }, market);
  await grid.start();
  await waitUntil(async () => (await grid.fills()) >= 3, { timeoutMs: 60_000, what: 'the first fills' });
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
    const before = await traded();
    await sendsNothing(4_000);
    expect(await traded()).toBeGreaterThan(before);
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
    await runner.query('SELECT id FROM strategy WHERE id = ? FOR UPDATE', [grid.id]);
    const before = await grid.fills();
    await delay(10_000);
    expect(await grid.fills()).toBe(before);
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
    await sendsNothing(3_000);
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
    await sendsNothing(3_000);
    await platform.redis.call('ACL', 'SETUSER', USER, '+@write');
    await tradesAgain();
    await booksAgree();
  });
});
