import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { parseMarketSpec } from '../market/market-spec.js';
import { control as call, type ControlAnswer } from '../testing/control-client.js';
import { RestClient, type RestAnswer } from '../testing/rest-client.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;
let client: RestClient;

beforeEach(async () => {
  simulator = await startSimulator({
    paused: true,
    seed: 7,
    markets: [parseMarketSpec('BTCUSDT=manual:60000')],
  });
  client = new RestClient(simulator);
});

afterEach(() => simulator.close());

const control = (method: string, path: string, body?: unknown): Promise<ControlAnswer> =>
  call(simulator, method, path, body);

const BUY = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '30000',
};

describe('the rules', () => {
  it.each([
    [{}, 'rules is required'],
    [{ rules: [{ do: {} }] }, 'rules.0.do.type'],
    [{ rules: [{ do: { type: 'explode' } }] }, 'rules.0.do.type'],
    [{ rules: [{ do: { type: 'delay' } }] }, 'rules.0.do.ms is required'],
    [{ rules: [{ match: { path: 5 }, do: { type: 'drop-request' } }] }, 'rules.0.match.path'],
    [{ rules: [{ match: { probability: 2 }, do: { type: 'drop-request' } }] }, 'rules.0.match.probability'],
    [
      { rules: [{ match: { color: 'red' }, do: { type: 'drop-request' } }] },
      'rules.0.match.color is not known',
    ],
    [{ rules: [{ match: { stream: '*' }, do: { type: 'drop-request' } }] }, 'rules.0.match.stream'],
    [{ rules: [{ match: { path: '*' }, do: { type: 'drop-event' } }] }, 'rules.0.match.path'],
    [{ rules: [{ match: { nth: 2 }, do: { type: 'freeze', symbol: 'BTCUSDT' } }] }, 'rules.0.match.nth'],
    [
      { rules: [{ match: { venue: 'nowhere' }, do: { type: 'freeze', symbol: 'BTCUSDT' } }] },
      'no venue nowhere',
    ],
    [{ rules: [{ do: { type: 'freeze', symbol: 'NOPE' } }] }, 'no symbol NOPE'],
  ])('refuses %j with the reason', async (body, reason) => {
    const refused = await control('POST', '/faults', body);
    expect(refused.status).toBe(400);
    expect(refused.body['error']).toContain(reason);
    expect((await control('GET', '/faults')).body).toMatchObject({ rules: [] });
  });

  it('count what they matched and what they acted on, until they are deleted', async () => {
    const rule = { match: { path: '/api/v3/time', nth: 2 }, do: { type: 'answer', status: 503 } };
    await control('POST', '/faults', { seed: 5, rules: [rule] });
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await client.send('GET', '/api/v3/time')).status);
    expect(statuses).toEqual([200, 503, 200]);
    const { body } = await control('GET', '/faults');
    expect(body).toEqual({ seed: 5, rules: [{ ...rule, matched: 3, applied: 1 }] });
    expect((await control('DELETE', '/faults')).body).toMatchObject({ rules: [] });
  });
});

