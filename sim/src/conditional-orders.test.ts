import ccxt from 'ccxt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSimulator, type LedgerReport, type Simulator } from './index.js';
import { parseMarketSpec } from './market/market-spec.js';
import { ccxtClient, type CcxtBinance } from './testing/ccxt-client.js';
import { control } from './testing/control-client.js';
import { RestClient, type RestAnswer } from './testing/rest-client.js';
import { StreamClient } from './testing/stream-client.js';
import { waitUntil } from './testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const SYMBOL = 'ADA/USDT';

let simulator: Simulator;
let client: RestClient;

beforeEach(async () => {
  simulator = await startSimulator({
    markets: [parseMarketSpec('ADAUSDT=manual:0.5')],
    accounts: [
      {
        apiKey: 'key',
        apiSecret: 'secret',
        balances: { USDT: '1000', ADA: '1000' },
        makerRate: '0',
        takerRate: '0',
      },
    ],
  });
  client = new RestClient(simulator);
});

afterEach(async () => {
  const { body } = await control(simulator, 'GET', '/ledger');
  await simulator.close();
  expect((body as unknown as LedgerReport).checks).toEqual([]);
});

const setPrice = (price: string): Promise<unknown> =>
  control(simulator, 'POST', '/price', { symbol: 'ADAUSDT', price });

function place(order: Record<string, string>): Promise<RestAnswer> {
  return client.signed('POST', '/api/v3/order', { symbol: 'ADAUSDT', quantity: '100', ...order });
}

async function orderOf(answer: RestAnswer): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(200);
  const orderId = String(answer.body['orderId']);
  return (await client.signed('GET', '/api/v3/order', { symbol: 'ADAUSDT', orderId })).body;
}

async function balance(asset: string): Promise<[unknown, unknown]> {
  const { body } = await client.signed('GET', '/api/v3/account');
  const found = (body['balances'] as Record<string, string>[]).find((one) => one['asset'] === asset);
  return [found?.['free'], found?.['locked']];
}

