import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { control } from '../testing/control-client.js';
import { RestClient, type RestAnswer } from '../testing/rest-client.js';

// Each test starts the simulator several times, which parses the recordings each time.
vi.setConfig({ testTimeout: 30_000 });

const symbol = 'BTCUSDT';

let directory: string;
let simulator: Simulator | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sim-futures-state-'));
});

afterEach(async () => {
  await simulator?.close();
  rmSync(directory, { recursive: true });
});

async function start(): Promise<{ simulator: Simulator; client: RestClient }> {
  await simulator?.close();
  simulator = await startSimulator({ paused: true, state: join(directory, 'state.json') });
  return { simulator, client: new RestClient(simulator) };
}

async function accepted(answer: Promise<RestAnswer>): Promise<Record<string, unknown>> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

/** Everything that is kept, as the exchange's answers show it; what moves with the mark price is left out. */
async function shown(client: RestClient): Promise<Record<string, unknown>> {
  const get = (path: string, params: Record<string, string> = { symbol }): Promise<unknown> =>
    accepted(client.signed('GET', `/fapi/${path}`, params));
  const balances = (await get('v3/balance', {})) as Record<string, unknown>[];
  const positions = (await get('v3/positionRisk')) as Record<string, unknown>[];
  return {
    orders: await get('v1/allOrders'),
    open: await get('v1/openOrders'),
    algos: await get('v1/allAlgoOrders'),
    openAlgos: await get('v1/openAlgoOrders'),
    trades: await get('v1/userTrades'),
    income: await get('v1/income', {}),
    settings: await get('v1/symbolConfig', {}),
    mode: await get('v1/positionSide/dual', {}),
    wallet: balances.map(({ asset, balance }) => [asset, balance]),
    positions: positions.map(({ positionSide, positionAmt, entryPrice, updateTime }) => ({
      positionSide,
      positionAmt,
      entryPrice,
      updateTime,
    })),
  };
}

async function checks(running: Simulator): Promise<unknown> {
  const { body } = await control(running, 'GET', '/futures');
  const [venue] = body['venues'] as { checks: unknown[] }[];
  return venue?.checks;
}

it('knows wallets, positions, settings, orders, conditional orders and income again after a restart', async () => {
  const { client } = await start();
  const post = (path: string, params: Record<string, string>): Promise<Record<string, unknown>> =>
    accepted(client.signed('POST', `/fapi/v1/${path}`, { symbol, ...params }));
  await post('positionSide/dual', { dualSidePosition: 'true' });
  await post('marginType', { marginType: 'ISOLATED' });
  await post('leverage', { leverage: '10' });
  await post('order', { side: 'BUY', positionSide: 'LONG', type: 'MARKET', quantity: '0.010' });
  await post('order', { side: 'SELL', positionSide: 'SHORT', type: 'MARKET', quantity: '0.004' });
  await post('order', { side: 'SELL', positionSide: 'LONG', type: 'MARKET', quantity: '0.003' });
  const limit = { side: 'BUY', positionSide: 'LONG', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.010' };
  await post('order', { ...limit, price: '59000', newClientOrderId: 'kept' });
  await post('order', { ...limit, price: '58000', newClientOrderId: 'gone' });
  await accepted(client.signed('DELETE', '/fapi/v1/order', { symbol, origClientOrderId: 'gone' }));
  const stop = {
    algoType: 'CONDITIONAL',
    side: 'SELL',
    positionSide: 'LONG',
    type: 'STOP_MARKET',
    quantity: '0.005',
    workingType: 'MARK_PRICE',
  };
  await post('algoOrder', { ...stop, triggerPrice: '50000', clientAlgoId: 'waiting' });
  await post('algoOrder', { ...stop, triggerPrice: '49000', clientAlgoId: 'canceled' });
  await accepted(client.signed('DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 'canceled' }));
  const before = await shown(client);
  expect(before['open']).toHaveLength(1);
  expect(before['openAlgos']).toHaveLength(1);

  const second = await start();
  const inSession = { ...second, get: (path: string) => second.client.signed('GET', path, { symbol }) };
  expect(await shown(second.client)).toEqual(before);
  expect(await checks(second.simulator)).toEqual([]);

  // What was kept lives on: the resting order fills, the waiting order triggers, ids rise.
  const kept = (before['open'] as { orderId: number }[])[0]?.orderId ?? 0;
  const fresh = await accepted(
    second.client.signed('POST', '/fapi/v1/order', { symbol, ...limit, price: '58500' }),
  );
  const known = (before['orders'] as { orderId: number }[]).map(({ orderId }) => orderId);
  expect(Number(fresh['orderId'])).toBeGreaterThan(Math.max(...known));
  await control(second.simulator, 'POST', '/faults', {
    rules: [
      {
        match: { venue: 'binanceusdm' },
        do: { type: 'fill-order', account: second.simulator.accounts[0]?.apiKey, symbol, side: 'BUY' },
      },
    ],
  });
  const filled = await second.client.signed('GET', '/fapi/v1/order', { symbol, orderId: String(kept) });
  expect(filled.body).toMatchObject({ status: 'FILLED', executedQty: '0.010' });
  await control(second.simulator, 'POST', '/futures/mark', { symbol, price: '49990' });
  second.simulator.advance(1);
  const algos = await inSession.get('/fapi/v1/allAlgoOrders');
  expect(algos.body).toMatchObject([{ algoStatus: 'FINISHED' }, { algoStatus: 'CANCELED' }]);
  expect(await checks(second.simulator)).toEqual([]);
  const later = await shown(second.client);

  const third = await start();
  expect(await shown(third.client)).toEqual(later);
  expect(await checks(third.simulator)).toEqual([]);
});
