import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { parseMarketSpec } from './market/market-spec.js';
import { RestClient } from './testing/rest-client.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;
let client: RestClient;

beforeAll(async () => {
  simulator = await startSimulator({
    paused: true,
    clock: 'virtual',
    markets: ['ADAUSDT=manual:0.5', 'SOLUSDT=gbm:price=150,seed=7'].map(parseMarketSpec),
    accounts: [
      { apiKey: 'key', apiSecret: 'secret', balances: { USDT: '1000' }, makerRate: '0', takerRate: '0' },
    ],
  });
  client = new RestClient(simulator);
});

afterAll(() => simulator.close());

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${simulator.url}/_sim/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function exchangeTime(): Promise<number> {
  return Number((await client.send('GET', '/api/v3/time')).body['serverTime']);
}

async function signed(
  method: string,
  path: string,
  params: Record<string, string>,
): ReturnType<RestClient['signed']> {
  return client.signed(method, path, { timestamp: String(await exchangeTime()), ...params });
}

async function buy(price: string): Promise<number> {
  const order = { symbol: 'ADAUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '100', price };
  const { status, body } = await signed('POST', '/api/v3/order', order);
  expect(status).toBe(200);
  return Number(body['orderId']);
}

async function statusOf(orderId: number): Promise<unknown> {
  const { body } = await signed('GET', '/api/v3/order', { symbol: 'ADAUSDT', orderId: String(orderId) });
  return body['status'];
}

describe('a market whose price is set by hand', () => {
  it('trades at the price that is set, and fills what rests there', async () => {
    const order = await buy('0.49');
    expect(await statusOf(order)).toBe('NEW');
    const { body } = await post('price', { symbol: 'ADAUSDT', price: '0.49' });
    expect(body).toMatchObject({ symbol: 'ADAUSDT', bid: '0.49000000', last: '0.49000000' });
    expect(await statusOf(order)).toBe('FILLED');
  });

  it('jumps over prices in a gap without trading on the way, filling orders it left behind at their own price', async () => {
    const order = await buy('0.48');
    const { body } = await post('gap', { symbol: 'ADAUSDT', to: '0.40' });
    expect(body).toMatchObject({ bid: '0.40000000', ask: '0.40010000' });
    expect(await statusOf(order)).toBe('FILLED');
    const { body: trades } = await client.send('GET', '/api/v3/trades', 'symbol=ADAUSDT&limit=1');
    expect(trades).toMatchObject([{ price: '0.48000000' }]);
  });

  it('follows a script that is posted', async () => {
    const steps = [{ afterMs: 1000, price: '0.55' }];
    expect((await post('script', { symbol: 'ADAUSDT', steps })).status).toBe(200);
    await post('step', { ms: 1000 });
    const { body } = await client.send('GET', '/api/v3/ticker/price', 'symbol=ADAUSDT');
    expect(body).toMatchObject({ price: '0.55000000' });
  });
});

describe('a market added while the simulator runs', () => {
  it('is traded as if it had been there, and moves with the others', async () => {
    expect((await post('markets', { market: 'XRPUSDT=gbm:price=2,every=100' })).body).toEqual({
      venue: 'binance',
      symbol: 'XRPUSDT',
    });
    await post('step', { ms: 1000 });
    const { body } = await client.send('GET', '/api/v3/trades', 'symbol=XRPUSDT&limit=100');
    expect(body).toHaveLength(11);
  });
});

describe('futures markets', () => {
  const venue = 'binanceusdm';
  const lastOf = async (symbol: string): Promise<unknown> =>
    (await client.send('GET', '/fapi/v1/ticker/price', `symbol=${symbol}`)).body['price'];

  it('are added, set, gapped and scripted like spot markets, by the name of their venue', async () => {
    expect((await post('markets', { market: `${venue}/ETHUSDT=manual:3000` })).body).toEqual({
      venue,
      symbol: 'ETHUSDT',
    });
    const set = await post('price', { venue, symbol: 'ETHUSDT', price: '3100' });
    expect(set.body).toMatchObject({ symbol: 'ETHUSDT', last: '3100.00' });
    expect(await lastOf('ETHUSDT')).toBe('3100.00');
    const gap = await post('gap', { venue, symbol: 'ETHUSDT', to: '2900' });
    expect(gap.body).toMatchObject({ last: '3100.00' });
    expect(Number(gap.body['bid'])).toBeCloseTo(2900, -1);
    await post('script', { venue, symbol: 'ETHUSDT', steps: [{ afterMs: 1000, price: '2950' }] });
    await post('step', { ms: 1000 });
    expect(await lastOf('ETHUSDT')).toBe('2950.00');
  });

  it('liquidate what a set price ruins, once the mark has followed', async () => {
    await post('markets', { market: `${venue}/SOLUSDT=manual:100` });
    await post('futures/transfer', { amount: '-99000' });
    const order = { symbol: 'SOLUSDT', side: 'BUY', type: 'MARKET', quantity: '100' };
    expect((await signed('POST', '/fapi/v1/order', order)).body).toMatchObject({ symbol: 'SOLUSDT' });
    await post('price', { venue, symbol: 'SOLUSDT', price: '80' });
    await post('step', { ms: 30_000 });
    await post('price', { venue, symbol: 'SOLUSDT', price: '80' });
    const { body } = await signed('GET', '/fapi/v1/allOrders', { symbol: 'SOLUSDT' });
    const orders = body as unknown as { side: string; clientOrderId: string; status: string }[];
    expect(orders.at(-1)).toMatchObject({ side: 'SELL', status: 'FILLED' });
    expect(orders.at(-1)?.clientOrderId).toMatch(/^autoclose-/);
  });

  it('are on the status page’s list, each with its data', async () => {
    const status = (await (await fetch(`${simulator.url}/_sim/status`)).json()) as {
      futures: { venue: string; symbols: { symbol: string }[] }[];
      replay: { sources: { venue: string; symbol: string }[] };
    };
    expect(status.futures.map(({ venue: name }) => name)).toEqual([venue]);
    expect(status.futures[0]?.symbols.map(({ symbol }) => symbol)).toContain('ETHUSDT');
    expect(status.replay.sources).toContainEqual(expect.objectContaining({ venue, symbol: 'ETHUSDT' }));
  });
});

describe('the virtual clock', () => {
  it('stands still with the data and moves by the steps that are taken', async () => {
    const before = await exchangeTime();
    await post('step', { ms: 60_000 });
    expect(await exchangeTime()).toBe(before + 60_000);
    await post('clock', { advanceMs: 5000 });
    expect(await exchangeTime()).toBe(before + 65_000);
  });

  it('dates trades by the moment of the data they belong to', async () => {
    const from = await exchangeTime();
    await post('step', { ms: 1000 });
    const { body } = await client.send('GET', '/api/v3/trades', 'symbol=SOLUSDT&limit=4');
    const times = (body as unknown as { time: number }[]).map(({ time }) => time);
    expect(times.map((time, index) => time - (times[index - 1] ?? time))).toEqual([0, 250, 250, 250]);
    expect(times.every((time) => time > from && time <= from + 1000)).toBe(true);
  });

  it('is the clock that signatures are checked by', async () => {
    const stale = await signed('GET', '/api/v3/account', {
      timestamp: String((await exchangeTime()) - 6000),
    });
    expect(stale.body).toMatchObject({ code: -1021 });
  });
});

it.each([
  ['price', { symbol: 'SOLUSDT', price: '1' }, 'comes from data'],
  ['price', { symbol: 'BTCUSDT', price: '1' }, 'no market source'],
  ['price', { symbol: 'ADAUSDT', price: 1 }, 'price'],
  ['gap', { symbol: 'ADAUSDT' }, 'to must be'],
  ['script', { symbol: 'ADAUSDT', steps: [] }, 'at least one step'],
  ['markets', { market: 'ADAUSDT=manual:1' }, 'has a market source already'],
  ['markets', {}, 'market must be a text'],
  ['markets', { market: 'binanceusdm/NOPEUSDT=manual:1' }, 'no trading rules for NOPEUSDT'],
  ['markets', { market: 'binanceusdm/BTCUSDT=manual:1' }, 'has a market source already'],
  ['price', { venue: 'binanceusdm', symbol: 'BTCUSDT', price: '1' }, 'comes from data'],
  ['price', { venue: 'nowhere', symbol: 'BTCUSDT', price: '1' }, 'there is no venue nowhere'],
  ['step', { ms: -1 }, 'ms must be'],
  ['clock', { advanceMs: 'x' }, 'advanceMs'],
])('refuses %s %j with the reason', async (path, body, reason) => {
  const answer = await post(path, body);
  expect(answer.status).toBe(400);
  expect(answer.body['error']).toContain(reason);
});
