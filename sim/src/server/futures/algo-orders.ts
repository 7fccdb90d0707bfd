import { readAlgoTicket } from '../../futures/algo-entry.js';
import type { AlgoOrder } from '../../futures/algo-order.js';
import { algoOrderJson } from '../../futures/formats.js';
import { refuse } from '../../venue/errors.js';
import type { Endpoint } from '../endpoint.js';
import { page } from '../endpoints/page.js';
import type { FuturesEndpoints, TraderCall } from './endpoint.js';

/** Conditional orders. */
export function futuresAlgoOrders(api: FuturesEndpoints): Endpoint[] {
  const { venue } = api;
  const { algos, algoStore } = venue;
  return [
    api.signed('POST /fapi/v1/algoOrder', ({ trader, params, headers }) => {
      const market = api.market(params);
      const ticket = readAlgoTicket(params, trader, market.rules, () => venue.newClientOrderId());
      const { apiKey } = trader.account;
      venue.limits.checkOrders(apiKey);
      const order = algos.place(trader, market, ticket);
      Object.assign(headers, venue.limits.addOrder(apiKey));
      return algoOrderJson(order);
    }),
    api.signed('GET /fapi/v1/algoOrder', (call) => {
      const order = namedOrder(api, call);
      if (!order) throw refuse.noSuchOrder();
      return algoOrderJson(order);
    }),
    api.signed('DELETE /fapi/v1/algoOrder', (call) => {
      const order = namedOrder(api, call);
      if (!order) throw refuse.unknownOrder();
      algos.cancel(order);
      return { algoId: order.algoId, clientAlgoId: order.clientAlgoId, code: '200', msg: 'success' };
    }),
    api.signed('GET /fapi/v1/openAlgoOrders', ({ trader, params }) =>
      algoStore.open(trader, api.symbol(params)).map(algoOrderJson),
    ),
    api.signed('DELETE /fapi/v1/algoOpenOrders', ({ trader, params }) => {
      for (const order of algoStore.open(trader, api.market(params).rules.symbol)) algos.cancel(order);
      return { code: 200, msg: 'The operation of cancel all open order is done.' };
    }),
    api.signed('GET /fapi/v1/allAlgoOrders', ({ trader, params }) => {
      const orders = algoStore
        .orders(trader, api.market(params).rules.symbol)
        .map((order) => ({ order, time: order.createTime }));
      return page(orders, params, 'algoId', ({ order }) => order.algoId).map(({ order }) =>
        algoOrderJson(order),
      );
    }),
  ];
}

/** @throws VenueError -1102 when the request names none. */
function namedOrder({ venue }: FuturesEndpoints, { trader, params }: TraderCall): AlgoOrder | undefined {
  const algoId = params.integer('algoId');
  const clientId = params.optional('clientAlgoId');
  if (algoId === undefined && clientId === undefined) throw refuse.missingEither('algoId', 'clientAlgoId');
  const order =
    algoId === undefined ? venue.algoStore.byClientId(trader, clientId ?? '') : venue.algoStore.get(algoId);
  return order?.trader === trader ? order : undefined;
}
