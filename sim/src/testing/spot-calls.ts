import type { MainClient } from 'binance';
import type { CcxtBinance } from './ccxt-client.js';
import { call, type EndpointCalls } from './client-calls.js';

const PAIR = 'BTC/USDT';
const symbol = 'BTCUSDT';
const resting = {
  symbol,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 0.001,
  price: 50_000,
} as const;

async function placed(client: CcxtBinance): Promise<string> {
  return String((await client.createOrder(PAIR, 'limit', 'buy', 0.001, 50_000)).id);
}

async function submitted(client: MainClient): Promise<number> {
  const { orderId } = await client.submitNewOrder(resting);
  return orderId;
}

/** Every endpoint of the spot venue, in an order in which each call finds what it needs. */
export const SPOT_CALLS: readonly EndpointCalls<CcxtBinance, MainClient>[] = [
  {
    route: 'GET /api/v3/ping',
    ccxt: call('publicGetPing', (c) => c.publicGetPing()),
    binance: call('testConnectivity', (c) => c.testConnectivity()),
  },
  {
    route: 'GET /api/v3/time',
    ccxt: call('fetchTime', (c) => c.fetchTime()),
    binance: call('getServerTime', (c) => c.get('api/v3/time')),
  },
  {
    route: 'GET /api/v3/exchangeInfo',
    ccxt: call('loadMarkets', (c) => c.loadMarkets(true)),
    binance: call('getExchangeInfo', (c) => c.getExchangeInfo({ symbol })),
  },
  {
    route: 'GET /api/v3/depth',
    ccxt: call('fetchOrderBook', (c) => c.fetchOrderBook(PAIR, 20)),
    binance: call('getOrderBook', (c) => c.getOrderBook({ symbol, limit: 20 })),
  },
  {
    route: 'GET /api/v3/trades',
    ccxt: call('fetchTrades', (c) =>
      c.fetchTrades(PAIR, undefined, 5, { fetchTradesMethod: 'publicGetTrades' }),
    ),
    binance: call('getRecentTrades', (c) => c.getRecentTrades({ symbol, limit: 5 })),
  },
  {
    route: 'GET /api/v3/aggTrades',
    ccxt: call('fetchTrades', (c) => c.fetchTrades(PAIR, undefined, 5)),
    binance: call('getAggregateTrades', (c) => c.getAggregateTrades({ symbol, limit: 5 })),
  },
  {
    route: 'GET /api/v3/klines',
    ccxt: call('fetchOHLCV', (c) => c.fetchOHLCV(PAIR, '1m', undefined, 5)),
    binance: call('getKlines', (c) => c.getKlines({ symbol, interval: '1m', limit: 5 })),
  },
  {
    route: 'GET /api/v3/avgPrice',
    ccxt: call('publicGetAvgPrice', (c) => c.publicGetAvgPrice({ symbol })),
    binance: call('getAvgPrice', (c) => c.getAvgPrice({ symbol })),
  },
  {
    route: 'GET /api/v3/ticker/24hr',
    ccxt: call('fetchTicker', (c) => c.fetchTicker(PAIR)),
    binance: call('get24hrChangeStatistics', (c) => c.get24hrChangeStatistics({ symbol })),
  },
  {
    route: 'GET /api/v3/ticker/price',
    ccxt: call('fetchLastPrices', (c) => c.fetchLastPrices()),
    binance: call('getSymbolPriceTicker', (c) => c.getSymbolPriceTicker({ symbol })),
  },
  {
    route: 'GET /api/v3/ticker/bookTicker',
    ccxt: call('fetchBidsAsks', (c) => c.fetchBidsAsks([PAIR])),
    binance: call('getSymbolOrderBookTicker', (c) => c.getSymbolOrderBookTicker({ symbol })),
  },
  {
    route: 'GET /api/v3/historicalTrades',
    ccxt: call('fetchTrades', (c) =>
      c.fetchTrades(PAIR, undefined, 5, { fetchTradesMethod: 'publicGetHistoricalTrades' }),
    ),
    binance: call('getHistoricalTrades', (c) => c.getHistoricalTrades({ symbol, limit: 5 })),
  },
  {
    route: 'GET /api/v3/account',
    ccxt: call('fetchBalance', (c) => c.fetchBalance()),
    binance: call('getAccountInformation', (c) => c.getAccountInformation()),
  },
  {
    route: 'GET /api/v3/account/commission',
    ccxt: call('privateGetAccountCommission', (c) => c.privateGetAccountCommission({ symbol })),
    binance: call('getPrivate', (c) => c.getPrivate('api/v3/account/commission', { symbol })),
  },
  {
    route: 'POST /api/v3/order/test',
    ccxt: call('createOrder', (c) => c.createOrder(PAIR, 'limit', 'buy', 0.001, 50_000, { test: true })),
    binance: call('testNewOrder', (c) => c.testNewOrder(resting)),
  },
  {
    route: 'POST /api/v3/order',
    ccxt: call('createOrder', async (c, state) => (state.orderId = await placed(c))),
    binance: call('submitNewOrder', async (c, state) => (state.orderId = String(await submitted(c)))),
  },
  {
    route: 'GET /api/v3/order',
    ccxt: call('fetchOrder', (c, { orderId }) => c.fetchOrder(orderId, PAIR)),
    binance: call('getOrder', (c, { orderId }) => c.getOrder({ symbol, orderId: Number(orderId) })),
  },
  {
    route: 'GET /api/v3/openOrders',
    ccxt: call('fetchOpenOrders', (c) => c.fetchOpenOrders(PAIR)),
    binance: call('getOpenOrders', (c) => c.getOpenOrders({ symbol })),
  },
  {
    route: 'POST /api/v3/order/cancelReplace',
    ccxt: call('editOrder', async (c, state) => {
      state.orderId = String((await c.editOrder(state.orderId, PAIR, 'limit', 'buy', 0.001, 49_000)).id);
      return state.orderId;
    }),
    binance: call('replaceOrder', async (c, state) => {
      const cancelOrderId = Number(state.orderId);
      const replaced = await c.replaceOrder({
        ...resting,
        price: 49_000,
        cancelReplaceMode: 'STOP_ON_FAILURE',
        cancelOrderId,
      });
      state.orderId = String((replaced.newOrderResponse as { orderId: number }).orderId);
      return replaced;
    }),
  },
  {
    route: 'DELETE /api/v3/order',
    ccxt: call('cancelOrder', (c, { orderId }) => c.cancelOrder(orderId, PAIR)),
    binance: call('cancelOrder', (c, { orderId }) => c.cancelOrder({ symbol, orderId: Number(orderId) })),
  },
  {
    route: 'DELETE /api/v3/openOrders',
    ccxt: call('cancelAllOrders', async (c) => {
      await placed(c);
      return c.cancelAllOrders(PAIR);
    }),
    binance: call('cancelAllSymbolOrders', async (c) => {
      await submitted(c);
      return c.cancelAllSymbolOrders({ symbol });
    }),
  },
  {
    route: 'GET /api/v3/allOrders',
    ccxt: call('fetchOrders', (c) => c.fetchOrders(PAIR)),
    binance: call('getAllOrders', (c) => c.getAllOrders({ symbol })),
  },
  {
    route: 'GET /api/v3/myTrades',
    ccxt: call('fetchMyTrades', (c) => c.fetchMyTrades(PAIR)),
    binance: call('getAccountTradeList', (c) => c.getAccountTradeList({ symbol })),
  },
  {
    route: 'GET /sapi/v1/system/status',
    ccxt: call('fetchStatus', (c) => c.fetchStatus()),
    binance: call('getSystemStatus', (c) => c.getSystemStatus()),
  },
  {
    route: 'GET /sapi/v1/asset/tradeFee',
    ccxt: call('fetchTradingFee', (c) => c.fetchTradingFee(PAIR)),
    binance: call('getTradeFee', (c) => c.getTradeFee({ symbol })),
  },
  {
    route: 'GET /sapi/v1/account/apiRestrictions',
    ccxt: call('sapiGetAccountApiRestrictions', (c) => c.sapiGetAccountApiRestrictions()),
    binance: call('getApiKeyPermissions', (c) => c.getApiKeyPermissions()),
  },
];
