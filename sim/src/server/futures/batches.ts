import { refuseFutures } from '../../futures/errors.js';
import { refuse, VenueError } from '../../venue/errors.js';
import { Params } from '../../venue/params.js';
import type { Endpoint } from '../endpoint.js';
import type { FuturesEndpoints, TraderCall } from './endpoint.js';
import { amendOrder, cancelOrder, placeOrder } from './orders.js';

const MAX_NEW = 5;
const MAX_CANCELS = 10;

/** Several orders in one request: each succeeds or fails by itself. */
export function futuresBatches(api: FuturesEndpoints): Endpoint[] {
  return [
    api.signed('POST /fapi/v1/batchOrders', (call) =>
      each(readBatch(call.params), (params) => placeOrder(api, call, params)),
    ),
    api.signed('PUT /fapi/v1/batchOrders', (call) =>
      each(readBatch(call.params), (params) => amendOrder(api, call, params)),
    ),
    api.signed('DELETE /fapi/v1/batchOrders', (call) => cancelBatch(api, call)),
  ];
}

function cancelBatch(api: FuturesEndpoints, { trader, params }: TraderCall): unknown[] {
  const market = api.market(params);
  const { store } = api.venue;
  // Clients write the names in either case.
  const ids = readList(params, ['orderIdList', 'orderidlist']);
  const clientIds = readList(params, ['origClientOrderIdList', 'origclientorderidlist']);
  const wanted = ids ?? clientIds;
  if (!wanted) throw refuse.missingEither('orderIdList', 'origClientOrderIdList');
  if (wanted.length === 0 || wanted.length > MAX_CANCELS) throw refuseFutures.batchSize();
  return each(wanted, (id) => {
    const order = ids ? store.get(Number(id)) : store.byClientId(trader, market.rules.symbol, String(id));
    if (order?.trader !== trader || order.rules !== market.rules) throw refuse.unknownOrder();
    return cancelOrder(api, market, order);
  });
}

/** The outcome of each item: its answer, or `{code, msg}`. */
function each<T>(items: readonly T[], act: (item: T) => unknown): unknown[] {
  return items.map((item) => {
    try {
      return act(item);
    } catch (error) {
      if (error instanceof VenueError) return error.body();
      throw error;
    }
  });
}

/** The orders of `batchOrders`, a JSON array. @throws VenueError -1102, -1130 or -4082. */
function readBatch(params: Params): Params[] {
  const list = parseList('batchOrders', params.required('batchOrders'));
  if (list.length === 0 || list.length > MAX_NEW) throw refuseFutures.batchSize();
  return list.map((item) => {
    if (typeof item !== 'object' || item === null) throw refuseFutures.badData('batchOrders');
    return new Params(Object.entries(item).map(([name, value]) => [name, textOf(value)] as const));
  });
}

function readList(params: Params, names: readonly string[]): unknown[] | undefined {
  const name = names.find((known) => params.has(known));
  if (name === undefined) return undefined;
  return parseList(name, params.required(name));
}

/** @throws VenueError -1130 when the text is no JSON array. */
function parseList(name: string, text: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list as unknown[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw refuseFutures.badData(name);
}

/** What is neither text nor number is no value the exchange reads. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
