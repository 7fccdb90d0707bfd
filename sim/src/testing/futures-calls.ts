import type { USDMClient } from 'binance';
import type { CcxtUsdm } from './ccxt-futures.js';
import { call, type EndpointCalls } from './client-calls.js';

const PAIR = 'BTC/USDT:USDT';
const symbol = 'BTCUSDT';
const resting = {
  symbol,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: 0.01,
  price: 50_000,
} as const;
const algo = {
  algoType: 'CONDITIONAL',
  symbol,
  side: 'SELL',
  type: 'STOP_MARKET',
  quantity: '0.01',
  triggerPrice: '40000',
} as const;

async function placed(client: CcxtUsdm, price = 50_000): Promise<string> {
  return String((await client.createOrder(PAIR, 'limit', 'buy', 0.01, price)).id);
}

async function submitted(client: USDMClient): Promise<string> {
  return String((await client.submitNewOrder(resting)).orderId);
}

async function stopPlaced(client: CcxtUsdm): Promise<string> {
  return String(
    (await client.createOrder(PAIR, 'market', 'sell', 0.01, undefined, { triggerPrice: 40_000 })).id,
  );
}

const quotes: EndpointCalls<CcxtUsdm, USDMClient>[] = [
  {
    route: 'GET /fapi/v1/ping',
    ccxt: call('fapiPublicGetPing', (c) => c.fapiPublicGetPing()),
    binance: call('testConnectivity', (c) => c.testConnectivity()),
  },
  {
    route: 'GET /fapi/v1/time',
    ccxt: call('fetchTime', (c) => c.fetchTime()),
    binance: call('getServerTime', (c) => c.getServerTime()),
  },
  {
    route: 'GET /fapi/v1/exchangeInfo',
    ccxt: call('loadMarkets', (c) => c.loadMarkets(true)),
    binance: call('getExchangeInfo', (c) => c.getExchangeInfo()),
  },
  {
    route: 'GET /fapi/v1/depth',
    ccxt: call('fetchOrderBook', (c) => c.fetchOrderBook(PAIR, 20)),
    binance: call('getOrderBook', (c) => c.getOrderBook({ symbol, limit: 20 })),
  },
  {
    route: 'GET /fapi/v1/trades',
    ccxt: call('fetchTrades', (c) =>
      c.fetchTrades(PAIR, undefined, 5, { fetchTradesMethod: 'fapiPublicGetTrades' }),
    ),
    binance: call('getRecentTrades', (c) => c.getRecentTrades({ symbol, limit: 5 })),
  },
  {
    route: 'GET /fapi/v1/aggTrades',
    ccxt: call('fetchTrades', (c) => c.fetchTrades(PAIR, undefined, 5)),
    binance: call('getAggregateTrades', (c) => c.getAggregateTrades({ symbol, limit: 5 })),
  },
  {
    route: 'GET /fapi/v1/klines',
    ccxt: call('fetchOHLCV', (c) => c.fetchOHLCV(PAIR, '1m', undefined, 5)),
    binance: call('getKlines', (c) => c.getKlines({ symbol, interval: '1m', limit: 5 })),
  },
  {
    route: 'GET /fapi/v1/markPriceKlines',
    ccxt: call('fetchMarkOHLCV', (c) => c.fetchMarkOHLCV(PAIR, '1m', undefined, 5)),
    binance: call('getMarkPriceKlines', (c) => c.getMarkPriceKlines({ symbol, interval: '1m', limit: 5 })),
  },
  {
    route: 'GET /fapi/v1/premiumIndex',
    ccxt: call('fetchFundingRate', (c) => c.fetchFundingRate(PAIR)),
    binance: call('getMarkPrice', (c) => c.getMarkPrice({ symbol })),
  },
  {
    route: 'GET /fapi/v1/fundingRate',
    ccxt: call('fetchFundingRateHistory', (c) => c.fetchFundingRateHistory(PAIR)),
    binance: call('getFundingRateHistory', (c) => c.getFundingRateHistory({ symbol })),
  },
  {
    route: 'GET /fapi/v1/fundingInfo',
    ccxt: call('fetchFundingIntervals', (c) => c.fetchFundingIntervals([PAIR])),
    binance: call('getFundingRates', (c) => c.getFundingRates()),
  },
  {
    route: 'GET /fapi/v1/ticker/24hr',
    ccxt: call('fetchTicker', (c) => c.fetchTicker(PAIR)),
    binance: call('get24hrChangeStatistics', (c) => c.get24hrChangeStatistics({ symbol })),
  },
  {
    route: 'GET /fapi/v1/ticker/price',
    ccxt: call('fapiPublicGetTickerPrice', (c) => c.fapiPublicGetTickerPrice({ symbol })),
    binance: call('getSymbolPriceTicker', (c) => c.getSymbolPriceTicker({ symbol })),
  },
  {
    route: 'GET /fapi/v2/ticker/price',
    ccxt: call('fetchLastPrices', (c) => c.fetchLastPrices()),
    binance: call('getSymbolPriceTickerV2', (c) => c.getSymbolPriceTickerV2({ symbol })),
  },
  {
    route: 'GET /fapi/v1/ticker/bookTicker',
    ccxt: call('fetchBidsAsks', (c) => c.fetchBidsAsks([PAIR])),
    binance: call('getSymbolOrderBookTicker', (c) => c.getSymbolOrderBookTicker({ symbol })),
  },
];

