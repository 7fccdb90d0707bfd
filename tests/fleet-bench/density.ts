import { setTimeout as delay } from 'node:timers/promises';
import type { StrategyStatus, WorkerInfo } from '@gridfleet/shared/schema';
import { GridFleet } from '../harness/grid-fleet.js';
import { INSPECTED, liveHeap, watchLoop } from '../harness/inspector.js';
import { waitUntil } from '../harness/wait.js';
import { print, spreadOf } from './figures.js';
import { complaints } from './node-log.js';
import { usageOf } from './process-meter.js';
import { profiled } from './profiled.js';
import { mostUsed, storageCounts } from './storage-meter.js';

const ACCOUNTS = 100;
const MARKETS = 20;
const LEVELS = 21;
const STARTED_MS = 900_000;
const STEADY_MS = 30_000;
const FAST_MS = 15_000;
const GAP_MS = 10_000;
/** Longer than it is looked at. */
const GAP_STAYS_MS = 60_000;
const SAMPLE_MS = 1_000;
/**
 * A trade and a best quote as often as the recorded session has best quotes: 81 a second in each market. The more grids
 * there are, the less the price moves, so that there are about as many fills a second.
 */
function prices(strategies: number): string {
  const pace = 1_100 / strategies;
  const [vol, reversion] = [0.41 * Math.sqrt(pace), 0.83 * pace].map((value) => value.toFixed(4));
  return `ou:price=100,vol=${vol},reversion=${reversion},every=12,seed=SEED`;
}
/**
 * What forty addresses of the exchange have together: two plans of each strategy need most of it. A fifth is for looks at
 * open orders and trades.
 */
const WEIGHT = '240000';
/** Neighbours are a tenth of a line apart: a price that moves fills some, and not all at once. */
function grid(place: number): Record<string, unknown> {
  const shift = (Math.floor(place / MARKETS) % 10) / 100;
  const edge = (price: number): string => (price + shift).toFixed(2);
  return { lower: edge(99), upper: edge(101), levels: LEVELS, quantity: { mode: 'base', value: '0.5' } };
}
/** Through a fifth of all orders: two fifths of the half that buys. */
const GAP_PERCENT = -0.4;

async function coverageOf(fleet: GridFleet): Promise<{ mean: number; least: number }> {
  const { body } = await fleet.api.get<{ items: StrategyStatus[] }>('/api/strategies/running');
  const shares = body.items.flatMap(({ coverage }) => (coverage === null ? [] : [Number(coverage)]));
  const sum = shares.reduce((total, share) => total + share, 0);
  return { mean: Number((sum / shares.length).toFixed(4)), least: Math.min(...shares) };
}

/** What the node and the storages do while `ms` pass. */
async function observe(fleet: GridFleet, bench: string, ms: number): Promise<void> {
  const node = fleet.node('a');
  const { pid } = node;
  const lags: number[] = [];
  const count = (table: string): Promise<number> => fleet.count(`SELECT COUNT(*) AS n FROM ${table}`);
  const before = { ...usageOf(pid), ...(await storageCounts(fleet)) };
  const [fills, orders] = [await count('fill'), await count('orders')];
  const seen = await watchLoop(node);
  const began = performance.now();
  while (performance.now() - began < ms) {
    await delay(SAMPLE_MS);
    const { body } = await fleet.api.get<{ items: WorkerInfo[] }>('/api/workers');
    for (const { eventLoopLagMs } of body.items) lags.push(eventLoopLagMs);
  }
  const seconds = (performance.now() - began) / 1_000;
  const { lagMs, memory } = await seen();
  const after = { ...usageOf(pid), ...(await storageCounts(fleet)) };
  const rate = (from: number, to: number): number => Number(((to - from) / seconds).toFixed(1));
  print({
    bench,
    strategies: fleet.ids.length,
    cpuPercent: Math.round(((after.cpuS - before.cpuS) / seconds) * 100),
    lagMs: Object.fromEntries(Object.entries(lagMs).map(([name, ms]) => [name, Math.round(ms)])),
    lagP99OfSecondsMs: spreadOf(lags),
    rssMb: Math.round(after.rssBytes / 1e6),
    memoryMb: Object.fromEntries(
      Object.entries(memory).map(([name, bytes]) => [name, Math.round(bytes / 1e6)]),
    ),
    fillsPerSecond: rate(fills, await count('fill')),
    ordersPerSecond: rate(orders, await count('orders')),
    redisCommandsPerSecond: rate(before.redisCommands, after.redisCommands),
    redisMost: mostUsed(before.redisCalls, after.redisCalls, seconds),
    mysqlStatementsPerSecond: rate(before.mysqlStatements, after.mysqlStatements),
    mysqlWritesPerSecond: rate(before.mysqlWrites, after.mysqlWrites),
    mysqlTransactionsPerSecond: rate(before.mysqlTransactions, after.mysqlTransactions),
    cellCoverage: await coverageOf(fleet),
  });
}

/** The markets jump one after the other, and stand there. */
async function jump(fleet: GridFleet): Promise<void> {
  const rules = fleet.symbols.map((symbol, place) => ({
    match: { symbol },
    do: {
      type: 'move-price',
      percent: GAP_PERCENT,
      afterMs: (place * GAP_MS) / MARKETS,
      forMs: GAP_STAYS_MS,
    },
  }));
  const { status, body } = await fleet.simulator.control.post('/_sim/faults', { rules });
  if (status !== 200) throw new Error(`the markets do not jump: ${JSON.stringify(body)}`);
}

/** One node with many live grids of 20 cells: at recorded rates, at ten times as much, and while prices jump. */
export async function density(strategies: number): Promise<void> {
  const fleet = await GridFleet.open({
    markets: MARKETS,
    accounts: ACCOUNTS,
    strategies,
    params: grid,
    prices: prices(strategies),
    weight: WEIGHT,
    env: { LOG_LEVEL: 'warn' },
  });
  try {
    const node = await fleet.startNode('a', INSPECTED);
    await fleet.create();
    await profiled(node, `density-${strategies}-opening`, async () => {
      await fleet.start();
      await fleet.until('every strategy to trade', () => true, STARTED_MS);
    });
    const wanted = strategies * (LEVELS - 1) * 0.98;
    await waitUntil(
      async () => (await fleet.count("SELECT COUNT(*) AS n FROM orders WHERE state = 'open'")) >= wanted,
      { timeoutMs: STARTED_MS, what: 'nearly all orders to rest', everyMs: 1_000 },
    );
    await profiled(node, `density-${strategies}`, () => observe(fleet, 'density, recorded rates', STEADY_MS));
    await fleet.simulator.control.post('/_sim/replay', { speed: 10 });
    await observe(fleet, 'density, ten times the recorded rates', FAST_MS);
    await fleet.simulator.control.post('/_sim/replay', { speed: 1 });
    await jump(fleet);
    await observe(fleet, 'density, a gap through a fifth of all orders', GAP_MS);
    await observe(fleet, 'density, after that gap', GAP_MS);
    print({ bench: 'density, what the node complained of', strategies, ...complaints(node) });
    // Last: collecting all garbage stops a full node for longer than its leases live.
    print({ bench: 'density, live heap', strategies, heapMb: Math.round((await liveHeap(node)) / 1e6) });
  } finally {
    await fleet.close();
  }
}
