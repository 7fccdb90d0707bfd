import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startSimulator, type Simulator } from '../index.js';
import { ccxtFutures, flatten, heldPositions, idOf, type CcxtUsdm } from '../testing/ccxt-futures.js';
import { waitUntil } from '../testing/wait-until.js';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const SYMBOL = 'BTC/USDT:USDT';

let simulator: Simulator;
let exchange: CcxtUsdm;

beforeAll(async () => {
  simulator = await startSimulator({ speed: 10, loop: true });
  exchange = ccxtFutures(simulator);
  await exchange.loadMarkets();
});

afterAll(async () => {
  await exchange.close();
  await simulator.close();
});

const positions = (): ReturnType<typeof heldPositions> => heldPositions(exchange, SYMBOL);
const clear = (): Promise<void> => flatten(exchange, SYMBOL);

describe('orders and positions in one-way mode', () => {
  afterEach(clear);

  it('opens with a market order, reports the position and closes it', async () => {
    const before = (await exchange.fetchBalance())['USDT'];
    const order = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    expect(order).toMatchObject({ status: 'closed', filled: 0.01 });
    const [position] = await exchange.fetchPositions([SYMBOL]);
    expect(position).toMatchObject({ side: 'long', contracts: 0.01, hedged: false });
    expect(position?.initialMargin).toBeGreaterThan(20);
    expect(position?.markPrice).toBeGreaterThan(60_000);
    const trades = await exchange
      .fetchOrderTrades(idOf(order), SYMBOL)
      .catch(() => exchange.fetchMyTrades(SYMBOL));
    expect(trades[0]).toMatchObject({ takerOrMaker: 'taker', fee: { currency: 'USDT' } });
    const close = await exchange.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    expect(close.status).toBe('closed');
    expect(await positions()).toEqual([]);
    const after = (await exchange.fetchBalance())['USDT'];
    expect(after?.total).toBeLessThan(before?.total ?? 0);
    expect(after?.free).toBe(after?.total);
  });

  it('turns a long into a short with one order', async () => {
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    await exchange.createOrder(SYMBOL, 'market', 'sell', 0.03);
    expect(await positions()).toEqual([{ side: 'short', contracts: 0.02 }]);
  });

  it('rests, finds by both ids, edits in place and cancels', async () => {
    const order = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000, { clientOrderId: 'f-1' });
    expect(order).toMatchObject({ status: 'open', clientOrderId: 'f-1', filled: 0 });
    expect((await exchange.fetchOpenOrders()).map(({ id }) => id)).toEqual([order.id]);
    expect((await exchange.fetchOrder('', SYMBOL, { clientOrderId: 'f-1' })).id).toBe(order.id);
    const edited = await exchange.editOrder(idOf(order), SYMBOL, 'limit', 'buy', 0.02, 59_001);
    expect(edited).toMatchObject({ id: order.id, amount: 0.02, price: 59_001, status: 'open' });
    expect((await exchange.cancelOrder(idOf(order), SYMBOL)).status).toBe('canceled');
    expect((await exchange.fetchOrders(SYMBOL)).at(-1)).toMatchObject({ id: order.id, status: 'canceled' });
  });

  it('takes batches of orders, edits and cancels, each item by itself', async () => {
    const orders = await exchange.createOrders([
      {
        symbol: SYMBOL,
        type: 'limit',
        side: 'buy',
        amount: 0.01,
        price: 59_000,
        params: { clientOrderId: 'b-1' },
      },
      {
        symbol: SYMBOL,
        type: 'limit',
        side: 'buy',
        amount: 0.01,
        price: 59_100,
        params: { clientOrderId: 'b-2' },
      },
      {
        symbol: SYMBOL,
        type: 'limit',
        side: 'buy',
        amount: 0.001,
        price: 59_100,
        params: { clientOrderId: 'b-3' },
      },
    ]);
    const placed = orders.filter(({ id }) => id !== undefined);
    expect(placed.map(({ clientOrderId }) => clientOrderId).sort()).toEqual(['b-1', 'b-2']);
    expect(orders.some(({ info }) => (info as { code?: number }).code === -4164)).toBe(true);
    const edited = await exchange.editOrders(
      placed.map((order) => ({
        id: idOf(order),
        symbol: SYMBOL,
        type: 'limit',
        side: 'buy',
        amount: 0.02,
        price: 58_900,
      })),
    );
    expect(edited.map(({ price }) => price)).toEqual([58_900, 58_900]);
    const canceled = await exchange.cancelOrders(placed.map(idOf), SYMBOL);
    expect(canceled.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  });

  it('accepts post-only orders inside their side, and refuses or expires what its time in force forbids', async () => {
    const maker = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000, { postOnly: true });
    expect(maker).toMatchObject({ status: 'open', timeInForce: 'PO', postOnly: true });
    await expect(
      exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 62_000, { postOnly: true }),
    ).rejects.toThrow(/-5022/);
    await expect(
      exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000, { timeInForce: 'FOK' }),
    ).rejects.toThrow(/-5021/);
    const ioc = await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000, { timeInForce: 'IOC' });
    expect(ioc).toMatchObject({ status: 'expired', filled: 0 });
  });

  it('refuses with the codes of the exchange', async () => {
    const refused = async (code: number, ...args: Parameters<CcxtUsdm['createOrder']>): Promise<void> => {
      await expect(exchange.createOrder(...args)).rejects.toThrow(new RegExp(`"code":${code},`));
    };
    await refused(-4164, SYMBOL, 'limit', 'buy', 0.001, 59_000);
    await refused(-2019, SYMBOL, 'limit', 'buy', 60, 59_000);
    await refused(-2022, SYMBOL, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    await refused(-4061, SYMBOL, 'market', 'buy', 0.01, undefined, { positionSide: 'LONG' });
    await refused(-4016, SYMBOL, 'limit', 'buy', 0.01, 90_000);
    await refused(-4024, SYMBOL, 'limit', 'sell', 0.01, 30_000);
    await refused(-4015, SYMBOL, 'limit', 'buy', 0.01, 59_000, { clientOrderId: 'x'.repeat(37) });
    await refused(-4005, SYMBOL, 'market', 'buy', 500);
    const params = { clientOrderId: 'twice' };
    await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000, params);
    await refused(-4116, SYMBOL, 'limit', 'buy', 0.01, 59_000, params);
    await expect(exchange.cancelOrder('1', SYMBOL)).rejects.toThrow(ccxt.OrderNotFound);
    await expect(exchange.fetchOrder('1', SYMBOL)).rejects.toThrow(ccxt.OrderNotFound);
    await expect(
      exchange.fapiPrivatePostOrder({
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'STOP_MARKET',
        quantity: '0.01',
        stopPrice: '99999',
      }),
    ).rejects.toThrow(/-4120/);
  });

  it('cancels all orders of a contract when a countdown ends', async () => {
    await exchange.createOrder(SYMBOL, 'limit', 'buy', 0.01, 59_000);
    await exchange.fapiPrivatePostCountdownCancelAll({ symbol: 'BTCUSDT', countdownTime: 200 });
    await waitUntil('the countdown', async () => (await exchange.fetchOpenOrders(SYMBOL)).length === 0);
  });
});

