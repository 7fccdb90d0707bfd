import { STOP_SLOT, strategyKinds, type ExchangeStop, type Market } from '@gridfleet/shared/domain';
import { createLogger, type ExchangeStopRow, type OrderRow } from '@gridfleet/shared/infra';
import { parseMarketSpec, startSimulator, type Simulator } from '@gridfleet/sim';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../../tests/harness/wait.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import { BinanceAccount } from '../venue/ccxt/binance-account.js';
import { createBinance } from '../venue/ccxt/binance-client.js';
import type { HookedBinance } from '../venue/ccxt/hooked-binance.js';
import { LINEAR } from '../venue/ccxt/binance-linear.js';
import { loadBinance } from '../venue/ccxt/load-ccxt.js';
import { ClockWatch } from '../venue/clock-watch.js';
import { StopKeeper } from './stop-keeper.js';
import type { StopStore } from './stop-store.js';

// The keeper against the simulator, through the adapter of Binance USDT-M; rows are kept in memory.

const SYMBOL = 'ADA/USDT:USDT';
const log = createLogger('test', 'silent');
const MARKET: Market = {
  ...SOL_LEG.market,
  ...{ symbol: SYMBOL, type: 'linear', base: 'ADA', tickSize: '0.0001', stepSize: '1', minQuantity: '1' },
};
const STOP: ExchangeStop = {
  key: { leg: 0, market: SYMBOL, positionSide: 'net', slot: STOP_SLOT },
  side: 'sell',
  price: '0.45',
};

let simulator: Simulator;
let account: BinanceAccount;
let keeper: StopKeeper;
const rows = new Map<string, ExchangeStopRow>();
const orders: Omit<OrderRow, 'id'>[] = [];
const told: string[] = [];

const store = {
  known: () => Promise.resolve({ rows: [], lastGeneration: 0 }),
  intend: (row: ExchangeStopRow) => Promise.resolve(void rows.set(row.clientOrderId, { ...row })),
  settle: (id: string, state: ExchangeStopRow['state']) => {
    const row = rows.get(id);
    if (row !== undefined) rows.set(id, { ...row, state });
    return Promise.resolve();
  },
  trigger: (id: string, order: Omit<OrderRow, 'id'>) => {
    orders.push(order);
    return store.settle(id, 'triggered');
  },
};

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${simulator.url}/_sim/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function setPrice(price: string): Promise<void> {
  for (const what of ['price', 'mark']) await control(`futures/${what}`, { symbol: 'ADAUSDT', price });
}

beforeAll(async () => {
  simulator = await startSimulator({
    markets: [parseMarketSpec('binanceusdm/ADAUSDT=manual:0.5,depth=100000')],
  });
  const keys = await control('accounts', {
    balances: { USDT: '1' },
    futures: { wallet: '1000', makerRate: '0.0002', takerRate: '0.0005' },
  });
  const credentials = { apiKey: String(keys['apiKey']), secret: String(keys['apiSecret']) };
  const { Binance, errors } = await loadBinance(LINEAR.id);
  const clock = new ClockWatch({ ask: () => Promise.resolve(Date.now()), log });
  const client = (): HookedBinance =>
    createBinance(Binance, { loads: LINEAR.loads, environment: 'sim', simUrl: simulator.url, credentials });
  const own = client();
  await own.loadMarkets();
  account = new BinanceAccount(own, errors, clock, client, {}, LINEAR);
  const kind = strategyKinds.get('range-grid')?.bind({
    ...{ lower: '140', upper: '143', levels: 4 },
    quantity: { mode: 'base', value: '1' },
  });
  const { futures } = account;
  if (kind === undefined || futures?.stops === undefined) throw new Error('the venue has no stops');
  const context = { legs: [{ ...SOL_LEG, market: MARKET }] };
  keeper = new StopKeeper({
    frame: { strategyId: 7, runId: 1, fence: 1, salt: 'ab12', kind, context, accountIds: [1] },
    ...{ leg: 0, market: MARKET, account, futures, stops: futures.stops },
    store: store as unknown as StopStore,
    lease: { signal: new AbortController().signal, remainingMs: () => 5_000 },
    verifyMs: 0,
    triggered: ({ code }) => told.push(code),
    changed: () => undefined,
    log,
  });
});

afterAll(async () => {
  await account.close();
  await simulator.close();
});

async function buy(quantity: string): Promise<void> {
  const outcome = await account.place(
    {
      ...{ market: MARKET, clientOrderId: `buy${quantity}`, side: 'buy', type: 'market' },
      ...{ timeInForce: 'IOC', postOnly: false, price: null, quantity },
    },
    () => undefined,
  );
  expect(outcome.phase).toBe('accepted');
}

describe('a stop at the simulated exchange', () => {
  it('rests before there is a position, covers all that is bought, and becomes an order of ours', async () => {
    await keeper.keep([STOP], false);
    expect(keeper.rests('sell')).toBe(true);
    expect(keeper.refusal).toBeNull();
    await buy('100');
    await buy('50');
    await keeper.keep([STOP], false);
    expect([...rows.values()].map(({ state }) => state)).toEqual(['waiting']);

    // Somebody cancels it: the next look places another.
    const [first] = [...rows.keys()];
    await account.futures?.stops?.cancel(SYMBOL, first ?? '');
    await keeper.keep([STOP], false);
    expect([...rows.values()].map(({ state }) => state)).toEqual(['ended', 'waiting']);
    expect(await account.futures?.stops?.open(SYMBOL)).toHaveLength(1);

    await setPrice('0.449');
    await waitUntil(async () => (await account.futures?.positions(SYMBOL))?.length === 0, {
      timeoutMs: 5_000,
      what: 'the position to be closed',
    });
    expect(await keeper.verify()).toBe(true);
    expect(orders).toMatchObject([{ side: 'sell', quantity: '150', slot: STOP_SLOT, state: 'sent' }]);
    const traded = await account.orderTrades(SYMBOL, orders[0]?.exchangeOrderId ?? '');
    expect(traded.map(({ quantity }) => quantity)).toEqual(['150']);
    await keeper.keep([STOP], false);
    expect(told).toEqual(['STOP_LOSS']);
    expect(await account.futures?.stops?.open(SYMBOL)).toEqual([]);
  }, 30_000);
});
