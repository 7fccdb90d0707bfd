import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSimulator, type Simulator } from '../index.js';
import { RestClient } from '../testing/rest-client.js';
import { waitUntil } from '../testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

type Message = Record<string, unknown>;

let simulator: Simulator;
let api: RestClient;
const open: WebSocket[] = [];

beforeAll(async () => {
  simulator = await startSimulator({
    paused: true,
    venues: [
      { name: 'binance', prefix: '' },
      { name: 'other', prefix: '/venue-b' },
    ],
  });
  api = new RestClient(simulator);
});

afterEach(() => {
  for (const ws of open.splice(0)) ws.terminate();
});

afterAll(() => simulator.close());

async function connect(path: string): Promise<Message[]> {
  const ws = new WebSocket(`${simulator.wsUrl}${path}`);
  open.push(ws);
  const received: Message[] = [];
  ws.on('message', (data: Buffer) => received.push(JSON.parse(data.toString('utf8')) as Message));
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  return received;
}

/** Polls for the first message of a kind. */
function next(received: Message[], kind: string): Promise<Message> {
  return waitUntil(kind, () => received.find((message) => message['e'] === kind));
}

async function listenKey(): Promise<string> {
  const { body } = await api.send('POST', '/fapi/v1/listenKey');
  return String(body['listenKey']);
}

describe('market streams', () => {
  it('number diffs so that each names the one before, in the sequence of the snapshot', async () => {
    const received = await connect('/fstream/public/ws/btcusdt@depth@100ms');
    const { body } = await api.send('GET', '/fapi/v1/depth', 'symbol=BTCUSDT&limit=1000');
    for (let round = 1; round <= 3; round++) {
      simulator.advance(300);
      await waitUntil('a diff', () => received.length >= round);
    }
    const [first, ...others] = received;
    expect(Number(first?.['U'])).toBeLessThanOrEqual(Number(body['lastUpdateId']) + 1);
    let last = first?.['u'];
    for (const diff of others) {
      expect(diff['pu']).toBe(last);
      last = diff['u'];
    }
  });

  it.each([
    ['btcusdt@bookTicker', 'bookTicker'],
    ['!bookTicker', 'bookTicker'],
    ['btcusdt@aggTrade', 'aggTrade'],
    ['btcusdt@markPrice@1s', 'markPriceUpdate'],
    ['btcusdt@depth5@100ms', 'depthUpdate'],
    ['btcusdt@ticker', '24hrTicker'],
  ])('send %s as %s', async (stream, kind) => {
    const received = await connect(`/market/ws/${stream}`);
    simulator.advance(1500);
    expect(await next(received, kind)).toMatchObject({ e: kind, s: 'BTCUSDT' });
  });

  it('send all contracts in one array event', async () => {
    const received = await connect('/fstream/market/ws/!markPrice@arr@1s');
    const event = await waitUntil('an array', () => received[0]);
    expect(event).toMatchObject([{ e: 'markPriceUpdate', s: 'BTCUSDT' }]);
  });
});

describe('private streams', () => {
  it('tell of the account and then of the order, in the names of the exchange', async () => {
    const received = await connect(`/private/ws?listenKey=${await listenKey()}`);
    const { body } = await api.signed('POST', '/fapi/v1/order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.01',
      newClientOrderId: 'w-1',
      newOrderRespType: 'RESULT',
    });
    expect(body).toMatchObject({ status: 'FILLED', executedQty: '0.010' });
    await waitUntil('the fill', () => received.length >= 3);
    expect(received.map(({ e }) => e)).toEqual([
      'ORDER_TRADE_UPDATE',
      'ACCOUNT_UPDATE',
      'ORDER_TRADE_UPDATE',
    ]);
    const [placed, account, filled] = received;
    expect(placed?.['o']).toMatchObject({ c: 'w-1', x: 'NEW', X: 'NEW', i: body['orderId'], ps: 'BOTH' });
    expect(account?.['a']).toMatchObject({ m: 'ORDER', P: [{ s: 'BTCUSDT', pa: '0.010', mt: 'cross' }] });
    expect(filled?.['o']).toMatchObject({
      x: 'TRADE',
      X: 'FILLED',
      l: '0.010',
      z: '0.010',
      N: 'USDT',
      m: false,
    });
  });

  it('keep their key until it expires, then say so and fall silent', async () => {
    const key = await listenKey();
    expect(await listenKey()).toBe(key);
    expect((await api.send('PUT', '/fapi/v1/listenKey')).body).toEqual({ listenKey: key });
    const received = await connect(`/fstream/private/ws?listenKey=${key}`);
    const response = await fetch(`${simulator.url}/_sim/futures/expire-listen-key`, {
      method: 'POST',
      body: '{}',
      signal: AbortSignal.timeout(5000),
    });
    expect(response.status).toBe(200);
    expect(await next(received, 'listenKeyExpired')).toMatchObject({ listenKey: key });
    expect((await api.send('PUT', '/fapi/v1/listenKey')).body.code).toBe(-1125);
    await api.signed('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '7' });
    expect(received).toHaveLength(1);
    expect(await listenKey()).not.toBe(key);
  });
});