describe('a conditional order', () => {
  it.each([
    ['STOP_LOSS', 'SELL', '0.45', '0.46'],
    ['STOP_LOSS', 'BUY', '0.55', '0.54'],
    ['TAKE_PROFIT', 'SELL', '0.55', '0.54'],
    ['TAKE_PROFIT', 'BUY', '0.45', '0.46'],
  ])('%s %s waits until a trade reaches %s, not at %s', async (type, side, stopPrice, before) => {
    const answer = await place({ type, side, stopPrice });
    expect(Object.keys(answer.body).sort()).toEqual([
      'clientOrderId',
      'orderId',
      'orderListId',
      'symbol',
      'transactTime',
    ]);
    await setPrice(before);
    expect(await orderOf(answer)).toMatchObject({
      status: 'NEW',
      type,
      stopPrice: `${stopPrice}000000`,
      price: '0.00000000',
      isWorking: false,
      workingTime: -1,
    });
    await setPrice(stopPrice);
    expect(await orderOf(answer)).toMatchObject({
      status: 'FILLED',
      isWorking: true,
      executedQty: '100.00000000',
    });
  });

  it('with a limit price rests at it after its stop price, and fills there as maker', async () => {
    const limit = { type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', side: 'SELL' };
    const answer = await place({ ...limit, stopPrice: '0.45', price: '0.47', newOrderRespType: 'RESULT' });
    expect(answer.body).toMatchObject({ stopPrice: '0.45000000', workingTime: -1, status: 'NEW' });
    await setPrice('0.48');
    expect(await orderOf(answer)).toMatchObject({ isWorking: false });
    await setPrice('0.45');
    expect(await orderOf(answer)).toMatchObject({ status: 'NEW', isWorking: true });
    await setPrice('0.47');
    expect(await orderOf(answer)).toMatchObject({ status: 'FILLED' });
    const { body } = await client.signed('GET', '/api/v3/myTrades', { symbol: 'ADAUSDT' });
    expect(body).toMatchObject([{ price: '0.47000000', isMaker: true }]);
  });

  it('sets money aside while it waits, and gives it back when it is cancelled', async () => {
    const buy = await place({ type: 'STOP_LOSS', side: 'BUY', stopPrice: '0.6' });
    const sell = await place({
      type: 'TAKE_PROFIT_LIMIT',
      timeInForce: 'GTC',
      side: 'SELL',
      stopPrice: '0.6',
      price: '0.61',
    });
    expect(await balance('USDT')).toEqual(['940.00000000', '60.00000000']);
    expect(await balance('ADA')).toEqual(['900.00000000', '100.00000000']);
    const open = await client.signed('GET', '/api/v3/openOrders', { symbol: 'ADAUSDT' });
    expect(open.body).toHaveLength(2);
    for (const answer of [buy, sell]) {
      const orderId = String(answer.body['orderId']);
      const canceled = await client.signed('DELETE', '/api/v3/order', { symbol: 'ADAUSDT', orderId });
      expect(canceled.body).toMatchObject({ status: 'CANCELED', stopPrice: '0.60000000' });
    }
    expect(await balance('USDT')).toEqual(['1000.00000000', '0.00000000']);
    expect(await balance('ADA')).toEqual(['1000.00000000', '0.00000000']);
    await setPrice('0.6');
    expect(await orderOf(buy)).toMatchObject({ status: 'CANCELED', executedQty: '0.00000000' });
  });

  it('that buys at any price expires when it has become dearer than what the account has', async () => {
    const answer = await place({ type: 'STOP_LOSS', side: 'BUY', stopPrice: '0.55', quantity: '1800' });
    expect(answer.status).toBe(200);
    await setPrice('0.6');
    expect(await orderOf(answer)).toMatchObject({ status: 'EXPIRED', executedQty: '0.00000000' });
    expect(await balance('USDT')).toEqual(['1000.00000000', '0.00000000']);
  });

  it('is reported new twice, the second time in the book, and then traded', async () => {
    const stream = await StreamClient.user(simulator);
    await place({ type: 'STOP_LOSS', side: 'SELL', stopPrice: '0.45' });
    await setPrice('0.45');
    await waitUntil('the fill', () => stream.reports('TRADE').length > 0);
    expect(stream.reports().map((report) => [report['x'], report['w'], report['P'], 'W' in report])).toEqual([
      ['NEW', false, '0.45000000', false],
      ['NEW', true, '0.45000000', true],
      ['TRADE', false, '0.45000000', true],
    ]);
    stream.ws.terminate();
  });

  it('counts once against the limit of orders', async () => {
    const answer = await place({
      type: 'STOP_LOSS_LIMIT',
      side: 'SELL',
      timeInForce: 'GTC',
      stopPrice: '0.45',
      price: '0.6',
    });
    expect(answer.headers.get('x-mbx-order-count-10s')).toBe('1');
    await setPrice('0.45');
    const next = await place({ type: 'LIMIT', side: 'SELL', timeInForce: 'GTC', price: '0.6' });
    expect(next.headers.get('x-mbx-order-count-10s')).toBe('2');
  });

  const stop = { type: 'STOP_LOSS', side: 'SELL', stopPrice: '0.45' };
  const stopLimit = { ...stop, type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', price: '0.44' };
  it.each([
    ['at once reached', { ...stop, stopPrice: '0.5' }, -2010, 'trigger immediately'],
    ['without a stop price', { type: 'STOP_LOSS', side: 'SELL' }, -1102, 'stopPrice'],
    ['of nothing', { ...stop, quantity: '' }, -1102, 'quantity'],
    ['by quote amount', { ...stop, quantity: '', quoteOrderQty: '10' }, -1106, 'quoteOrderQty'],
    ['with a price it does not take', { ...stop, price: '0.4' }, -1106, 'price'],
    ['without the price it needs', { ...stopLimit, price: '' }, -1102, 'price'],
    ['without a time in force', { ...stopLimit, timeInForce: '' }, -1102, 'timeInForce'],
    ['off the tick', { ...stop, stopPrice: '0.450001' }, -1013, 'PRICE_FILTER'],
    ['too small', { ...stop, quantity: '1' }, -1013, 'NOTIONAL'],
    ['without funds', { ...stop, quantity: '2000' }, -2010, 'insufficient balance'],
    ['that trails', { ...stop, trailingDelta: '100' }, -1106, 'trailingDelta'],
    ['of another type', { ...stop, type: 'LIMIT', timeInForce: 'GTC', price: '0.5' }, -1106, 'stopPrice'],
  ])('%s is refused', async (_name, order, code, text) => {
    const { status, body } = await place(order);
    expect([status, body.code]).toEqual([400, code]);
    expect(body.msg).toContain(text);
  });

  it('is refused when five of a symbol are open', async () => {
    const info = await client.send('GET', '/api/v3/exchangeInfo', 'symbol=ADAUSDT');
    const [symbol] = info.body['symbols'] as { filters: unknown[]; orderTypes: string[] }[];
    expect(symbol?.filters).toContainEqual({ filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 });
    expect(symbol?.orderTypes).toContain('TAKE_PROFIT_LIMIT');
    for (let count = 0; count < 5; count++) expect((await place(stop)).status).toBe(200);
    expect((await place(stop)).body).toMatchObject({
      code: -1013,
      msg: 'Filter failure: MAX_NUM_ALGO_ORDERS',
    });
    expect((await place({ type: 'LIMIT', side: 'SELL', timeInForce: 'GTC', price: '0.6' })).status).toBe(200);
  });
});

describe('ccxt', () => {
  let exchange: CcxtBinance;

  beforeEach(async () => {
    exchange = ccxtClient(simulator);
    await exchange.loadMarkets();
  });

  afterEach(() => exchange.close());

  it.each([
    ['market', { stopLossPrice: 0.45 }, 'STOP_LOSS', undefined],
    ['limit', { stopLossPrice: 0.45 }, 'STOP_LOSS_LIMIT', 0.44],
    ['market', { takeProfitPrice: 0.55 }, 'TAKE_PROFIT', undefined],
    ['limit', { takeProfitPrice: 0.55 }, 'TAKE_PROFIT_LIMIT', 0.56],
  ] as const)('places a %s order with %j as %s, shows and cancels it', async (type, params, name, price) => {
    const order = await exchange.createOrder(SYMBOL, type, 'sell', 100, price, params);
    const id = order.id ?? '';
    const trigger = Object.values(params)[0];
    expect(await exchange.fetchOrder(id, SYMBOL)).toMatchObject({
      status: 'open',
      triggerPrice: trigger,
      info: { type: name },
    });
    expect((await exchange.fetchOpenOrders(SYMBOL)).map((one) => one.id)).toEqual([id]);
    expect((await exchange.cancelOrder(id, SYMBOL)).status).toBe('canceled');
  });

  it('watches a triggered order to its end', async () => {
    const first = exchange.watchOrders(SYMBOL);
    await waitUntil('the subscription', async () => {
      const { body } = await control(simulator, 'GET', '/requests');
      return JSON.stringify(body).includes('userDataStream.subscribe.signature');
    });
    const { id = '' } = await exchange.createOrder(SYMBOL, 'market', 'sell', 100, undefined, {
      stopLossPrice: 0.45,
    });
    expect((await first)[0]).toMatchObject({ id, status: 'open', triggerPrice: 0.45 });
    const next = exchange.watchOrders(SYMBOL);
    await setPrice('0.45');
    await next;
    await waitUntil('the end of the order', async () => {
      const { status } = await exchange.fetchOrder(id, SYMBOL);
      return status === 'closed';
    });
    await expect(
      exchange.createOrder(SYMBOL, 'market', 'sell', 100, undefined, { stopLossPrice: 0.46 }),
    ).rejects.toThrow(ccxt.OrderImmediatelyFillable);
  });
});
