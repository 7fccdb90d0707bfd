import type { Params } from '../venue/params.js';

type Weight = number | ((params: Params) => number);

const bySymbol = (one: number, all: number) => (params: Params) => (params.has('symbol') ? one : all);
const byLimit =
  (standard: number, steps: readonly (readonly [limit: number, weight: number])[], beyond: number) =>
  (params: Params): number => {
    const limit = params.integer('limit') ?? standard;
    return steps.find(([most]) => limit <= most)?.[1] ?? beyond;
  };
const DEPTH = byLimit(
  500,
  [
    [50, 2],
    [100, 5],
    [500, 10],
  ],
  20,
);
const KLINES = byLimit(
  500,
  [
    [99, 1],
    [499, 2],
    [1000, 5],
  ],
  10,
);

/** Request weights of Binance USDT-M by method and path; new orders count by number, not by weight. */
export const FUTURES_WEIGHTS = {
  'GET /fapi/v1/ping': 1,
  'GET /fapi/v1/time': 1,
  'GET /fapi/v1/exchangeInfo': 1,
  'GET /fapi/v1/depth': DEPTH,
  'GET /fapi/v1/trades': 5,
  'GET /fapi/v1/aggTrades': 20,
  'GET /fapi/v1/klines': KLINES,
  'GET /fapi/v1/markPriceKlines': KLINES,
  'GET /fapi/v1/premiumIndex': bySymbol(1, 10),
  'GET /fapi/v1/fundingRate': 1,
  'GET /fapi/v1/fundingInfo': 1,
  'GET /fapi/v1/ticker/24hr': bySymbol(1, 40),
  'GET /fapi/v1/ticker/price': bySymbol(1, 2),
  'GET /fapi/v2/ticker/price': bySymbol(1, 2),
  'GET /fapi/v1/ticker/bookTicker': bySymbol(2, 5),
  'POST /fapi/v1/order': 0,
  'POST /fapi/v1/order/test': 0,
  'PUT /fapi/v1/order': 0,
  'GET /fapi/v1/order': 1,
  'DELETE /fapi/v1/order': 1,
  'POST /fapi/v1/batchOrders': 5,
  'PUT /fapi/v1/batchOrders': 5,
  'DELETE /fapi/v1/batchOrders': 1,
  'GET /fapi/v1/openOrder': 1,
  'GET /fapi/v1/openOrders': bySymbol(1, 40),
  'DELETE /fapi/v1/allOpenOrders': 1,
  'GET /fapi/v1/allOrders': 5,
  'GET /fapi/v1/userTrades': 5,
  'POST /fapi/v1/countdownCancelAll': 10,
  'POST /fapi/v1/algoOrder': 0,
  'GET /fapi/v1/algoOrder': 1,
  'DELETE /fapi/v1/algoOrder': 1,
  'GET /fapi/v1/openAlgoOrders': bySymbol(1, 40),
  'DELETE /fapi/v1/algoOpenOrders': 1,
  'GET /fapi/v1/allAlgoOrders': 5,
  'GET /fapi/v2/account': 5,
  'GET /fapi/v3/account': 5,
  'GET /fapi/v2/balance': 5,
  'GET /fapi/v3/balance': 5,
  'GET /fapi/v2/positionRisk': 5,
  'GET /fapi/v3/positionRisk': 5,
  'GET /fapi/v1/accountConfig': 5,
  'GET /fapi/v1/symbolConfig': 5,
  'GET /fapi/v1/leverageBracket': 1,
  'POST /fapi/v1/leverage': 1,
  'POST /fapi/v1/marginType': 1,
  'POST /fapi/v1/positionMargin': 1,
  'GET /fapi/v1/positionSide/dual': 30,
  'POST /fapi/v1/positionSide/dual': 1,
  'GET /fapi/v1/multiAssetsMargin': 30,
  'POST /fapi/v1/multiAssetsMargin': 1,
  'GET /fapi/v1/income': 30,
  'GET /fapi/v1/commissionRate': 20,
  'POST /fapi/v1/listenKey': 1,
  'PUT /fapi/v1/listenKey': 1,
  'DELETE /fapi/v1/listenKey': 1,
} as const satisfies Record<string, Weight>;

export type FuturesRoute = keyof typeof FUTURES_WEIGHTS;

export function futuresWeight(route: FuturesRoute, params: Params): number {
  const weight: Weight = FUTURES_WEIGHTS[route];
  return typeof weight === 'number' ? weight : weight(params);
}
