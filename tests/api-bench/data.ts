import type { DataSource } from 'typeorm';
import { kindNamed, type PlanContext } from '@gridfleet/shared/domain';
import { redisKeys, rollUpTrades, statusToHash, type LiveStatus } from '@gridfleet/shared/infra';
import type { Redis } from 'ioredis';

export interface Sizes {
  strategies: number;
  running: number;
  fills: number;
}

const ACCOUNTS = 20;
const CELLS = 20;
const DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows of one insert. */
const ROWS = 2_000;
const MARKETS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT'];
const PARAMS = { lower: '59000', upper: '61000', levels: CELLS + 1, quantity: { value: '0.001' } };

const CONTEXT: PlanContext = {
  legs: [
    {
      leg: 0,
      market: {
        symbol: 'BTC/USDT',
        type: 'spot',
        base: 'BTC',
        quote: 'USDT',
        tickSize: '0.01',
        stepSize: '0.00001',
        minQuantity: '0.00001',
        maxQuantity: '9000',
        minNotional: '5',
        active: true,
      },
      bid: 6_000_000,
      ask: 6_000_001,
      makerRate: '0.0001',
      takerRate: '0.001',
      baseFree: '1',
      quoteFree: '100000',
    },
  ],
};

/** Numbers that repeat from run to run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

async function insert(
  rows: DataSource,
  table: string,
  columns: readonly string[],
  count: number,
  row: (index: number) => unknown[],
): Promise<void> {
  for (let from = 0; from < count; from += ROWS) {
    const values = Array.from({ length: Math.min(ROWS, count - from) }, (_, i) => row(from + i));
    await rows.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
  }
}

/** Strategies of one user, each with a stored machine, and their run. */
async function storeStrategies(
  rows: DataSource,
  userId: number,
  { strategies, running }: Sizes,
): Promise<void> {
  const now = new Date();
  await insert(
    rows,
    'account',
    ['user_id', 'label', 'venue', 'environment', 'fingerprint', 'verified_at', 'created_at', 'updated_at'],
    ACCOUNTS,
    (i) => [userId, `Account ${i}`, 'binance', 'sim', String(i).padStart(64, '0'), now, now, now],
  );
  const params = JSON.stringify(PARAMS);
  const state = (i: number): string => (i < running ? 'running' : 'stopped');
  await insert(
    rows,
    'strategy',
    [
      'id',
      'user_id',
      'name',
      'kind',
      'params',
      'desired_state',
      'current_run_id',
      'created_at',
      'updated_at',
    ],
    strategies,
    (i) => [i + 1, userId, `Grid ${i}`, 'range-grid', params, state(i), i + 1, now, now],
  );
  await insert(
    rows,
    'strategy_leg',
    ['strategy_id', 'leg', 'name', 'account_id', 'market'],
    strategies,
    (i) => [i + 1, 0, 'main', (i % ACCOUNTS) + 1, MARKETS[i % MARKETS.length]],
  );
  await insert(
    rows,
    'run',
    ['id', 'strategy_id', 'state', 'fence', 'requested_at', 'started_at'],
    strategies,
    (i) => [i + 1, i + 1, state(i), 1, now, now],
  );
  await storeMachines(rows, strategies, now);
}

async function storeMachines(rows: DataSource, strategies: number, now: Date): Promise<void> {
  const kind = kindNamed('range-grid');
  if (kind === undefined) throw new Error('there is no kind range-grid');
  const { state } = kind.bind(PARAMS).start({ ...CONTEXT, firstGeneration: 1, carried: null }, now.getTime());
  const [context, header] = [JSON.stringify(CONTEXT), JSON.stringify(state.header)];
  const slots = [...state.slots].map(([slot, value]): [number, string] => [slot, JSON.stringify(value)]);
  await insert(
    rows,
    'strategy_state',
    ['strategy_id', 'revision', 'context', 'header', 'updated_at'],
    strategies,
    (i) => [i + 1, 1, context, header, now],
  );
  await insert(
    rows,
    'slot',
    ['strategy_id', 'leg', 'market', 'position_side', 'slot', 'state'],
    strategies * slots.length,
    (i) => {
      const [slot = 0, value = ''] = slots[i % slots.length] ?? [];
      return [Math.floor(i / slots.length) + 1, 0, 'BTC/USDT', 'net', slot, value];
    },
  );
}

