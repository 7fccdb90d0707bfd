import type { OrderHistory } from '../../faults/order-history.js';
import type { SpotMarket } from '../../market/spot-market.js';
import { refuse, VenueError } from '../../venue/errors.js';
import { canceledJson, newOrderJson, orderJson, type ResponseType } from '../../venue/formats.js';
import { isOpen, type OrderTicket, type SpotOrder } from '../../venue/order.js';
import { CLIENT_ORDER_ID, readTicket } from '../../venue/order-entry.js';
import type { Params } from '../../venue/params.js';
import type { SpotVenue } from '../../venue/spot-venue.js';
import { signedEndpoint, type Endpoint, type SignedCall } from '../endpoint.js';
import { oneMarket } from './symbols.js';

/** Placing, cancelling and replacing orders. */
export function orderEndpoints(venue: SpotVenue, history: OrderHistory): Endpoint[] {
  return [
    signedEndpoint('POST /api/v3/order', (call) => {
      const market = oneMarket(venue, call.params);
      return place(venue, call, market, ticketOf(venue, call.params, market));
    }),
    signedEndpoint('POST /api/v3/order/test', ({ params, account }) => {
      const market = oneMarket(venue, params);
      venue.trading.check(account, market, ticketOf(venue, params, market));
      return {};
    }),
    signedEndpoint('DELETE /api/v3/order', (call) => {
      const market = oneMarket(venue, call.params);
      return cancel(venue, call, market, wantedOrder(venue, call, market, 'orderId', 'origClientOrderId'));
    }),
    signedEndpoint('DELETE /api/v3/openOrders', (call) => {
      const market = oneMarket(venue, call.params);
      const open = venue.store.open(call.account, market.rules.symbol);
      if (open.length === 0) throw refuse.unknownOrder();
      return open.map((order) => cancel(venue, call, market, order));
    }),
    signedEndpoint('POST /api/v3/order/cancelReplace', (call) => cancelReplace(venue, call)),
    signedEndpoint('GET /api/v3/order', (call) => {
      const market = oneMarket(venue, call.params);
      const order = wantedOrder(venue, call, market, 'orderId', 'origClientOrderId');
      const shown = order && history.seen(order, call.lag);
      if (!shown) throw refuse.noSuchOrder();
      return orderJson(shown);
    }),
  ];
}

function ticketOf(venue: SpotVenue, params: Params, market: SpotMarket): OrderTicket {
  return readTicket(params, market.rules, () => venue.newClientOrderId());
}

function place(venue: SpotVenue, call: SignedCall, market: SpotMarket, ticket: OrderTicket): unknown {
  const { account, headers } = call;
  venue.limits.checkOrders(account.apiKey);
  const { order, fills } = venue.trading.place(account, market, ticket);
  Object.assign(headers, venue.limits.orderHeaders(account.apiKey));
  return newOrderJson(order, fills, responseType(call.params, ticket));
}

/** MARKET and LIMIT answer in full unless told otherwise, others with an acknowledgement (Binance spot API). */
function responseType(params: Params, ticket: OrderTicket): ResponseType {
  const wanted = params.matching('newOrderRespType', /^(ACK|RESULT|FULL)$/);
  return (
    (wanted as ResponseType | undefined) ??
    (ticket.type === 'LIMIT' || ticket.type === 'MARKET' ? 'FULL' : 'ACK')
  );
}

function cancel(
  venue: SpotVenue,
  { params }: SignedCall,
  market: SpotMarket,
  order: SpotOrder | undefined,
): unknown {
  if (!order || !isOpen(order)) throw refuse.unknownOrder();
  const cancelId = params.matching('newClientOrderId', CLIENT_ORDER_ID) ?? venue.newClientOrderId();
  venue.trading.cancel(market, order, cancelId);
  return canceledJson(order, cancelId);
}

/** The order a request names by id or client id, if this account has it. @throws VenueError -1102 when it names none. */
function wantedOrder(
  venue: SpotVenue,
  { params, account }: SignedCall,
  market: SpotMarket,
  idName: string,
  clientIdName: string,
): SpotOrder | undefined {
  const orderId = params.integer(idName);
  const clientId = params.optional(clientIdName);
  if (orderId === undefined && clientId === undefined) throw refuse.missingEither(clientIdName, idName);
  const { symbol } = market.rules;
  const order =
    orderId === undefined
      ? venue.store.byClientId(account, symbol, clientId ?? '')
      : venue.store.get(orderId);
  if (order?.account !== account || order.rules.symbol !== symbol) return undefined;
  return clientId === undefined || order.clientOrderId === clientId ? order : undefined;
}

type Outcome = { ok: true; body: unknown } | { ok: false; error: VenueError };

function attempt(action: () => unknown): Outcome {
  try {
    return { ok: true, body: action() };
  } catch (error) {
    if (error instanceof VenueError) return { ok: false, error };
    throw error;
  }
}

/** Cancels one order and places another; answers 400 -2022 or 409 -2021 when a half of it fails. */
function cancelReplace(venue: SpotVenue, call: SignedCall): unknown {
  const { params } = call;
  const market = oneMarket(venue, params);
  params.required('cancelReplaceMode');
  const mode = params.matching('cancelReplaceMode', /^(STOP_ON_FAILURE|ALLOW_FAILURE)$/);
  const ticket = ticketOf(venue, params, market);
  const old = wantedOrder(venue, call, market, 'cancelOrderId', 'cancelOrigClientOrderId');
  const canceled = attempt(() => {
    if (!old || !isOpen(old)) throw refuse.unknownOrder();
    const cancelId = params.matching('cancelNewClientOrderId', CLIENT_ORDER_ID) ?? venue.newClientOrderId();
    venue.trading.cancel(market, old, cancelId);
    return canceledJson(old, cancelId);
  });
  if (!canceled.ok && mode === 'STOP_ON_FAILURE') {
    throw refuse.cancelReplace(400, -2022, 'Order cancel-replace failed.', {
      cancelResult: 'FAILURE',
      newOrderResult: 'NOT_ATTEMPTED',
      cancelResponse: canceled.error.body(),
      newOrderResponse: null,
    });
  }
  const placed = attempt(() => place(venue, call, market, ticket));
  const data = {
    cancelResult: canceled.ok ? 'SUCCESS' : 'FAILURE',
    newOrderResult: placed.ok ? 'SUCCESS' : 'FAILURE',
    cancelResponse: canceled.ok ? canceled.body : canceled.error.body(),
    newOrderResponse: placed.ok ? placed.body : placed.error.body(),
  };
  if (canceled.ok && placed.ok) return data;
  if (!canceled.ok && !placed.ok)
    throw refuse.cancelReplace(400, -2022, 'Order cancel-replace failed.', data);
  throw refuse.cancelReplace(409, -2021, 'Order cancel-replace partially failed.', data);
}