it('serves each venue on its prefix with wallets of its own', async () => {
  const other = simulator.accounts.find(({ venue }) => venue === 'other');
  const second = new RestClient(simulator, other?.apiKey, other?.apiSecret);
  const { body } = await second.signed('GET', '/venue-b/fapi/v3/account');
  expect(body).toMatchObject({ totalWalletBalance: '100000.00000000', positions: [] });
  expect((await second.signed('GET', '/fapi/v3/account')).body.code).toBe(-2015);
  const received = await connect('/venue-b/fstream/ws/btcusdt@bookTicker');
  simulator.advance(1000);
  await next(received, 'bookTicker');
});

it('shows limits in headers and refuses what is malformed with the code of the exchange', async () => {
  const placed = await api.signed('POST', '/fapi/v1/order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01',
    price: '60000',
  });
  expect(placed.body).toMatchObject({ status: 'NEW', price: '60000.00', origQty: '0.010' });
  expect(Number(placed.headers.get('X-MBX-ORDER-COUNT-10S'))).toBeGreaterThan(0);
  expect(Number(placed.headers.get('X-MBX-ORDER-COUNT-1M'))).toBeGreaterThan(0);
  const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };
  const code = async (fields: Record<string, string>): Promise<unknown> =>
    (await api.signed('POST', '/fapi/v1/order', { ...order, price: '60000', ...fields })).body.code;
  expect(await code({ symbol: 'NOPE' })).toBe(-1121);
  expect(await code({ side: 'UP' })).toBe(-1117);
  expect(await code({ type: 'DANCE' })).toBe(-1116);
  expect(await code({ type: 'STOP_MARKET' })).toBe(-4120);
  expect(await code({ timeInForce: 'LATER' })).toBe(-1115);
  expect(await code({ price: '60000.123' })).toBe(-1111);
  expect(await code({ price: '60000.05' })).toBe(-4014);
  expect(await code({ price: '0' })).toBe(-4001);
  expect(await code({ price: '9000000' })).toBe(-4002);
  expect(await code({ quantity: '0' })).toBe(-4003);
  expect(await code({ quantity: '2000' })).toBe(-4005);
  expect(await code({ quantity: '0.0001' })).toBe(-1111);
  expect(await code({ quantity: 'x' })).toBe(-1100);
  expect(await code({ timeInForce: 'GTD' })).toBe(-1102);
  const batch = async (text: string): Promise<unknown> =>
    (await api.signed('POST', '/fapi/v1/batchOrders', { batchOrders: text })).body.code;
  expect(await batch('{')).toBe(-1130);
  expect(await batch('[]')).toBe(-4082);
  expect(await batch('[1]')).toBe(-1130);
  expect((await api.send('GET', '/_sim/invariants')).body['violations']).toEqual([]);
});

describe('faults', () => {
  const set = async (rules: unknown[]): Promise<number> => {
    const response = await fetch(`${simulator.url}/_sim/faults`, {
      method: 'POST',
      body: JSON.stringify({ seed: 1, rules }),
      signal: AbortSignal.timeout(5000),
    });
    return response.status;
  };
  const match = { venue: 'binanceusdm', symbol: 'BTCUSDT' };

  it('halt a contract: it takes neither orders nor cancels until they end', async () => {
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };
    const rest = await api.signed('POST', '/fapi/v1/order', { ...order, price: '59000' });
    expect(await set([{ match, do: { type: 'market-status', status: 'HALT' } }])).toBe(200);
    expect((await api.signed('POST', '/fapi/v1/order', { ...order, price: '59000' })).body.code).toBe(-4141);
    const named = { symbol: 'BTCUSDT', orderId: String(rest.body['orderId']) };
    expect((await api.signed('DELETE', '/fapi/v1/order', named)).body.code).toBe(-4141);
    expect(await set([])).toBe(200);
    expect((await api.signed('DELETE', '/fapi/v1/order', named)).body['status']).toBe('CANCELED');
  });

  it('fill an order from outside and lose the answer of a request that was accepted', async () => {
    const order = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01' };
    await api.signed('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' });
    const rest = await api.signed('POST', '/fapi/v1/order', { ...order, price: '59500' });
    expect(await set([{ match, do: { type: 'fill-order', side: 'BUY' } }])).toBe(200);
    const named = { symbol: 'BTCUSDT', orderId: String(rest.body['orderId']) };
    expect((await api.signed('GET', '/fapi/v1/order', named)).body['status']).toBe('FILLED');
    const lost = { type: 'drop-response', end: 'reset' };
    expect(
      await set([{ match: { venue: 'binanceusdm', method: 'POST', path: '/fapi/v1/order' }, do: lost }]),
    ).toBe(200);
    const sent = api.signed('POST', '/fapi/v1/order', {
      ...order,
      price: '59000',
      newClientOrderId: 'lost-1',
    });
    await expect(sent).rejects.toThrow();
    expect(await set([])).toBe(200);
    const found = { symbol: 'BTCUSDT', origClientOrderId: 'lost-1' };
    expect((await api.signed('GET', '/fapi/v1/order', found)).body['status']).toBe('NEW');
  });
});
