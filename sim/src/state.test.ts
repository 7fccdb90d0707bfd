import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type LedgerReport, type Simulator } from './index.js';
import { RestClient } from './testing/rest-client.js';

// Each test starts the simulator several times, which parses the recording each time.
vi.setConfig({ testTimeout: 20_000 });

let directory: string;
let simulator: Simulator | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sim-state-'));
});

afterEach(async () => {
  await simulator?.close();
  rmSync(directory, { recursive: true });
});

async function start(): Promise<RestClient> {
  await simulator?.close();
  simulator = await startSimulator({ paused: true, state: join(directory, 'state.json') });
  return new RestClient(simulator);
}

async function ledger(client: RestClient): Promise<LedgerReport> {
  return (await client.send('GET', '/_sim/ledger')).body as unknown as LedgerReport;
}

it('knows accounts, balances, orders and fills again after a restart, and goes on with rising ids', async () => {
  const first = await start();
  const order = { symbol: 'BTCUSDT', side: 'BUY' };
  await first.signed('POST', '/api/v3/order', { ...order, type: 'MARKET', quantity: '0.001' });
  const resting = { ...order, type: 'LIMIT', timeInForce: 'GTC', quantity: '0.002' };
  const kept = await first.signed('POST', '/api/v3/order', {
    ...resting,
    price: '61700',
    newClientOrderId: 'kept',
  });
  const gone = await first.signed('POST', '/api/v3/order', { ...resting, price: '61000' });
  await first.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', orderId: String(gone.body['orderId']) });
  const stop = { symbol: 'BTCUSDT', type: 'STOP_LOSS', stopPrice: '70000', newClientOrderId: 'waiting' };
  await first.signed('POST', '/api/v3/order', { ...stop, side: 'BUY', quantity: '0.001' });
  const before = await ledger(first);

  const second = await start();
  const after = await ledger(second);
  expect(after).toEqual({
    ...before,
    accounts: before.accounts.map((account) => ({
      ...account,
      orders: expect.arrayContaining(account.orders) as unknown,
    })),
  });
  expect(after.checks).toEqual([]);
  const open = await second.signed('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
  expect(open.body).toMatchObject([
    { clientOrderId: 'kept', orderId: kept.body['orderId'], isWorking: true },
    { clientOrderId: 'waiting', stopPrice: '70000.00000000', isWorking: false },
  ]);
  const trades = await second.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT' });
  expect(trades.body).toHaveLength(1);

  const fresh = await second.signed('POST', '/api/v3/order', { ...order, type: 'MARKET', quantity: '0.001' });
  expect(Number(fresh.body['orderId'])).toBeGreaterThan(Number(gone.body['orderId']));
  simulator?.advance(400_000);
  const filled = await second.signed('GET', '/api/v3/order', {
    symbol: 'BTCUSDT',
    origClientOrderId: 'kept',
  });
  expect(filled.body).toMatchObject({ status: 'FILLED', executedQty: '0.00200000' });
  const { checks, accounts } = await ledger(second);
  expect(checks).toEqual([]);
  const ids = accounts[0]?.fills.map(({ tradeId }) => tradeId) ?? [];
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort((a, b) => a - b)).toEqual(ids);
});

it('drops journal lines that no saved state knows', async () => {
  await start();
  await simulator?.close();
  appendFileSync(join(directory, 'state.json.journal'), '{"kind":"fill","record":{"tra');
  const client = await start();
  expect((await ledger(client)).checks).toEqual([]);
});

it('does not start when the state cannot be written', async () => {
  const state = join(directory, 'missing', 'state.json');
  await expect(startSimulator({ state })).rejects.toThrow(/ENOENT/);
});

it('refuses a state of another version, naming the file', async () => {
  writeFileSync(join(directory, 'state.json'), JSON.stringify({ version: 99, venue: 'binance' }));
  await expect(start()).rejects.toThrow(/state\.json holds version 99/);
});
