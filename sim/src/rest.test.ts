import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { RestClient } from './testing/rest-client.js';
import { sign } from './venue/signature.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

let simulator: Simulator;
let client: RestClient;

const ORDER = '/api/v3/order';
const limit = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: '60000',
};

beforeAll(async () => {
  simulator = await startSimulator({ paused: true, limits: { ordersPer10s: 1000 } });
  client = new RestClient(simulator);
});

afterAll(() => simulator.close());

function without<T extends object>(object: T, key: keyof T): Record<string, string> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

describe('authentication', () => {
  it.each([
    ['no key', '', 401, -2014],
    ['a malformed key', 'a b', 401, -2014],
    ['an unknown key', 'unknown', 401, -2015],
  ])('refuses %s', async (_name, key, status, code) => {
    const answer = await client.send('GET', '/api/v3/account', `timestamp=${Date.now()}&signature=0`, key);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it.each([
    ['an old timestamp', () => ({ timestamp: String(Date.now() - 6000) }), -1021],
    ['a timestamp ahead of the exchange', () => ({ timestamp: String(Date.now() + 3000) }), -1021],
    ['a recvWindow above a minute', () => ({ recvWindow: '60001' }), -1131],
    ['a timestamp that is no number', () => ({ timestamp: 'soon' }), -1100],
  ])('refuses %s', async (_name, params, code) => {
    const answer = await client.signed('GET', '/api/v3/account', params());
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it('accepts an old timestamp inside a wider recvWindow', async () => {
    const params = { timestamp: String(Date.now() - 6000), recvWindow: '10000' };
    expect((await client.signed('GET', '/api/v3/account', params)).status).toBe(200);
  });

  it('refuses a missing and a wrong signature', async () => {
    const unsigned = await client.send('GET', '/api/v3/account', `timestamp=${Date.now()}`);
    expect([unsigned.status, unsigned.body.code]).toEqual([400, -1102]);
    const wrong = await client.send(
      'GET',
      '/api/v3/account',
      `timestamp=${Date.now()}&signature=${'0'.repeat(64)}`,
    );
    expect([wrong.status, wrong.body.code]).toEqual([400, -1022]);
  });

  it('signs query and body together, as they were sent', async () => {
    const account = simulator.accounts[0];
    const query = 'symbol=BTCUSDT&side=BUY&type=LIMIT';
    const body = `timeInForce=GTC&quantity=0.001&price=60000&timestamp=${Date.now()}`;
    const signature = sign(query + body, account?.apiSecret ?? '');
    const response = await fetch(`${simulator.url}${ORDER}/test?${query}`, {
      method: 'POST',
      headers: { 'X-MBX-APIKEY': account?.apiKey ?? '', 'content-type': 'application/x-www-form-urlencoded' },
      body: `${body}&signature=${signature}`,
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  });
});

describe('a new order is refused', () => {
  it.each<[string, Record<string, string>, number, string]>([
    ['without a symbol', without(limit, 'symbol'), -1102, 'symbol'],
    ['with a malformed symbol', { ...limit, symbol: 'btc/usdt' }, -1100, 'symbol'],
    ['with an unknown symbol', { ...limit, symbol: 'NOPEUSDT' }, -1121, 'Invalid symbol.'],
    ['without a side', without(limit, 'side'), -1102, 'side'],
    ['with an unknown side', { ...limit, side: 'HOLD' }, -1117, 'Invalid side.'],
    ['with an unknown type', { ...limit, type: 'ICEBERG' }, -1116, 'Invalid orderType.'],
    ['without a time in force', without(limit, 'timeInForce'), -1102, 'timeInForce'],
    ['with a time in force of the futures', { ...limit, timeInForce: 'GTX' }, -1115, 'Invalid timeInForce.'],
    ['without a quantity', without(limit, 'quantity'), -1102, 'quantity'],
    ['without a price', without(limit, 'price'), -1102, 'price'],
    ['with a price that is no number', { ...limit, price: '6e4' }, -1100, 'price'],
    ['with too fine a quantity', { ...limit, quantity: '0.0010000001' }, -1111, 'quantity'],
    ['off the step', { ...limit, quantity: '0.000123456'.slice(0, 10) }, -1013, 'LOT_SIZE'],
    ['off the tick', { ...limit, price: '60000.001' }, -1013, 'PRICE_FILTER'],
    ['above the largest quantity', { ...limit, quantity: '9001' }, -1013, 'LOT_SIZE'],
    ['below the least notional', { ...limit, quantity: '0.00008' }, -1013, 'NOTIONAL'],
    ['far from the average price', { ...limit, price: '1000' }, -1013, 'PERCENT_PRICE_BY_SIDE'],
    ['with a malformed client order id', { ...limit, newClientOrderId: 'a b' }, -1100, 'newClientOrderId'],
    [
      'with too long a client order id',
      { ...limit, newClientOrderId: 'x'.repeat(37) },
      -1100,
      'newClientOrderId',
    ],
    ['without funds', { ...limit, quantity: '2' }, -2010, 'insufficient balance'],
    [
      'as maker when it would take',
      { ...without(limit, 'timeInForce'), type: 'LIMIT_MAKER', price: '70000' },
      -2010,
      'immediately match',
    ],
    ['as market order with a price', { ...without(limit, 'timeInForce'), type: 'MARKET' }, -1106, 'price'],
    [
      'as market order without an amount',
      { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' },
      -1102,
      'quantity',
    ],
  ])('%s', async (_name, params, code, text) => {
    const { status, body } = await client.signed('POST', ORDER, params);
    expect([status, body.code]).toEqual([400, code]);
    expect(body.msg).toContain(text);
  });

  it('when 200 orders are open in its symbol, and nothing is left of them after cancelling all', async () => {
    for (let count = 0; count < 200; count++) {
      const answer = await client.signed('POST', ORDER, { ...limit, quantity: '0.0001', price: '50500' });
      expect(answer.status).toBe(200);
    }
    const refused = await client.signed('POST', ORDER, { ...limit, quantity: '0.0001' });
    expect(refused.body).toMatchObject({ code: -1013, msg: 'Filter failure: MAX_NUM_ORDERS' });
    const canceled = await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect(canceled.body).toHaveLength(200);
    const again = await client.signed('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    expect(again.body).toMatchObject({ code: -2011, msg: 'Unknown order sent.' });
  });
});

describe('cancel and replace', () => {
  it('answers a cancel with an id of its own and the original beside it', async () => {
    await client.signed('POST', ORDER, { ...limit, newClientOrderId: 'original' });
    const { body } = await client.signed('DELETE', ORDER, {
      symbol: 'BTCUSDT',
      origClientOrderId: 'original',
    });
    expect(body).toMatchObject({
      origClientOrderId: 'original',
      status: 'CANCELED',
      executedQty: '0.00000000',
    });
    expect(body['clientOrderId']).not.toBe('original');
  });

  it('does not place when the cancel fails, and says so when only the new order fails', async () => {
    const replace = { ...limit, cancelReplaceMode: 'STOP_ON_FAILURE' };
    const failed = await client.signed('POST', `${ORDER}/cancelReplace`, { ...replace, cancelOrderId: '1' });
    expect(failed.status).toBe(400);
    expect(failed.body).toMatchObject({ code: -2022, data: { newOrderResult: 'NOT_ATTEMPTED' } });

    const old = await client.signed('POST', ORDER, limit);
    const partial = await client.signed('POST', `${ORDER}/cancelReplace`, {
      ...replace,
      quantity: '2',
      cancelOrderId: String(old.body['orderId']),
    });
    expect(partial.status).toBe(409);
    expect(partial.body).toMatchObject({
      code: -2021,
      data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', newOrderResponse: { code: -2010 } },
    });
  });
});

describe('queries', () => {
  it('names orders by id or client id, and misses those of others', async () => {
    const { body } = await client.signed('POST', ORDER, { ...limit, newClientOrderId: 'mine' });
    const orderId = String(body['orderId']);
    expect((await client.signed('GET', ORDER, { symbol: 'BTCUSDT', orderId })).body['clientOrderId']).toBe(
      'mine',
    );
    expect((await client.signed('GET', ORDER, { symbol: 'BTCUSDT' })).body.code).toBe(-1102);
    const account = await fetch(`${simulator.url}/_sim/accounts`, { method: 'POST', body: '{}' });
    const { apiKey, apiSecret } = (await account.json()) as { apiKey: string; apiSecret: string };
    const other = new RestClient(simulator, apiKey, apiSecret);
    expect((await other.signed('GET', ORDER, { symbol: 'BTCUSDT', orderId })).body.code).toBe(-2013);
    expect((await other.signed('DELETE', ORDER, { symbol: 'BTCUSDT', orderId })).body.code).toBe(-2011);
    await client.signed('DELETE', ORDER, { symbol: 'BTCUSDT', orderId });
  });

  it('pages trades by id and by order', async () => {
    const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' };
    const ids: number[] = [];
    for (let count = 0; count < 3; count++)
      ids.push(Number((await client.signed('POST', ORDER, market)).body['orderId']));
    const trades = async (params: Record<string, string>): Promise<{ id: number; orderId: number }[]> => {
      const { body } = await client.signed('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT', ...params });
      return body as unknown as { id: number; orderId: number }[];
    };
    const all = await trades({});
    expect(all.map(({ orderId }) => orderId)).toEqual(ids);
    expect(await trades({ limit: '1' })).toEqual([all[2]]);
    expect(await trades({ fromId: String(all[1]?.id), limit: '1' })).toEqual([all[1]]);
    expect(await trades({ orderId: String(ids[0]) })).toEqual([all[0]]);
    expect(await trades({ startTime: String(Date.now() + 1000) })).toEqual([]);
  });

  it.each(['/api/v3/nope', '/fapi/v1/nope', '/dapi/v1/ping'])('answers 404 with JSON at %s', async (path) => {
    const answer = await client.send('GET', path);
    expect([answer.status, typeof answer.body.code]).toEqual([404, 'number']);
  });

  it('refuses a doubled parameter and an unknown interval', async () => {
    const doubled = await client.send('GET', '/api/v3/depth', 'symbol=BTCUSDT&symbol=BTCUSDT');
    expect(doubled.body.code).toBe(-1101);
    const interval = await client.send('GET', '/api/v3/klines', 'symbol=BTCUSDT&interval=7m');
    expect(interval.body.code).toBe(-1120);
  });
});

it('still has a balanced ledger', async () => {
  const { body } = await client.send('GET', '/_sim/ledger');
  expect(body['checks']).toEqual([]);
});