const orders: EndpointCalls<CcxtUsdm, USDMClient>[] = [
  {
    route: 'POST /fapi/v1/order/test',
    ccxt: call('fapiPrivatePostOrderTest', (c) => c.fapiPrivatePostOrderTest(resting)),
    binance: call('testOrder', (c) => c.testOrder(resting)),
  },
  {
    route: 'POST /fapi/v1/order',
    ccxt: call('createOrder', async (c, state) => (state.orderId = await placed(c))),
    binance: call('submitNewOrder', async (c, state) => (state.orderId = await submitted(c))),
  },
  {
    route: 'PUT /fapi/v1/order',
    ccxt: call('editOrder', (c, { orderId }) => c.editOrder(orderId, PAIR, 'limit', 'buy', 0.01, 49_000)),
    binance: call('modifyOrder', (c, { orderId }) =>
      c.modifyOrder({ symbol, side: 'BUY', quantity: 0.01, price: 49_000, orderId: Number(orderId) }),
    ),
  },
  {
    route: 'GET /fapi/v1/order',
    ccxt: call('fetchOrder', (c, { orderId }) => c.fetchOrder(orderId, PAIR)),
    binance: call('getOrder', (c, { orderId }) => c.getOrder({ symbol, orderId: Number(orderId) })),
  },
  {
    route: 'GET /fapi/v1/openOrder',
    ccxt: call('fetchOpenOrder', (c, { orderId }) => c.fetchOpenOrder(orderId, PAIR)),
    binance: call('getCurrentOpenOrder', (c, { orderId }) =>
      c.getCurrentOpenOrder({ symbol, orderId: Number(orderId) }),
    ),
  },
  {
    route: 'GET /fapi/v1/openOrders',
    ccxt: call('fetchOpenOrders', (c) => c.fetchOpenOrders(PAIR)),
    binance: call('getAllOpenOrders', (c) => c.getAllOpenOrders({ symbol })),
  },
  {
    route: 'DELETE /fapi/v1/order',
    ccxt: call('cancelOrder', (c, { orderId }) => c.cancelOrder(orderId, PAIR)),
    binance: call('cancelOrder', (c, { orderId }) => c.cancelOrder({ symbol, orderId: Number(orderId) })),
  },
  {
    route: 'POST /fapi/v1/batchOrders',
    ccxt: call('createOrders', async (c, state) => {
      const [order] = await c.createOrders([
        { symbol: PAIR, type: 'limit', side: 'buy', amount: 0.01, price: 50_000 },
      ]);
      return (state.orderId = String(order?.id));
    }),
    binance: call('submitMultipleOrders', async (c, state) => {
      const [order] = await c.submitMultipleOrders([{ ...resting, quantity: '0.01', price: '50000' }]);
      return (state.orderId = String((order as { orderId: number }).orderId));
    }),
  },
  {
    route: 'PUT /fapi/v1/batchOrders',
    ccxt: call('editOrders', (c, { orderId }) => {
      // ccxt reads the id, its types do not list it.
      const edits = [{ id: orderId, symbol: PAIR, type: 'limit', side: 'buy', amount: 0.01, price: 49_000 }];
      return c.editOrders(edits);
    }),
    binance: call('modifyMultipleOrders', (c, { orderId }) =>
      c.modifyMultipleOrders([
        {
          symbol,
          side: 'BUY',
          quantity: '0.01',
          price: '49000',
          orderId: Number(orderId),
          timestamp: Date.now(),
        },
      ]),
    ),
  },
  {
    route: 'DELETE /fapi/v1/batchOrders',
    ccxt: call('cancelOrders', (c, { orderId }) => c.cancelOrders([orderId], PAIR)),
    binance: call('cancelMultipleOrders', (c, { orderId }) =>
      c.cancelMultipleOrders({ symbol, orderIdList: [Number(orderId)] }),
    ),
  },
  {
    route: 'DELETE /fapi/v1/allOpenOrders',
    ccxt: call('cancelAllOrders', async (c) => {
      await placed(c);
      return c.cancelAllOrders(PAIR);
    }),
    binance: call('cancelAllOpenOrders', async (c) => {
      await submitted(c);
      return c.cancelAllOpenOrders({ symbol });
    }),
  },
  {
    route: 'GET /fapi/v1/allOrders',
    ccxt: call('fetchOrders', (c) => c.fetchOrders(PAIR)),
    binance: call('getAllOrders', (c) => c.getAllOrders({ symbol })),
  },
  {
    route: 'GET /fapi/v1/userTrades',
    ccxt: call('fetchMyTrades', (c) => c.fetchMyTrades(PAIR)),
    binance: call('getAccountTrades', (c) => c.getAccountTrades({ symbol })),
  },
  {
    route: 'POST /fapi/v1/countdownCancelAll',
    ccxt: call('fapiPrivatePostCountdownCancelAll', (c) =>
      c.fapiPrivatePostCountdownCancelAll({ symbol, countdownTime: 0 }),
    ),
    binance: call('setCancelOrdersOnTimeout', (c) =>
      c.setCancelOrdersOnTimeout({ symbol, countdownTime: 0 }),
    ),
  },
  {
    route: 'POST /fapi/v1/algoOrder',
    ccxt: call('createOrder', async (c, state) => (state.algoId = await stopPlaced(c))),
    binance: call('submitNewAlgoOrder', async (c, state) => {
      const order = await c.submitNewAlgoOrder(algo);
      return (state.algoId = String(order.algoId));
    }),
  },
  {
    route: 'GET /fapi/v1/algoOrder',
    ccxt: call('fetchOrder', (c, { algoId }) => c.fetchOrder(algoId, PAIR, { trigger: true })),
    binance: call('getAlgoOrder', (c, { algoId }) => c.getAlgoOrder({ algoId: Number(algoId) })),
  },
  {
    route: 'GET /fapi/v1/openAlgoOrders',
    ccxt: call('fetchOpenOrders', (c) => c.fetchOpenOrders(PAIR, undefined, undefined, { trigger: true })),
    binance: call('getOpenAlgoOrders', (c) => c.getOpenAlgoOrders({ symbol })),
  },
  {
    route: 'DELETE /fapi/v1/algoOrder',
    ccxt: call('cancelOrder', (c, { algoId }) => c.cancelOrder(algoId, PAIR, { trigger: true })),
    binance: call('cancelAlgoOrder', (c, { algoId }) => c.cancelAlgoOrder({ algoId: Number(algoId) })),
  },
  {
    route: 'DELETE /fapi/v1/algoOpenOrders',
    ccxt: call('cancelAllOrders', (c) => c.cancelAllOrders(PAIR, { trigger: true })),
    binance: call('cancelAllAlgoOpenOrders', (c) => c.cancelAllAlgoOpenOrders({ symbol })),
  },
  {
    route: 'GET /fapi/v1/allAlgoOrders',
    ccxt: call('fetchOrders', (c) => c.fetchOrders(PAIR, undefined, undefined, { trigger: true })),
    binance: call('getAllAlgoOrders', (c) => c.getAllAlgoOrders({ symbol })),
  },
];