describe('the requests log', () => {
  it('shows what came, what it cost, what was answered and which fault it met', async () => {
    await control('POST', '/faults', {
      rules: [{ match: { path: '/api/v3/order', nth: 2 }, do: { type: 'drop-response', end: 'reset' } }],
    });
    await client.signed('POST', '/api/v3/order', { ...BUY, newClientOrderId: 'one' });
    await expect(
      client.signed('POST', '/api/v3/order', { ...BUY, newClientOrderId: 'two' }),
    ).rejects.toThrow();
    await client.signed('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'nope' });
    const { body } = await control('GET', '/requests?since=0&limit=2');
    const account = simulator.accounts[0]?.apiKey;
    expect(body).toMatchObject({
      total: 3,
      last: 2,
      requests: [
        {
          method: 'POST',
          path: '/api/v3/order',
          account,
          clientOrderId: 'one',
          weight: 1,
          status: 200,
          faults: [],
          end: 'answered',
        },
        { clientOrderId: 'two', weight: 1, status: null, faults: ['drop-response'], end: 'reset' },
      ],
    });
    const rest = await control('GET', '/requests?since=2');
    expect(rest.body).toMatchObject({
      requests: [{ id: 3, weight: 4, status: 400, code: -2013, banned: false }],
    });
    expect((await control('GET', '/requests?since=x')).status).toBe(400);
  });
});

describe('the invariants', () => {
  const invariants = async (): Promise<unknown> => (await control('GET', '/invariants')).body;
  const place = (id: string, side = 'BUY'): Promise<RestAnswer> =>
    client.signed('POST', '/api/v3/order', {
      ...BUY,
      side,
      price: side === 'BUY' ? '30000' : '90000',
      newClientOrderId: id,
    });

  it('hold while nothing is wrong', async () => {
    await place('fine');
    expect(await invariants()).toEqual({ ok: true, count: 0, violations: [] });
  });

  it('report a client order id that comes back after its order closed', async () => {
    const first = await place('again');
    await client.signed('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'again' });
    const second = await place('again');
    expect(await invariants()).toMatchObject({
      count: 1,
      violations: [{ code: 'client-id-reused', orderIds: [first.body['orderId'], second.body['orderId']] }],
    });
  });

  it('report two live orders of one strategy slot, and none of two slots', async () => {
    await place('gfAAAAbbbbbb10001B00001');
    await place('gfAAAAbbbbbb10002B00001');
    expect(await invariants()).toMatchObject({ ok: true });
    await place('gfAAAAbbbbbb10001S00001', 'SELL');
    expect(await invariants()).toMatchObject({ ok: false, violations: [{ code: 'slot-live-twice' }] });
  });

  it('report requests that come although the address was told to wait', async () => {
    await control('POST', '/faults', {
      rules: [{ match: { path: '/api/v3/ping', nth: 1 }, do: { type: 'ban', status: 429, seconds: 7 } }],
    });
    const told = await client.send('GET', '/api/v3/ping');
    expect([told.status, told.headers.get('Retry-After')]).toEqual([429, '7']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await client.send('GET', '/api/v3/time')).status).toBe(429);
    expect(await invariants()).toMatchObject({
      count: 1,
      violations: [{ code: 'request-during-ban', requestIds: [2] }],
    });
  });
});

describe('the owner of an account', () => {
  const apiKey = (): string => simulator.accounts[0]?.apiKey ?? '';

  it('moves money, and the ledger still agrees', async () => {
    const deposit = await control('POST', '/balances', { apiKey: apiKey(), asset: 'BNB', amount: '3.5' });
    expect(deposit.body).toEqual({ asset: 'BNB', free: '3.50000000', locked: '0.00000000' });
    const withdrawn = await control('POST', '/balances', { apiKey: apiKey(), asset: 'BNB', amount: '-1.5' });
    expect(withdrawn.body).toMatchObject({ free: '2.00000000' });
    expect(
      (await control('POST', '/balances', { apiKey: apiKey(), asset: 'BNB', amount: '-9' })).status,
    ).toBe(400);
    expect((await control('GET', '/invariants')).body).toMatchObject({ ok: true });
  });

  it('orders and cancels by hand', async () => {
    const placed = await control('POST', '/orders', {
      apiKey: apiKey(),
      symbol: 'BTCUSDT',
      order: { ...BUY, newClientOrderId: 'byhand' },
    });
    expect(placed.body).toMatchObject({ clientOrderId: 'byhand', status: 'NEW' });
    const canceled = await control('DELETE', '/orders', { apiKey: apiKey(), clientOrderId: 'byhand' });
    expect(canceled.body).toMatchObject([{ origClientOrderId: 'byhand', status: 'CANCELED' }]);
    expect((await control('DELETE', '/orders', { apiKey: apiKey() })).status).toBe(400);
    const refused = await control('POST', '/orders', {
      apiKey: apiKey(),
      symbol: 'BTCUSDT',
      order: { ...BUY, quantity: '90' },
    });
    expect([refused.status, refused.body['error']]).toEqual([
      400,
      expect.stringContaining('insufficient balance'),
    ]);
  });
});
