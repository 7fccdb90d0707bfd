import type { FuturesMarket } from '../../futures/futures-market.js';
import { refuseFutures } from '../../futures/errors.js';
import { futuresOrderJson, placedJson } from '../../futures/formats.js';
import { readFuturesTicket, readPrice, readQuantity, readSide } from '../../futures/order-entry.js';
import { isOpen, type FuturesOrder, type FuturesTicket } from '../../futures/order.js';
import { refuse } from '../../venue/errors.js';
import type { Params } from '../../venue/params.js';
import type { Endpoint } from '../endpoint.js';
import type { FuturesEndpoints, TraderCall } from './endpoint.js';

/** Placing, changing and cancelling orders one by one. */
export function futuresOrders(api: FuturesEndpoints): Endpoint[] {
  const { venue } = api;
  return [
    api.signed('POST /fapi/v1/order', (call) => placeOrder(api, call, call.params)),
    api.signed('POST /fapi/v1/order/test', ({ trader, params, now }) => {
      const market = api.market(params);
      const ticket = ticketOf(api, { trader, now }, market, params);
      venue.trading.check(trader, market, ticket);
      return {};
    }),
    api.signed('PUT /fapi/v1/order', (call) => amendOrder(api, call, call.params)),
    api.signed('DELETE /fapi/v1/order', (call) => {
      const market = api.market(call.params);
      const order = namedOrder(api, call, market, call.params);
      if (!order) throw refuse.unknownOrder();
      return cancelOrder(api, market, order);
    }),
    api.signed('GET /fapi/v1/order', (call) => {
      const order = namedOrder(api, call, api.market(call.params), call.params);
      if (!order) throw refuse.noSuchOrder();
      return futuresOrderJson(order);
    }),
    api.signed('GET /fapi/v1/openOrder', (call) => {
      const order = namedOrder(api, call, api.market(call.params), call.params);
      if (!order || !isOpen(order)) throw refuse.noSuchOrder();
      return futuresOrderJson(order);
    }),
    api.signed('DELETE /fapi/v1/allOpenOrders', ({ trader, params }) => {
      venue.cancelAll(trader, api.market(params).rules.symbol);
      return { code: 200, msg: 'The operation of cancel all open order is done.' };
    }),
    api.signed('POST /fapi/v1/countdownCancelAll', ({ trader, params, now }) => {
      const { symbol } = api.market(params).rules;
      const countdown = params.integer('countdownTime');
      if (countdown === undefined) throw refuse.missing('countdownTime');
      venue.timers.countdown(trader, symbol, countdown, now);
      return { symbol, countdownTime: String(countdown) };
    }),
  ];
}

/** Places one order; its answer has the order counts in its headers. */
export function placeOrder(api: FuturesEndpoints, call: TraderCall, params: Params): unknown {
  const { venue } = api;
  const { trader, headers } = call;
  const market = api.market(params);
  const ticket = ticketOf(api, call, market, params);
  const type = params.matching('newOrderRespType', /^(ACK|RESULT)$/) === 'RESULT' ? 'RESULT' : 'ACK';
  venue.limits.checkOrders(trader.account.apiKey);
  const order = venue.trading.place(trader, market, ticket);
  Object.assign(headers, venue.limits.orderHeaders(trader.account.apiKey));
  const answer = placedJson(order, type);
  venue.settle();
  return answer;
}

/** Changes price and quantity of an open limit order. */
export function amendOrder(api: FuturesEndpoints, call: TraderCall, params: Params): unknown {
  const { venue } = api;
  const { trader, headers } = call;
  const market = api.market(params);
  const side = readSide(params);
  const quantity = readQuantity(market.rules, params.requiredAmount('quantity'), false);
  const price = readPrice(market.rules, params.requiredAmount('price'));
  const order = namedOrder(api, call, market, params);
  if (!order) throw refuse.noSuchOrder();
  if (!isOpen(order) || order.side !== side) throw refuse.unknownOrder();
  if (order.type !== 'LIMIT') throw refuseFutures.limitOnly();
  venue.limits.checkOrders(trader.account.apiKey);
  venue.trading.amend(market, order, { price, quantity });
  Object.assign(headers, venue.limits.addOrder(trader.account.apiKey));
  const answer = placedJson(order, 'RESULT');
  venue.settle();
  return answer;
}

/** @throws VenueError -2011 when the order is not open. */
export function cancelOrder(
  { venue }: FuturesEndpoints,
  market: FuturesMarket,
  order: FuturesOrder,
): unknown {
  if (market.status === 'HALT') throw refuseFutures.closed();
  venue.trading.cancel(market, order);
  return futuresOrderJson(order);
}

function ticketOf(
  { venue }: FuturesEndpoints,
  { trader, now }: Pick<TraderCall, 'trader' | 'now'>,
  market: FuturesMarket,
  params: Params,
): FuturesTicket {
  return readFuturesTicket(params, trader, market, now, () => venue.newClientOrderId());
}

/** The order a request names by id or client id, if this account has it. @throws VenueError -1102 when it names none. */
function namedOrder(
  { venue }: FuturesEndpoints,
  { trader }: Pick<TraderCall, 'trader'>,
  { rules }: FuturesMarket,
  params: Params,
): FuturesOrder | undefined {
  const orderId = params.integer('orderId');
  const clientId = params.optional('origClientOrderId');
  if (orderId === undefined && clientId === undefined) {
    throw refuse.missingEither('origClientOrderId', 'orderId');
  }
  const order =
    orderId === undefined
      ? venue.store.byClientId(trader, rules.symbol, clientId ?? '')
      : venue.store.get(orderId);
  return order?.trader === trader && order.rules.symbol === rules.symbol ? order : undefined;
}
