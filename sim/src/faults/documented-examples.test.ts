import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { parseMarketSpec } from '../market/market-spec.js';
import { control } from '../testing/control-client.js';
import { RestClient, type RestAnswer } from '../testing/rest-client.js';
import { StreamClient } from '../testing/stream-client.js';
import { waitUntil } from '../testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const DOC = readFileSync(new URL('../../../docs/simulator-faults.md', import.meta.url), 'utf8');
const EXAMPLES = new Map(
  [...DOC.matchAll(/^### (F\d+) [^\n]+\n\n```json\n(.*?)\n```/gms)].map(([, id = '', json = '']) => [
    id,
    json,
  ]),
);

const SYMBOL = { symbol: 'BTCUSDT' };
const LIMIT = {
  ...SYMBOL,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '50000',
};
const MARKET = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.001' };

let simulator: Simulator;
let client: RestClient;
const streams: StreamClient[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ seed: 7, markets: [parseMarketSpec('BTCUSDT=manual:60000')] });
  client = new RestClient(simulator);
});

afterEach(async () => {
  for (const { ws } of streams.splice(0)) ws.terminate();
  await simulator.close();
});

const place = (more: Record<string, string> = {}): Promise<RestAnswer> =>
  client.signed('POST', '/api/v3/order', { ...LIMIT, ...more });
const query = (id: string): Promise<RestAnswer> =>
  client.signed('GET', '/api/v3/order', { ...SYMBOL, origClientOrderId: id });
const cancel = (id: string): Promise<RestAnswer> =>
  client.signed('DELETE', '/api/v3/order', { ...SYMBOL, origClientOrderId: id });
const trade = (): Promise<RestAnswer> => client.signed('POST', '/api/v3/order', MARKET);
const open = async (): Promise<Record<string, unknown>[]> =>
  (await client.signed('GET', '/api/v3/openOrders', SYMBOL)).body as unknown as Record<string, unknown>[];
const code = ({ status, body }: RestAnswer): unknown[] => [status, body.code];
const ask = async (): Promise<number> =>
  Number((await client.send('GET', '/api/v3/ticker/bookTicker', 'symbol=BTCUSDT')).body['askPrice']);

async function user(): Promise<StreamClient> {
  const stream = await StreamClient.user(simulator);
  streams.push(stream);
  return stream;
}

async function quotes(): Promise<StreamClient> {
  const stream = await StreamClient.connect(simulator, '/ws/btcusdt@bookTicker');
  streams.push(stream);
  return stream;
}

