import { USDMClient, WebsocketAPIClient, WebsocketClient, WS_KEY_MAP } from 'binance';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from './index.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const quiet = { trace: () => undefined, info: () => undefined, error: () => undefined };
const symbol = 'BTCUSDT';

let simulator: Simulator;
let open: { closeAll(force?: boolean): void }[] = [];

beforeAll(async () => {
  simulator = await startSimulator({
    speed: 5,
    loop: true,
    accounts: [
      { apiKey: 'key', apiSecret: 'secret', balances: { USDT: '100000' }, makerRate: '0', takerRate: '0' },
    ],
  });
});

afterEach(() => {
  for (const client of open) client.closeAll(true);
  open = [];
});

afterAll(() => simulator.close());

interface Event {
  e?: string;
  stream?: string;
  data?: unknown;
}

/** An unmodified client and what it has received, by event type. */
function connect(path = ''): { client: WebsocketClient; kinds: Set<string> } {
  const keys = { api_key: 'key', api_secret: 'secret' };
  const restOptions = { baseUrl: simulator.url, disableTimeSync: true };
  const client = new WebsocketClient({ ...keys, wsUrl: simulator.wsUrl + path, restOptions }, quiet);
  open.push(client);
  const kinds = new Set<string>();
  client.on('message', (message) => {
    const { stream, data, e } = message as Event;
    const event = (data ?? message) as Event;
    kinds.add(event.e ?? e ?? stream?.split('@')[1] ?? 'other');
  });
  client.on('exception', () => kinds.add('exception'));
  return { client, kinds };
}

describe('the WebSocket client of the npm package binance', () => {
  it('receives the spot market streams', async () => {
    const { client, kinds } = connect();
    const channels = ['trade', 'aggTrade', 'bookTicker', 'depth@100ms', 'kline_1m', 'miniTicker', 'ticker'];
    await client.subscribe(
      channels.map((channel) => `btcusdt@${channel}`),
      WS_KEY_MAP.main,
    );
    const expected = [
      'trade',
      'aggTrade',
      'bookTicker',
      'depthUpdate',
      'kline',
      '24hrMiniTicker',
      '24hrTicker',
    ];
    await waitUntil('every kind of event', () => expected.every((kind) => kinds.has(kind)), 10_000);
    expect(kinds).not.toContain('exception');
  });

  it.each([
    [WS_KEY_MAP.usdmPublic, ['bookTicker', 'depth@100ms'], ['bookTicker', 'depthUpdate']],
    [
      WS_KEY_MAP.usdmMarket,
      ['aggTrade', 'kline_1m', 'markPrice@1s'],
      ['aggTrade', 'kline', 'markPriceUpdate'],
    ],
  ] as const)('receives the USDT-M streams of %s', async (wsKey, channels, expected) => {
    const { client, kinds } = connect('/fstream');
    await client.subscribe(
      channels.map((channel) => `btcusdt@${channel}`),
      wsKey,
    );
    await waitUntil('every kind of event', () => expected.every((kind) => kinds.has(kind)), 10_000);
    expect(kinds).not.toContain('exception');
  });

  it('receives the private events of USDT-M with a listen key', async () => {
    const { client, kinds } = connect('/fstream');
    await client.subscribeUsdFuturesUserDataStream();
    const rest = new USDMClient({
      api_key: 'key',
      api_secret: 'secret',
      baseUrl: simulator.url,
      disableTimeSync: true,
    });
    await waitUntil(
      'the events of an order',
      async () => {
        await rest.submitNewOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.002 });
        return kinds.has('ORDER_TRADE_UPDATE') && kinds.has('ACCOUNT_UPDATE');
      },
      10_000,
    );
  });

  it('places orders over the spot WebSocket API and receives their events', async () => {
    const { wsUrl } = simulator;
    const api = new WebsocketAPIClient(
      { api_key: 'key', api_secret: 'secret', wsUrl, attachEventListeners: false },
      quiet,
    );
    open.push(api.getWSClient());
    const kinds = new Set<string>();
    api.getWSClient().on('message', (message) => {
      const { event } = message as { event?: Event };
      kinds.add(event?.e ?? (message as Event).e ?? 'other');
    });
    await api.subscribeUserDataStream(WS_KEY_MAP.mainWSAPI);
    // The client signs what it is given; its type of the request leaves out the time that the exchange asks for.
    const order = { symbol, side: 'BUY', type: 'MARKET', quantity: '0.001', timestamp: Date.now() } as const;
    const { result } = await api.submitNewSpotOrder(order);
    expect(result).toMatchObject({ symbol, status: 'FILLED' });
    await waitUntil(
      'the events of the order',
      () => kinds.has('executionReport') && kinds.has('outboundAccountPosition'),
    );
  });

  it('places, changes, asks for and cancels orders over the futures WebSocket API', async () => {
    const { wsUrl } = simulator;
    const api = new WebsocketAPIClient(
      { api_key: 'key', api_secret: 'secret', wsUrl, attachEventListeners: false },
      quiet,
    );
    open.push(api.getWSClient());
    const timestamp = Date.now();
    const place = { symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', timestamp } as const;
    const placed = await api.submitNewFuturesOrder('usdm', { ...place, quantity: '0.002', price: '60000' });
    expect(placed.result).toMatchObject({ symbol, status: 'NEW', price: '60000.00' });
    const { orderId } = placed.result;
    const changed = await api.modifyFuturesOrder('usdm', {
      ...{ symbol, side: 'BUY', orderId, timestamp },
      ...{ quantity: '0.003', price: '60001' },
    });
    expect(changed.result).toMatchObject({ orderId, price: '60001.00', origQty: '0.003' });
    expect((await api.getFuturesOrderStatus('usdm', { symbol, orderId, timestamp })).result).toMatchObject({
      status: 'NEW',
    });
    const canceled = await api.cancelFuturesOrder('usdm', { symbol, orderId, timestamp });
    expect(canceled.result).toMatchObject({ orderId, status: 'CANCELED' });
    await expect(api.cancelFuturesOrder('usdm', { symbol, orderId, timestamp })).rejects.toMatchObject({
      error: { code: -2011 },
    });
    const balances = (await api.getFuturesAccountBalanceV2({ timestamp })).result;
    expect(balances).toMatchObject([{ asset: 'USDT' }]);
  });
});
