import type { Params } from './params.js';

type Weight = number | ((params: Params) => number);

const bySymbols = (one: number, some: number, all: number) => (params: Params) =>
  params.has('symbol') ? one : params.has('symbols') ? some : all;

/** Request weights of Binance spot by method and path. */
export const WEIGHTS = {
  'GET /api/v3/ping': 1,
  'GET /api/v3/time': 1,
  'GET /api/v3/exchangeInfo': 20,
  'GET /api/v3/depth': (params) => depthWeight(params.integer('limit') ?? 100),
  'GET /api/v3/trades': 25,
  'GET /api/v3/historicalTrades': 25,
  'GET /api/v3/aggTrades': 4,
  'GET /api/v3/klines': 2,
  'GET /api/v3/avgPrice': 2,
  'GET /api/v3/ticker/24hr': bySymbols(2, 40, 80),
  'GET /api/v3/ticker/price': bySymbols(2, 4, 4),
  'GET /api/v3/ticker/bookTicker': bySymbols(2, 4, 4),
  'GET /api/v3/account': 20,
  'GET /api/v3/account/commission': 20,
  'POST /api/v3/order': 1,
  'POST /api/v3/order/test': (params) => (params.optional('computeCommissionRates') === 'true' ? 20 : 1),
  'GET /api/v3/order': 4,
  'DELETE /api/v3/order': 1,
  'POST /api/v3/order/cancelReplace': 1,
  'GET /api/v3/openOrders': (params) => (params.has('symbol') ? 6 : 80),
  'DELETE /api/v3/openOrders': 1,
  'GET /api/v3/allOrders': 20,
  'GET /api/v3/myTrades': (params) => (params.has('orderId') ? 5 : 20),
  // The sapi endpoints have their own counters at the exchange; here they share the one of the API.
  'GET /sapi/v1/system/status': 1,
  'GET /sapi/v1/asset/tradeFee': 1,
  'GET /sapi/v1/account/apiRestrictions': 1,
} as const satisfies Record<string, Weight>;

export type Route = keyof typeof WEIGHTS;

export function weightOf(route: Route, params: Params): number {
  const weight: Weight = WEIGHTS[route];
  return typeof weight === 'number' ? weight : weight(params);
}

function depthWeight(limit: number): number {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}
