import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { RestClient } from './testing/rest-client.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ paused: true, seed: 7 });
});

afterAll(() => simulator.close());

async function post(path: string, body: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${simulator.url}/_sim${path}`, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(5000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function position(): Promise<number> {
  const { body } = await new RestClient(simulator).send('GET', '/_sim/status');
  const { sources } = body['replay'] as { sources: { positionMs: number }[] };
  return sources[0]?.positionMs ?? 0;
}

it('pauses, resumes and changes the speed of the replay', async () => {
  expect(await position()).toBe(0);
  const running = await post('/replay', '{"paused":false,"speed":100}');
  expect(running.body).toMatchObject({ replay: { paused: false, speed: 100 } });
  await waitUntil('the replay to move', async () => (await position()) > 1000);
  await post('/replay', '{"paused":true}');
  const stopped = await position();
  expect(await position()).toBe(stopped);
});

it('opens accounts with what is given and the rest by default', async () => {
  const given = {
    apiKey: 'mine',
    apiSecret: 'hidden',
    balances: { USDT: '12.5' },
    makerRate: '0',
    takerRate: '0.002',
  };
  const { status, body } = await post('/accounts', JSON.stringify(given));
  expect([status, body]).toEqual([201, { venue: 'binance', apiKey: 'mine', apiSecret: 'hidden' }]);
  const account = await new RestClient(simulator, 'mine', 'hidden').signed('GET', '/api/v3/account');
  expect(account.body).toMatchObject({
    balances: [{ asset: 'USDT', free: '12.50000000', locked: '0.00000000' }],
    commissionRates: { maker: '0.00000000', taker: '0.00200000' },
  });
  const generated = await post('/accounts', '{}');
  expect(String(generated.body['apiKey'])).toMatch(/^[A-Za-z0-9]{64}$/);
  const ledger = await new RestClient(simulator).send('GET', '/_sim/ledger', 'apiKey=mine');
  expect(ledger.body).toMatchObject({
    accounts: [{ apiKey: 'mine', start: { USDT: '12.50000000' } }],
    checks: [],
  });
});

it.each([
  ['/replay', '{"speed":0}', 'speed'],
  ['/replay', '{"paused":1}', 'paused'],
  ['/replay', 'nonsense', 'JSON'],
  ['/accounts', '[]', 'object'],
  ['/accounts', '{"balances":{"USDT":5}}', 'balances.USDT'],
  ['/accounts', '{"makerRate":"2"}', 'makerRate'],
  ['/accounts', '{"apiKey":"a b"}', 'apiKey'],
])('refuses %s %s with the reason', async (path, text, reason) => {
  const { status, body } = await post(path, text);
  expect(status).toBe(400);
  expect(body['error']).toContain(reason);
});

it('refuses an account whose key is taken, leaving the first as it was', async () => {
  await post('/accounts', '{"apiKey":"twice","balances":{"USDT":"1"}}');
  expect((await post('/accounts', '{"apiKey":"twice","balances":{"USDT":"9"}}')).status).toBe(400);
  const { body } = await new RestClient(simulator).send('GET', '/_sim/ledger', 'apiKey=twice');
  expect(body).toMatchObject({ accounts: [{ balances: { USDT: { free: '1.00000000' } } }] });
});

it('shows a page to people', async () => {
  const response = await fetch(simulator.url, { signal: AbortSignal.timeout(5000) });
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toContain('Exchange simulator');
});
