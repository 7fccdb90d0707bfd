import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startSimulator, type Simulator } from './index.js';
import { RestClient } from './testing/rest-client.js';
import { waitUntil } from './testing/wait-until.js';
import { sign } from './venue/signature.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

type Message = Record<string, unknown>;

let simulator: Simulator;
const open: WebSocket[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ paused: true });
});

afterEach(() => {
  for (const ws of open.splice(0)) ws.terminate();
});

afterAll(() => simulator.close());

class Client {
  readonly received: Message[] = [];

  constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString('utf8')) as Message));
  }

  async ask(message: unknown): Promise<Message> {
    const before = this.received.length;
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
    return this.next(() => true, before);
  }

  next(wanted: (message: Message) => boolean, from = 0): Promise<Message> {
    return waitUntil('a message', () => this.received.slice(from).find(wanted));
  }
}

async function connect(path: string): Promise<Client> {
  const ws = new WebSocket(`${simulator.wsUrl}${path}`);
  open.push(ws);
  const client = new Client(ws);
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
  return client;
}

describe('market streams', () => {
  it('acknowledge subscriptions, list them and end them', async () => {
    const client = await connect('/stream/ws/7');
    const params = ['btcusdt@bookTicker', 'btcusdt@trade'];
    expect(await client.ask({ method: 'SUBSCRIBE', params, id: 1 })).toEqual({ result: null, id: 1 });
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 2 })).toEqual({ result: params, id: 2 });
    simulator.advance(1000);
    const quote = await client.next((message) => 'b' in message);
    expect(Object.keys(quote)).toEqual(['u', 's', 'b', 'B', 'a', 'A']);
    expect(await client.next((message) => message['e'] === 'trade')).toMatchObject({ s: 'BTCUSDT', M: true });
    await client.ask({ method: 'UNSUBSCRIBE', params, id: 3 });
    const count = client.received.length;
    simulator.advance(1000);
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 4 })).toEqual({ result: [], id: 4 });
    expect(client.received).toHaveLength(count + 1);
  });

  it('wrap events with their stream on the combined address', async () => {
    const client = await connect('/stream?streams=btcusdt@aggTrade/btcusdt@depth5@100ms');
    simulator.advance(2000);
    const event = await client.next((message) => message['stream'] === 'btcusdt@aggTrade');
    expect(event['data']).toMatchObject({ e: 'aggTrade', s: 'BTCUSDT' });
    const depth = await client.next((message) => message['stream'] === 'btcusdt@depth5@100ms');
    expect((depth['data'] as { bids: unknown[] }).bids).toHaveLength(5);
  });

  it('number diffs without gaps, in the sequence of the snapshot', async () => {
    const client = await connect('/ws/btcusdt@depth@100ms');
    const api = new RestClient(simulator);
    const bids = new Map<string, string>();
    const { body } = await api.send('GET', '/api/v3/depth', 'symbol=BTCUSDT&limit=5000');
    for (const [price = '', quantity = ''] of body['bids'] as string[][]) bids.set(price, quantity);
    let last = Number(body['lastUpdateId']);
    for (let round = 0; round < 3; round++) {
      const before = client.received.length;
      simulator.advance(500);
      await client.next(() => true, before);
    }
    for (const diff of client.received.filter((message) => Number(message['u']) > last)) {
      expect(Number(diff['U'])).toBeLessThanOrEqual(last + 1);
      last = Number(diff['u']);
      for (const [price = '', quantity = ''] of diff['b'] as string[][]) {
        if (Number(quantity) === 0) bids.delete(price);
        else bids.set(price, quantity);
      }
    }
    const now = await api.send('GET', '/api/v3/depth', 'symbol=BTCUSDT&limit=5000');
    expect(now.body['lastUpdateId']).toBe(last);
    const expected = new Map(
      (now.body['bids'] as string[][]).map(([price = '', quantity = '']) => [price, quantity]),
    );
    expect(new Map([...bids].sort())).toEqual(new Map([...expected].sort()));
  });

  it.each([
    ['{', 3],
    ['[]', 2],
    ['{"id":1}', 2],
    ['{"method":"SUBSCRIBE","params":[1],"id":1}', 2],
    ['{"method":"DANCE","id":1}', 2],
  ])('answer %s with error code %i and go on', async (text, code) => {
    const client = await connect('/ws/0');
    expect((await client.ask(text))['error']).toMatchObject({ code });
    expect(await client.ask({ method: 'LIST_SUBSCRIPTIONS', id: 9 })).toEqual({ result: [], id: 9 });
  });

  it('are refused on an unknown path', async () => {
    await expect(connect('/nowhere')).rejects.toThrow('404');
  });
});

describe('the WebSocket API', () => {
  const subscribe = (overrides: Message = {}): Message => {
    const account = simulator.accounts[0];
    const params: Message = {
      apiKey: account?.apiKey,
      timestamp: Date.now(),
      recvWindow: 5000,
      ...overrides,
    };
    const payload = Object.keys(params)
      .sort()
      .map((name) => `${name}=${String(params[name])}`)
      .join('&');
    const signature = sign(payload, account?.apiSecret ?? '');
    return { id: '1', method: 'userDataStream.subscribe.signature', params: { ...params, signature } };
  };

  it('sends an order event and then the balances it changed', async () => {
    const client = await connect('/ws-api/v3');
    expect(await client.ask(subscribe())).toMatchObject({
      id: '1',
      status: 200,
      result: { subscriptionId: 0 },
    });
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.001',
      newClientOrderId: 'ws-1',
    };
    const { body } = await new RestClient(simulator).signed('POST', '/api/v3/order', order);
    await client.next(
      (message) => (message['event'] as Message | undefined)?.['e'] === 'outboundAccountPosition',
    );
    const events = client.received.slice(1).map((message) => message['event'] as Message);
    expect(events.map((event) => [event['e'], event['x'], event['X']])).toEqual([
      ['executionReport', 'NEW', 'NEW'],
      ['executionReport', 'TRADE', 'FILLED'],
      ['outboundAccountPosition', undefined, undefined],
    ]);
    expect(events[1]).toMatchObject({
      c: 'ws-1',
      i: body['orderId'],
      l: '0.00100000',
      z: '0.00100000',
      n: '0.00000100',
      N: 'BTC',
      m: false,
    });
    expect(events[2]?.['B']).toHaveLength(2);
  });

  it('refuses a wrong signature and a strange account, and answers requests', async () => {
    const client = await connect('/ws-api/v3');
    const wrong = { ...subscribe(), params: { ...(subscribe()['params'] as Message), signature: 'no' } };
    expect(await client.ask(wrong)).toMatchObject({ status: 400, error: { code: -1022 } });
    expect(await client.ask(subscribe({ apiKey: 'nobody' }))).toMatchObject({
      status: 401,
      error: { code: -2015 },
    });
    expect(await client.ask({ id: 5, method: 'ping' })).toMatchObject({ id: 5, status: 200, result: {} });
    expect(await client.ask({ id: 6, method: 'dance' })).toMatchObject({ id: 6, status: 400 });
    expect(await client.ask('{')).toMatchObject({ id: null, status: 400 });
  });
});