/** Fills of the running strategies over three months, half as many cycles, added up by day as an API process does. */
async function storeTrades(rows: DataSource, { running, fills }: Sizes): Promise<void> {
  const below = numbers(7);
  const now = Date.now();
  await insert(
    rows,
    'orders',
    [
      'id',
      'strategy_id',
      'run_id',
      'account_id',
      'leg',
      'market',
      'position_side',
      'slot',
      'side',
      'generation',
    ]
      .concat(['client_order_id', 'type', 'time_in_force', 'post_only', 'reduce_only', 'price', 'quantity'])
      .concat(['state', 'is_final', 'fence', 'not_after', 'created_at', 'updated_at']),
    running,
    (i) => {
      const at = new Date(now - DAYS * DAY_MS);
      const place = [
        i + 1,
        i + 1,
        i + 1,
        (i % ACCOUNTS) + 1,
        0,
        MARKETS[i % MARKETS.length],
        'net',
        0,
        'buy',
        1,
      ];
      return [...place, `gfbench${i}`, 'limit', 'GTC', 1, 0, '60000', '1', 'filled', 1, 1, at, at, at];
    },
  );
  const spread = DAYS * DAY_MS;
  await insert(
    rows,
    'fill',
    [
      'order_id',
      'strategy_id',
      'account_id',
      'leg',
      'market',
      'position_side',
      'slot',
      'side',
      'trade_id',
    ].concat(['price', 'quantity', 'amount', 'fee', 'fee_asset', 'fee_quote', 'maker', 'time']),
    fills,
    (i) => {
      const of = i % running;
      const place = [
        of + 1,
        of + 1,
        (of % ACCOUNTS) + 1,
        0,
        MARKETS[of % MARKETS.length],
        'net',
        below(CELLS),
      ];
      const time = new Date(now - spread + Math.floor((i / fills) * spread));
      const amount = `${50 + below(50)}.${below(100_000_000)}`;
      return [
        ...place,
        i % 2 === 0 ? 'buy' : 'sell',
        `t${i}`,
        '60000',
        '0.001',
        amount,
        '0.05',
        'USDT',
        '0.05',
        1,
        time,
      ];
    },
  );
  await insert(
    rows,
    'cycle',
    ['strategy_id', 'run_id', 'leg', 'market', 'position_side', 'slot', 'generation', 'part'].concat([
      'buy_price',
      'sell_price',
      'quantity',
      'gross',
      'fees',
      'net',
      'completed_at',
    ]),
    Math.floor(fills / 2),
    (i) => {
      const of = i % running;
      const time = new Date(now - spread + Math.floor((i / (fills / 2)) * spread));
      const net = `${below(10) < 8 ? '' : '-'}0.${below(1_000_000)}`;
      const place = [of + 1, of + 1, 0, MARKETS[of % MARKETS.length], 'net', below(CELLS), i, 0];
      return [...place, '60000', '60100', '0.001', '0.1', '0.01', net, time];
    },
  );
  // Twice: the first notes how far there is something to add.
  for (let i = 0; i < 2; i += 1) await rollUpTrades(rows, new Date(), 0);
}

function liveStatus(i: number): LiveStatus {
  const now = new Date().toISOString();
  return {
    runId: i + 1,
    jobId: `run-${i + 1}`,
    fence: 1,
    workerName: 'node-1',
    workerIp: '127.0.0.1',
    workerHostname: 'host',
    state: 'running',
    reason: null,
    startedAt: now,
    updatedAt: now,
    currentPrice: '60000',
    pendingBuys: 10,
    pendingSells: 10,
    positionCount: 5,
    position: '0.005',
    cycles: 300 + i,
    fills: 700 + i,
    realizedPnl: '12.5',
    unrealizedPnl: '-0.25',
    profit: {
      grid: '12.5',
      inventoryRealised: '0',
      inventoryUnrealised: '-0.25',
      priceImprovement: '0',
      funding: '0',
      openFees: '0.05',
      total: '12.2',
    },
    range: 'in-range',
    phase: 'trading',
    protection: 'platform',
    coverage: '0.9987',
    lastError: null,
    paramsRevision: 1,
  };
}

/** Everything the routes that are measured read; the user exists already. */
export async function store(rows: DataSource, redis: Redis, userId: number, sizes: Sizes): Promise<void> {
  await storeStrategies(rows, userId, sizes);
  await storeTrades(rows, sizes);
  const pipeline = redis.pipeline();
  for (let i = 0; i < sizes.running; i += 1) {
    pipeline.hset(redisKeys.running(i + 1), statusToHash(liveStatus(i)));
    pipeline.set(redisKeys.lock(i + 1), 'lease');
  }
  await pipeline.exec();
}