/** `fault()` posts the documented example. */
const SCENARIOS: Record<string, (fault: () => Promise<void>) => Promise<void>> = {
  F1: async (fault) => {
    await fault();
    await expect(place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(await query('a')).toMatchObject({ body: { status: 'NEW' } });
  },
  F2: async (fault) => {
    await fault();
    await expect(place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(code(await query('a'))).toEqual([400, -2013]);
  },
  F3: async (fault) => {
    await fault();
    await expect(place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(code(await query('a'))).toEqual([400, -2013]);
    await waitUntil('the late order', async () => (await query('a')).status === 200);
  },
  F4: async (fault) => {
    await fault();
    expect(code(await place({ newClientOrderId: 'a' }))).toEqual([503, -1008]);
    expect((await query('a')).status).toBe(200);
  },
  F5: async (fault) => {
    await fault();
    await expect(place({ newClientOrderId: 'a' })).rejects.toThrow(/JSON/);
    expect((await query('a')).status).toBe(200);
  },
  F6: async (fault) => {
    await fault();
    expect(code(await place({ newClientOrderId: 'a' }))).toEqual([400, -2010]);
    expect((await query('a')).status).toBe(200);
  },
  F8: async (fault) => {
    await fault();
    const first = await client.send('GET', '/api/v3/time');
    expect([first.status, first.headers.get('Retry-After')]).toEqual([429, '7']);
    expect((await client.send('GET', '/api/v3/ping')).status).toBe(429);
  },
  F9: async (fault) => {
    await fault();
    const first = await client.send('GET', '/api/v3/time');
    expect([first.status, first.headers.get('Retry-After')]).toEqual([418, '120']);
    expect((await client.send('GET', '/api/v3/ping')).status).toBe(418);
  },
  F10: async (fault) => {
    await fault();
    const response = await fetch(`${simulator.url}/api/v3/order`, {
      method: 'POST',
      signal: AbortSignal.timeout(5000),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'text/html']);
    expect(await response.text()).toContain('403 Forbidden');
  },
  F11: async (fault) => {
    await fault();
    expect(code(await place())).toEqual([400, -1021]);
    const { body } = await client.send('GET', '/api/v3/time');
    expect(Number(body['serverTime']) - Date.now()).toBeGreaterThan(6000);
  },
  F12: async (fault) => {
    await fault();
    const refused = await place();
    expect([...code(refused), refused.headers.get('Retry-After')]).toEqual([429, -1015, '10']);
    await place();
    await place();
    expect((await place()).status).toBe(200);
  },
  F13: async (fault) => {
    await fault();
    expect(code(await place())).toEqual([400, -2010]);
    expect((await control(simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
  },
  F14: async (fault) => {
    await fault();
    expect(await place({ price: '50000.5' })).toMatchObject({
      body: { code: -1013, msg: 'Filter failure: PRICE_FILTER' },
    });
    expect(await place({ quantity: '0.0009' })).toMatchObject({ body: { msg: 'Filter failure: NOTIONAL' } });
    const info = await client.send('GET', '/api/v3/exchangeInfo', 'symbol=BTCUSDT');
    expect(info.body).toMatchObject({
      symbols: [
        { filters: expect.arrayContaining([expect.objectContaining({ tickSize: '1.00000000' })]) as unknown },
      ],
    });
  },
  F15: async (fault) => {
    await fault();
    await place({ newClientOrderId: 'a' });
    const seen = [await query('a'), await query('a'), await query('a')].map(({ status }) => status);
    expect(seen).toEqual([200, 400, 200]);
  },
  F16: async (fault) => {
    await fault();
    await place({ newClientOrderId: 'a' });
    expect(code(await query('a'))).toEqual([400, -2026]);
  },
  F17: async (fault) => {
    await place();
    await place({ price: '49000' });
    await fault();
    expect(await open()).toHaveLength(1);
    expect(await open()).toMatchObject({ code: -1001 });
    expect(await open()).toHaveLength(2);
  },
  F18: async (fault) => {
    await fault();
    const before = performance.now();
    await client.send('GET', '/api/v3/time');
    expect(performance.now() - before).toBeGreaterThan(290);
  },
  F19: async (fault) => {
    await place({ newClientOrderId: 'a' });
    await fault();
    const answer = await client.signed('POST', '/api/v3/order/cancelReplace', {
      ...LIMIT,
      cancelReplaceMode: 'ALLOW_FAILURE',
      cancelOrigClientOrderId: 'a',
      newClientOrderId: 'b',
    });
    expect(code(answer)).toEqual([409, -2021]);
    expect(await open()).toMatchObject([{ clientOrderId: 'b' }]);
  },
  F20: async (fault) => {
    const stream = await user();
    await fault();
    await trade();
    await waitUntil('both copies', () => stream.reports('TRADE').length === 2);
    expect(new Set(stream.reports('TRADE').map((report) => report['t'])).size).toBe(1);
  },
  F21: async (fault) => {
    const stream = await user();
    await fault();
    for (let i = 0; i < 3; i++) await trade();
    await waitUntil('all fills', () => stream.reports('TRADE').length === 3);
    const ids = stream.reports('TRADE').map((report) => Number(report['t']));
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
  },
  F22: async (fault) => {
    const stream = await user();
    await fault();
    let answered = false;
    const placing = trade().then(() => (answered = true));
    await waitUntil('the fill', () => stream.reports('TRADE').length === 1);
    expect(answered).toBe(false);
    await placing;
  },
  F23: async (fault) => {
    await place({ newClientOrderId: 'a', quantity: '0.01' });
    await fault();
    expect((await cancel('a')).body).toMatchObject({ status: 'CANCELED', executedQty: '0.00500000' });
  },
  F24: async (fault) => {
    const stream = await user();
    await place({ newClientOrderId: 'a', quantity: '0.01' });
    await fault();
    await cancel('a');
    await waitUntil('the late fill', () => stream.reports('TRADE').length === 1);
    expect(stream.reports().map((report) => report['x'])).toEqual(['NEW', 'CANCELED', 'TRADE']);
  },
  F25: async (fault) => {
    const stream = await user();
    await fault();
    await waitUntil('the break', () => stream.closed);
    await expect(user()).rejects.toThrow('503');
    await waitUntil('a new connection', () => user().catch(() => undefined));
  },
  F26: async (fault) => {
    const stream = await user();
    const pongs: unknown[] = [];
    stream.ws.on('pong', () => pongs.push(1));
    await fault();
    await trade();
    stream.ws.ping();
    await waitUntil('a pong', () => pongs.length > 0);
    expect(stream.reports()).toEqual([]);
  },
  F27: async (fault) => {
    const stream = await user();
    await fault();
    await waitUntil('the end', () => stream.closed);
    expect(stream.messages()).toMatchObject([
      { status: 200 },
      { subscriptionId: 0, event: { e: 'eventStreamTerminated' } },
      { event: { e: 'serverShutdown' } },
    ]);
  },
  F28: async (fault) => {
    const both = [await user(), await quotes()];
    await fault();
    await waitUntil('both ends', () => both.every(({ closed }) => closed));
    expect(both.map((stream) => stream.code)).toEqual([1001, 1001]);
    await user();
  },
  F29: async (fault) => {
    await fault();
    await expect(user()).rejects.toThrow('503');
    await expect(quotes()).rejects.toThrow('503');
    expect((await place()).status).toBe(200);
  },
  F30: async (fault) => {
    const stream = await user();
    await fault();
    await trade();
    await waitUntil('the fill', () => stream.reports('TRADE').length === 1);
    expect(stream.frames.length - stream.messages().length).toBe(1);
    expect(stream.frames.join()).toContain('MELTED');
  },
  F31: async (fault) => {
    expect(await ask()).toBeGreaterThan(59_000);
    const before = await client.send('GET', '/api/v3/depth', 'symbol=BTCUSDT');
    await fault();
    expect(await ask()).toBeLessThan(43_000);
    await waitUntil('the price to come back', async () => (await ask()) > 59_000);
    const after = await client.send('GET', '/api/v3/depth', 'symbol=BTCUSDT');
    expect([after.body['bids'], after.body['asks']]).toEqual([before.body['bids'], before.body['asks']]);
  },
  F32: async (fault) => {
    for (const price of ['55000', '54000', '53000', '52000']) await place({ price });
    await fault();
    expect(await open()).toMatchObject([{ price: '52000.00000000' }]);
  },
  F43: async (fault) => {
    await fault();
    await expect(client.send('GET', '/api/v3/time')).rejects.toThrow();
    await expect(quotes()).rejects.toThrow('503');
  },
  F46: async (fault) => {
    await place({ newClientOrderId: 'a' });
    await fault();
    expect(await place()).toMatchObject({ status: 400, body: { code: -1013, msg: 'Market is closed.' } });
    expect((await cancel('a')).status).toBe(200);
    const info = await client.send('GET', '/api/v3/exchangeInfo', 'symbol=BTCUSDT');
    expect(info.body).toMatchObject({ symbols: [{ status: 'CANCEL_ONLY' }] });
  },
  F47: async (fault) => {
    const stream = await user();
    await place();
    await fault();
    await waitUntil('the order to expire', () => stream.reports('EXPIRED').length === 1);
    expect(code(await place())).toEqual([400, -1121]);
    await client.signed('GET', '/api/v3/account');
    expect(code(await client.signed('GET', '/api/v3/account'))).toEqual([401, -2015]);
  },
  F48: async (fault) => {
    await place({ newClientOrderId: 'mine' });
    await fault();
    expect(await open()).toMatchObject([{ clientOrderId: 'byhand' }]);
    const { body } = await client.signed('GET', '/api/v3/account');
    expect(body['balances']).toContainEqual({ asset: 'BTC', free: '0.50000000', locked: '0.00000000' });
    expect((await control(simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
  },
};

it('has one documented example for each fault of an exchange', () => {
  // F7 is judged by the referee; F33 to F42, F44 and F45 are faults of the platform's own machines.
  const numbers = [...Array(32).keys()].map((place) => place + 1).filter((number) => number !== 7);
  const expected = [...numbers, 43, 46, 47, 48].map((number) => `F${number}`);
  expect([...EXAMPLES.keys()]).toEqual(expected);
  expect(Object.keys(SCENARIOS)).toEqual(expected);
});

it.each(Object.entries(SCENARIOS))('%s does what its documented example says', async (id, scenario) => {
  await scenario(async () => {
    const example = EXAMPLES.get(id)?.replaceAll('API-KEY', simulator.accounts[0]?.apiKey ?? '');
    const posted = await control(simulator, 'POST', '/faults', example);
    expect([posted.status, posted.body.error]).toEqual([200, undefined]);
  });
  const { body } = await control(simulator, 'GET', '/faults');
  for (const rule of body['rules'] as { applied: number; failed?: string }[]) {
    expect(rule.failed).toBeUndefined();
    expect(rule.applied).toBeGreaterThan(0);
  }
});