describe('hedge mode', () => {
  it('holds a long and a short beside each other and closes each by its side', async () => {
    await exchange.setPositionMode(true, SYMBOL);
    expect((await exchange.fetchPositionMode(SYMBOL)).hedged).toBe(true);
    await expect(exchange.setPositionMode(true, SYMBOL)).rejects.toThrow(/-4059/);
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.02, undefined, { hedged: true });
    await exchange.createOrder(SYMBOL, 'market', 'sell', 0.01, undefined, { hedged: true });
    expect(await positions()).toEqual([
      { side: 'long', contracts: 0.02 },
      { side: 'short', contracts: 0.01 },
    ]);
    await expect(exchange.setPositionMode(false, SYMBOL)).rejects.toThrow(/-4068/);
    await expect(exchange.createOrder(SYMBOL, 'market', 'buy', 0.01)).rejects.toThrow(/-4061/);
    await exchange.createOrder(SYMBOL, 'market', 'sell', 0.02, undefined, { hedged: true, reduceOnly: true });
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { hedged: true, reduceOnly: true });
    expect(await positions()).toEqual([]);
    await exchange.setPositionMode(false, SYMBOL);
  });
});

describe('conditional orders', () => {
  afterEach(clear);

  it('waits beside the book, is listed apart, and cancels', async () => {
    const order = await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, {
      triggerPrice: 63_000,
      clientOrderId: 'algo-1',
    });
    expect(order.status).toBe('open');
    expect(await exchange.fetchOpenOrders(SYMBOL)).toEqual([]);
    const open = await exchange.fetchOpenOrders(SYMBOL, undefined, undefined, { trigger: true });
    expect(open.map(({ id, triggerPrice }) => [id, triggerPrice])).toEqual([[order.id, 63_000]]);
    expect((await exchange.fetchOrder(idOf(order), SYMBOL, { trigger: true })).status).toBe('open');
    await exchange.cancelOrder(idOf(order), SYMBOL, { trigger: true });
    const [last] = (await exchange.fetchOrders(SYMBOL, undefined, undefined, { trigger: true })).slice(-1);
    expect(last).toMatchObject({ id: order.id, status: 'canceled' });
    await expect(
      exchange.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { triggerPrice: 50_000 }),
    ).rejects.toThrow(/-2021/);
  });

  it('closes a whole position when the mark price reaches its trigger', async () => {
    await exchange.createOrder(SYMBOL, 'market', 'buy', 0.01);
    const stop = await exchange.createOrder(SYMBOL, 'STOP_MARKET', 'sell', 0.01, undefined, {
      stopPrice: 50_000,
      closePosition: true,
      workingType: 'MARK_PRICE',
    });
    const mark = (price: string | null): Promise<Response> =>
      fetch(`${simulator.url}/_sim/futures/mark`, {
        method: 'POST',
        body: JSON.stringify({ symbol: 'BTCUSDT', price }),
        signal: AbortSignal.timeout(5000),
      });
    await mark('60000');
    await mark('49900');
    await mark(null);
    const done = await waitUntil('the stop', async () => {
      const now = await exchange.fetchOrder(idOf(stop), SYMBOL, { trigger: true });
      return now.status === 'closed' && now;
    });
    expect((done.info as { algoStatus: string }).algoStatus).toBe('FINISHED');
    expect(await positions()).toEqual([]);
  });
});

it('has a balanced ledger after all of this', async () => {
  const response = await fetch(`${simulator.url}/_sim/futures`, { signal: AbortSignal.timeout(5000) });
  const { venues } = (await response.json()) as { venues: { checks: unknown[] }[] };
  expect(venues.map(({ checks }) => checks)).toEqual([[]]);
});
