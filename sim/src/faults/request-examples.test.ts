import { expect, it } from 'vitest';
import { control } from '../testing/control-client.js';
import { codeOf, EXAMPLES, examplesDo, LIMIT, type Scenarios } from '../testing/fault-bench.js';
import { waitUntil } from '../testing/wait-until.js';

// Faults of requests and of the address they come from.
const SCENARIOS: Scenarios = {
  F1: async (bench, fault) => {
    await fault();
    await expect(bench.place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(await bench.query('a')).toMatchObject({ body: { status: 'NEW' } });
  },
  F2: async (bench, fault) => {
    await fault();
    await expect(bench.place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(codeOf(await bench.query('a'))).toEqual([400, -2013]);
  },
  F3: async (bench, fault) => {
    await fault();
    await expect(bench.place({ newClientOrderId: 'a' })).rejects.toThrow();
    expect(codeOf(await bench.query('a'))).toEqual([400, -2013]);
    await waitUntil('the late order', async () => (await bench.query('a')).status === 200);
  },
  F4: async (bench, fault) => {
    await fault();
    expect(codeOf(await bench.place({ newClientOrderId: 'a' }))).toEqual([503, -1008]);
    expect((await bench.query('a')).status).toBe(200);
  },
  F5: async (bench, fault) => {
    await fault();
    await expect(bench.place({ newClientOrderId: 'a' })).rejects.toThrow(/JSON/);
    expect((await bench.query('a')).status).toBe(200);
  },
  F6: async (bench, fault) => {
    await fault();
    expect(codeOf(await bench.place({ newClientOrderId: 'a' }))).toEqual([400, -2010]);
    expect((await bench.query('a')).status).toBe(200);
  },
  F8: async (bench, fault) => {
    await fault();
    const first = await bench.client.send('GET', '/api/v3/time');
    expect([first.status, first.headers.get('Retry-After')]).toEqual([429, '7']);
    expect((await bench.client.send('GET', '/api/v3/ping')).status).toBe(429);
  },
  F9: async (bench, fault) => {
    await fault();
    const first = await bench.client.send('GET', '/api/v3/time');
    expect([first.status, first.headers.get('Retry-After')]).toEqual([418, '120']);
    expect((await bench.client.send('GET', '/api/v3/ping')).status).toBe(418);
  },
  F10: async (bench, fault) => {
    await fault();
    const response = await fetch(`${bench.simulator.url}/api/v3/order`, {
      method: 'POST',
      signal: AbortSignal.timeout(5000),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([403, 'text/html']);
    expect(await response.text()).toContain('403 Forbidden');
  },
  F11: async (bench, fault) => {
    await fault();
    expect(codeOf(await bench.place())).toEqual([400, -1021]);
    const { body } = await bench.client.send('GET', '/api/v3/time');
    expect(Number(body['serverTime']) - Date.now()).toBeGreaterThan(6000);
  },
  F12: async (bench, fault) => {
    await fault();
    const refused = await bench.place();
    expect([...codeOf(refused), refused.headers.get('Retry-After')]).toEqual([429, -1015, '10']);
    await bench.place();
    await bench.place();
    expect((await bench.place()).status).toBe(200);
  },
  F13: async (bench, fault) => {
    await fault();
    expect(codeOf(await bench.place())).toEqual([400, -2010]);
    expect((await control(bench.simulator, 'GET', '/invariants')).body).toMatchObject({ ok: true });
  },
  F14: async (bench, fault) => {
    await fault();
    expect(await bench.place({ price: '50000.5' })).toMatchObject({
      body: { code: -1013, msg: 'Filter failure: PRICE_FILTER' },
    });
    expect(await bench.place({ quantity: '0.0009' })).toMatchObject({
      body: { msg: 'Filter failure: NOTIONAL' },
    });
    const info = await bench.client.send('GET', '/api/v3/exchangeInfo', 'symbol=BTCUSDT');
    expect(info.body).toMatchObject({
      symbols: [
        { filters: expect.arrayContaining([expect.objectContaining({ tickSize: '1.00000000' })]) as unknown },
      ],
    });
  },
  F15: async (bench, fault) => {
    await fault();
    await bench.place({ newClientOrderId: 'a' });
    const seen = [await bench.query('a'), await bench.query('a'), await bench.query('a')].map(
      ({ status }) => status,
    );
    expect(seen).toEqual([200, 400, 200]);
  },
  F16: async (bench, fault) => {
    await fault();
    await bench.place({ newClientOrderId: 'a' });
    expect(codeOf(await bench.query('a'))).toEqual([400, -2026]);
  },
  F17: async (bench, fault) => {
    await bench.place();
    await bench.place({ price: '49000' });
    await fault();
    expect(await bench.open()).toHaveLength(1);
    expect(await bench.open()).toMatchObject({ code: -1001 });
    expect(await bench.open()).toHaveLength(2);
  },
  F18: async (bench, fault) => {
    await fault();
    const before = performance.now();
    await bench.client.send('GET', '/api/v3/time');
    expect(performance.now() - before).toBeGreaterThan(290);
  },
  F19: async (bench, fault) => {
    await bench.place({ newClientOrderId: 'a' });
    await fault();
    const answer = await bench.client.signed('POST', '/api/v3/order/cancelReplace', {
      ...LIMIT,
      cancelReplaceMode: 'ALLOW_FAILURE',
      cancelOrigClientOrderId: 'a',
      newClientOrderId: 'b',
    });
    expect(codeOf(answer)).toEqual([409, -2021]);
    expect(await bench.open()).toMatchObject([{ clientOrderId: 'b' }]);
  },
  F43: async (bench, fault) => {
    await fault();
    await expect(bench.client.send('GET', '/api/v3/time')).rejects.toThrow();
    await expect(bench.quotes()).rejects.toThrow('503');
  },
};

it('is documented with an example, as every fault of an exchange', () => {
  // F7 is judged by the referee; F33 to F42, F44 and F45 are faults of the platform's own machines.
  const numbers = [...Array(32).keys()].map((place) => place + 1).filter((number) => number !== 7);
  expect([...EXAMPLES.keys()]).toEqual([...numbers, 43, 46, 47, 48].map((number) => `F${number}`));
  const ours = [...numbers.filter((number) => number < 20), 43];
  expect(Object.keys(SCENARIOS)).toEqual(ours.map((number) => `F${number}`));
});

examplesDo(SCENARIOS);
