import { expect, it } from 'vitest';
import { control } from '../testing/control-client.js';
import { codeOf, examplesDo, type Scenarios } from '../testing/fault-bench.js';
import { waitUntil } from '../testing/wait-until.js';

// Faults of events, streams and markets.
const SCENARIOS: Scenarios = {
  F20: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    await bench.trade();
    await waitUntil('both copies', () => stream.reports('TRADE').length === 2);
    expect(new Set(stream.reports('TRADE').map((report) => report['t'])).size).toBe(1);
  },
  F21: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    for (let i = 0; i < 3; i++) await bench.trade();
    await waitUntil('all fills', () => stream.reports('TRADE').length === 3);
    const ids = stream.reports('TRADE').map((report) => Number(report['t']));
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
  },
  F22: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    let answered = false;
    const placing = bench.trade().then(() => (answered = true));
    await waitUntil('the fill', () => stream.reports('TRADE').length === 1);
    expect(answered).toBe(false);
    await placing;
  },
  F23: async (bench, fault) => {
    await bench.place({ newClientOrderId: 'a', quantity: '0.01' });
    await fault();
    expect((await bench.cancel('a')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.00500000' });
  },
  F24: async (bench, fault) => {
    const stream = await bench.user();
    await bench.place({ newClientOrderId: 'a', quantity: '0.01' });
    await fault();
    await bench.cancel('a');
    await waitUntil('the late fill', () => stream.reports('TRADE').length === 1);
    expect(stream.reports().map((report) => report['x'])).toEqual(['NEW', 'CANCELED', 'TRADE']);
  },
  F25: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    await waitUntil('the break', () => stream.closed);
    await expect(bench.user()).rejects.toThrow('503');
    await waitUntil('a new connection', () => bench.user().catch(() => undefined));
  },
  F26: async (bench, fault) => {
    const stream = await bench.user();
    const pongs: unknown[] = [];
    stream.ws.on('pong', () => pongs.push(1));
    await fault();
    await bench.trade();
    stream.ws.ping();
    await waitUntil('a pong', () => pongs.length > 0);
    expect(stream.reports()).toEqual([]);
  },
  F27: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    await waitUntil('the end', () => stream.closed);
    expect(stream.messages()).toMatchObject([
      { status: 200 },
      { subscriptionId: 0, event: { e: 'eventStreamTerminated' } },
      { event: { e: 'serverShutdown' } },
    ]);
  },
  F28: async (bench, fault) => {
    const both = [await bench.user(), await bench.quotes()];
    await fault();
    await waitUntil('both ends', () => both.every(({ closed }) => closed));
    expect(both.map((stream) => stream.code)).toEqual([1001, 1001]);
    await bench.user();
  },
  F29: async (bench, fault) => {
    await fault();
    await expect(bench.user()).rejects.toThrow('503');
    await expect(bench.quotes()).rejects.toThrow('503');
    expect((await bench.place()).status).toBe(200);
  },
  F30: async (bench, fault) => {
    const stream = await bench.user();
    await fault();
    await bench.trade();
    await waitUntil('the fill', () => stream.reports('TRADE').length === 1);
    expect(stream.frames.length - stream.messages().length).toBe(1);
    expect(stream.frames.join()).toContain('MELTED');
  },
  F31: async (bench, fault) => {
    expect(await bench.ask()).toBeGreaterThan(59_000);
    const before = await bench.client.send('GET', '/api/v3/depth', 'symbol=BTCUSDT');
    await fault();
    expect(await bench.ask()).toBeLessThan(43_000);
    await waitUntil('the price to come back', async () => (await bench.ask()) > 59_000);
    const after = await bench.client.send('GET', '/api/v3/depth', 'symbol=BTCUSDT');
    expect([after.body['bids'], after.body['asks']]).toEqual([before.body['bids'], before.body['asks']]);
  },
  F32: async (bench, fault) => {
    for (const price of ['55000', '54000', '53000', '52000']) await bench.place({ price });
    await fault();
    expect(await bench.open()).toMatchObject([{ price: '52000.00000000' }]);
  },
  F46: async (bench, fault) => {
    await bench.place({ newClientOrderId: 'a' });
    await fault();
    expect(await bench.place()).toMatchObject({
      status: 400,
      body: { code: -1013, msg: 'Market is closed.' },
    });
    expect((await bench.cancel('a')).status).toBe(200);
    const info = await bench.client.send('GET', '/api/v3/exchangeInfo', 'symbol=BTCUSDT');
    expect(info.body).toMatchObject({ symbols: [{ status: 'CANCEL_ONLY' }] });
  },
  F47: async (bench, fault) => {
    const stream = await bench.user();
    await bench.place();
    await fault();
    await waitUntil('the order to expire', () => stream.reports('EXPIRED').length === 1);
    expect(codeOf(await bench.place())).toEqual([400, -1121]);
    await bench.client.signed('GET', '/api/v3/account');
    expect(codeOf(await bench.client.signed('GET', '/api/v3/account'))).toEqual([401, -2015]);
  },
  F48: async (bench, fault) => {
    await bench.place({ newClientOrderId: 'mine' });
    await fault();
    expect(await bench.open()).toMatchObject([{ clientOrderId: 'byhand' }]);
    const { body } = await bench.client.signed('GET', '/api/v3/account');
    expect(body['balances']).toContainEqual({ asset: 'BTC', free: '0.50000000', locked: '0.00000000' });
    expect((await control(bench.simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
  },
};

it('is tried with its documented example, each of F20 to F32 and F46 to F48', () => {
  const numbers = [...Array(13).keys()].map((place) => place + 20);
  expect(Object.keys(SCENARIOS)).toEqual([...numbers, 46, 47, 48].map((number) => `F${number}`));
});

examplesDo(SCENARIOS);
