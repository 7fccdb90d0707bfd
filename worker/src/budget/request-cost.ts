import type { Urgency } from './windows.js';

export interface RequestCost {
  weight: number;
  /** Orders it counts as. */
  orders: number;
  urgency: Urgency;
}

type Query = URLSearchParams;
type Entry = readonly [weight: number | ((query: Query) => number), urgency?: Urgency, orders?: number];

const bySymbol = (one: number, all: number) => (query: Query) => (query.has('symbol') ? one : all);

function steps(...pairs: readonly (readonly [limit: number, weight: number])[]) {
  return (query: Query): number => {
    const limit = Number(query.get('limit') ?? 100);
    return (pairs.find(([most]) => limit <= most) ?? pairs.at(-1))?.[1] ?? 1;
  };
}

/** An endpoint the tables do not name is taken for an expensive one. */
const UNKNOWN: RequestCost = { weight: 20, orders: 0, urgency: 'background' };

/** Request weights of Binance spot (REST API documentation), urgencies of ours. */
const SPOT: Readonly<Record<string, Entry>> = {
  'GET /api/v3/ping': [1],
  'GET /api/v3/time': [1, 'cancel'],
  'GET /api/v3/exchangeInfo': [20],
  'GET /api/v3/depth': [steps([100, 5], [500, 25], [1_000, 50], [5_000, 250])],
  'GET /api/v3/trades': [25],
  'GET /api/v3/aggTrades': [4],
  'GET /api/v3/klines': [2],
  'GET /api/v3/avgPrice': [2],
  'GET /api/v3/ticker/24hr': [bySymbol(2, 80)],
  'GET /api/v3/ticker/price': [bySymbol(2, 4)],
  'GET /api/v3/ticker/bookTicker': [bySymbol(2, 4)],
  'GET /api/v3/account': [20, 'inspect'],
  'GET /api/v3/account/commission': [20, 'inspect'],
  'GET /api/v3/rateLimit/order': [40, 'inspect'],
  'POST /api/v3/order': [1, 'place', 1],
  'POST /api/v3/order/test': [1, 'place'],
  'POST /api/v3/order/cancelReplace': [1, 'place', 1],
  'GET /api/v3/order': [4, 'cancel'],
  'DELETE /api/v3/order': [1, 'cancel'],
  'GET /api/v3/openOrders': [bySymbol(6, 80), 'inspect'],
  'DELETE /api/v3/openOrders': [1, 'cancel'],
  'GET /api/v3/allOrders': [20, 'inspect'],
  'GET /api/v3/myTrades': [(query) => (query.has('orderId') ? 5 : 20), 'inspect'],
};

/** Request weights of Binance USDT-M futures. Placing costs order count, but no weight. */
const LINEAR: Readonly<Record<string, Entry>> = {
  'GET /fapi/v1/ping': [1],
  'GET /fapi/v1/time': [1, 'cancel'],
  'GET /fapi/v1/exchangeInfo': [1],
  'GET /fapi/v1/depth': [steps([50, 2], [100, 5], [500, 10], [1_000, 20])],
  'GET /fapi/v1/aggTrades': [20],
  'GET /fapi/v1/trades': [5],
  'GET /fapi/v1/klines': [steps([99, 1], [499, 2], [1_000, 5], [1_500, 10])],
  'GET /fapi/v1/markPriceKlines': [steps([99, 1], [499, 2], [1_000, 5], [1_500, 10])],
  'GET /fapi/v1/ticker/24hr': [bySymbol(1, 40)],
  'GET /fapi/v2/ticker/price': [bySymbol(1, 2)],
  'GET /fapi/v1/ticker/bookTicker': [bySymbol(2, 5)],
  'GET /fapi/v1/premiumIndex': [bySymbol(1, 10)],
  'GET /fapi/v1/fundingRate': [1],
  'GET /fapi/v3/account': [5, 'inspect'],
  'GET /fapi/v3/balance': [5, 'inspect'],
  'GET /fapi/v3/positionRisk': [5, 'inspect'],
  'GET /fapi/v1/commissionRate': [20, 'inspect'],
  'GET /fapi/v1/income': [30, 'inspect'],
  'GET /fapi/v1/leverageBracket': [1, 'inspect'],
  'GET /fapi/v1/symbolConfig': [5, 'inspect'],
  'GET /fapi/v1/accountConfig': [5, 'inspect'],
  'GET /fapi/v1/positionSide/dual': [30, 'inspect'],
  'POST /fapi/v1/positionSide/dual': [1, 'inspect'],
  'POST /fapi/v1/leverage': [1, 'inspect'],
  'POST /fapi/v1/marginType': [1, 'inspect'],
  'POST /fapi/v1/order': [0, 'place', 1],
  'PUT /fapi/v1/order': [1, 'place', 1],
  'POST /fapi/v1/batchOrders': [5, 'place', 5],
  'PUT /fapi/v1/batchOrders': [5, 'place', 5],
  'POST /fapi/v1/algoOrder': [0, 'place', 1],
  'DELETE /fapi/v1/algoOrder': [1, 'cancel'],
  'GET /fapi/v1/algoOrder': [1, 'cancel'],
  'GET /fapi/v1/openAlgoOrders': [bySymbol(1, 40), 'inspect'],
  'GET /fapi/v1/order': [1, 'cancel'],
  'DELETE /fapi/v1/order': [1, 'cancel'],
  'DELETE /fapi/v1/batchOrders': [1, 'cancel'],
  'DELETE /fapi/v1/allOpenOrders': [1, 'cancel'],
  'POST /fapi/v1/countdownCancelAll': [10, 'cancel'],
  'GET /fapi/v1/openOrders': [bySymbol(1, 40), 'inspect'],
  'GET /fapi/v1/allOrders': [5, 'inspect'],
  'GET /fapi/v1/userTrades': [5, 'inspect'],
  'POST /fapi/v1/listenKey': [1, 'cancel'],
  'PUT /fapi/v1/listenKey': [1, 'cancel'],
};

/** What a request costs, on whatever host the exchange's API is served. */
export function requestCost(method: string, url: string): RequestCost {
  const { pathname, searchParams } = new URL(url);
  const path = /\/(?:api|fapi)\/v\d+\/.*$/.exec(pathname)?.[0] ?? pathname;
  const entry = SPOT[`${method} ${path}`] ?? LINEAR[`${method} ${path}`];
  if (entry === undefined) return UNKNOWN;
  const [weight, urgency = 'background', orders = 0] = entry;
  return { weight: typeof weight === 'number' ? weight : weight(searchParams), orders, urgency };
}