const account: EndpointCalls<CcxtUsdm, USDMClient>[] = [
  {
    route: 'GET /fapi/v2/account',
    ccxt: call('fapiPrivateV2GetAccount', (c) => c.fapiPrivateV2GetAccount()),
    binance: call('getPrivate', (c) => c.getPrivate('fapi/v2/account')),
  },
  {
    route: 'GET /fapi/v3/account',
    ccxt: call('fetchBalance', (c) => c.fetchBalance()),
    binance: call('getAccountInformationV3', (c) => c.getAccountInformationV3()),
  },
  {
    route: 'GET /fapi/v2/balance',
    ccxt: call('fapiPrivateV2GetBalance', (c) => c.fapiPrivateV2GetBalance()),
    binance: call('getPrivate', (c) => c.getPrivate('fapi/v2/balance')),
  },
  {
    route: 'GET /fapi/v3/balance',
    ccxt: call('fapiPrivateV3GetBalance', (c) => c.fapiPrivateV3GetBalance()),
    binance: call('getBalanceV3', (c) => c.getBalanceV3()),
  },
  {
    route: 'GET /fapi/v2/positionRisk',
    ccxt: call('fapiPrivateV2GetPositionRisk', (c) => c.fapiPrivateV2GetPositionRisk()),
    binance: call('getPrivate', (c) => c.getPrivate('fapi/v2/positionRisk')),
  },
  {
    route: 'GET /fapi/v3/positionRisk',
    ccxt: call('fetchPositions', (c) => c.fetchPositions()),
    binance: call('getPositionsV3', (c) => c.getPositionsV3()),
  },
  {
    route: 'GET /fapi/v1/accountConfig',
    ccxt: call('fetchTradingFees', (c) => c.fetchTradingFees()),
    binance: call('getFuturesAccountConfig', (c) => c.getFuturesAccountConfig()),
  },
  {
    route: 'GET /fapi/v1/symbolConfig',
    ccxt: call('fetchLeverage', (c) => c.fetchLeverage(PAIR)),
    binance: call('getFuturesSymbolConfig', (c) => c.getFuturesSymbolConfig({ symbol })),
  },
  {
    route: 'GET /fapi/v1/leverageBracket',
    ccxt: call('fetchLeverageTiers', (c) => c.fetchLeverageTiers([PAIR])),
    binance: call('getNotionalAndLeverageBrackets', (c) => c.getNotionalAndLeverageBrackets({ symbol })),
  },
  {
    route: 'POST /fapi/v1/leverage',
    ccxt: call('setLeverage', (c) => c.setLeverage(10, PAIR)),
    binance: call('setLeverage', (c) => c.setLeverage({ symbol, leverage: 10 })),
  },
  {
    route: 'POST /fapi/v1/marginType',
    ccxt: call('setMarginMode', (c) => c.setMarginMode('isolated', PAIR)),
    binance: call('setMarginType', (c) => c.setMarginType({ symbol, marginType: 'ISOLATED' })),
  },
  {
    route: 'POST /fapi/v1/positionMargin',
    ccxt: call('addMargin', async (c) => {
      await c.createOrder(PAIR, 'market', 'buy', 0.01);
      return c.addMargin(PAIR, 10);
    }),
    binance: call('setIsolatedPositionMargin', async (c) => {
      await c.submitNewOrder({ symbol, side: 'BUY', type: 'MARKET', quantity: 0.01 });
      return c.setIsolatedPositionMargin({ symbol, amount: 10, type: '1' });
    }),
  },
  {
    route: 'GET /fapi/v1/positionSide/dual',
    ccxt: call('fetchPositionMode', (c) => c.fetchPositionMode(PAIR)),
    binance: call('getCurrentPositionMode', (c) => c.getCurrentPositionMode()),
  },
  {
    route: 'POST /fapi/v1/positionSide/dual',
    ccxt: call('setPositionMode', async (c) => {
      await c.createOrder(PAIR, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
      return c.setPositionMode(true, PAIR);
    }),
    binance: call('setPositionMode', async (c) => {
      await c.submitNewOrder({ symbol, side: 'SELL', type: 'MARKET', quantity: 0.01, reduceOnly: 'true' });
      return c.setPositionMode({ dualSidePosition: 'true' });
    }),
  },
  {
    route: 'GET /fapi/v1/multiAssetsMargin',
    ccxt: call('fapiPrivateGetMultiAssetsMargin', (c) => c.fapiPrivateGetMultiAssetsMargin()),
    binance: call('getMultiAssetsMode', (c) => c.getMultiAssetsMode()),
  },
  {
    route: 'GET /fapi/v1/income',
    ccxt: call('fetchFundingHistory', (c) => c.fetchFundingHistory(PAIR)),
    binance: call('getIncomeHistory', (c) => c.getIncomeHistory({ symbol })),
  },
  {
    route: 'GET /fapi/v1/commissionRate',
    ccxt: call('fetchTradingFee', (c) => c.fetchTradingFee(PAIR)),
    binance: call('getAccountCommissionRate', (c) => c.getAccountCommissionRate({ symbol })),
  },
  {
    route: 'POST /fapi/v1/listenKey',
    ccxt: call('fapiPrivatePostListenKey', (c) => c.fapiPrivatePostListenKey()),
    binance: call('getFuturesUserDataListenKey', (c) => c.getFuturesUserDataListenKey()),
  },
  {
    route: 'PUT /fapi/v1/listenKey',
    ccxt: call('fapiPrivatePutListenKey', (c) => c.fapiPrivatePutListenKey()),
    binance: call('keepAliveFuturesUserDataListenKey', (c) => c.keepAliveFuturesUserDataListenKey()),
  },
  {
    route: 'DELETE /fapi/v1/listenKey',
    ccxt: call('fapiPrivateDeleteListenKey', (c) => c.fapiPrivateDeleteListenKey()),
    binance: call('closeFuturesUserDataListenKey', (c) => c.closeFuturesUserDataListenKey()),
  },
];

/** Every endpoint of the USDT-M venue, in an order in which each call finds what it needs. */
export const FUTURES_CALLS: readonly EndpointCalls<CcxtUsdm, USDMClient>[] = [
  ...quotes,
  ...orders,
  ...account,
];
