import { VenueError } from '../venue/errors.js';
import { Params } from '../venue/params.js';
import { wsPayload } from '../venue/signature.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import type { Route } from '../venue/weights.js';
import { failure, type Endpoint } from './endpoint.js';
import type { Peer } from './peer.js';
import type { Delivery, RequestDesk } from './request-desk.js';
import type { UserStreams } from './user-streams.js';

/** WebSocket API methods that are the REST endpoints by another name. */
const METHODS: ReadonlyMap<string, Route> = new Map(
  Object.entries({
    ping: 'GET /api/v3/ping',
    time: 'GET /api/v3/time',
    exchangeInfo: 'GET /api/v3/exchangeInfo',
    depth: 'GET /api/v3/depth',
    'order.place': 'POST /api/v3/order',
    'order.test': 'POST /api/v3/order/test',
    'order.cancel': 'DELETE /api/v3/order',
    'order.status': 'GET /api/v3/order',
    'order.cancelReplace': 'POST /api/v3/order/cancelReplace',
    'openOrders.status': 'GET /api/v3/openOrders',
    'openOrders.cancelAll': 'DELETE /api/v3/openOrders',
    'account.status': 'GET /api/v3/account',
    allOrders: 'GET /api/v3/allOrders',
    myTrades: 'GET /api/v3/myTrades',
  } as const),
);

const SUBSCRIBE = 'userDataStream.subscribe.signature';
const SUBSCRIBE_WEIGHT = 2;

interface ApiRequest {
  id: string | number | null;
  method: string;
  params: Params;
}

export interface ApiSocketParts {
  venue: SpotVenue;
  endpoints: readonly Endpoint[];
  users: UserStreams;
  desk: RequestDesk;
}

/** Serves one WebSocket API connection: user-data subscriptions and requests. */
export function serveApiSocket(peer: Peer, ip: string, parts: ApiSocketParts): void {
  const { venue, endpoints, users, desk } = parts;
  const subscriptions = new Map<number, () => void>();
  const subscribe: Endpoint = {
    route: `WS ${SUBSCRIBE}`,
    weight: () => SUBSCRIBE_WEIGHT,
    security: 'signed',
    handle: ({ account }) => {
      const subscriptionId = nextSubscription++;
      subscriptions.set(subscriptionId, users.subscribe(account, peer, subscriptionId));
      return { subscriptionId };
    },
  };
  let nextSubscription = 0;

  peer.ws.on('message', (data: Buffer) => respond(data.toString('utf8')));
  peer.ws.on('close', () => subscriptions.forEach((end) => end()));

  function respond(text: string): void {
    let id: ApiRequest['id'] = null;
    try {
      const request = readRequest(text);
      id = request.id;
      perform(request);
    } catch (error) {
      const { status, body } = failure(error, {});
      reply(id, { status, error: body });
    }
  }

  function reply(id: ApiRequest['id'], body: Record<string, unknown>): void {
    peer.send(JSON.stringify({ id, ...body, rateLimits: [weightLimit()] }));
  }

  function perform({ id, method, params }: ApiRequest): void {
    if (method === 'userDataStream.unsubscribe') {
      return reply(id, { status: 200, result: unsubscribe(params) });
    }
    const endpoint =
      method === SUBSCRIBE ? subscribe : endpoints.find(({ route }) => route === METHODS.get(method));
    if (!endpoint) throw new VenueError(400, -1000, `Unknown method '${method}'.`);
    const delivery = desk.serve(venue, endpoint, {
      ip,
      apiKey: params.optional('apiKey'),
      readParams: () => params,
      payload: wsPayload,
    });
    if (delivery instanceof Promise) void delivery.then((late) => deliver(id, late));
    else deliver(id, delivery);
  }

  function deliver(id: ApiRequest['id'], delivery: Delivery): void {
    if (delivery.kind === 'silence') return;
    if (delivery.kind === 'reset') return peer.ws.terminate();
    if (delivery.text !== undefined) return peer.send(delivery.text);
    const { status, body } = delivery.answer;
    reply(id, status === 200 ? { status, result: body } : { status, error: body });
  }

  /** Ends the subscription named, or all of this connection. */
  function unsubscribe(params: Params): Record<string, never> {
    const id = params.integer('subscriptionId');
    for (const [known, end] of subscriptions) {
      if (id !== undefined && id !== known) continue;
      end();
      subscriptions.delete(known);
    }
    return {};
  }

  function weightLimit(): Record<string, unknown> {
    const limit = venue.limits.limits.weightPerMinute;
    const count = venue.limits.addWeight(ip, 0);
    return { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit, count };
  }
}

function readRequest(text: string): ApiRequest {
  const malformed = (what: string): VenueError => new VenueError(400, -1000, `Malformed request: ${what}.`);
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
  if (typeof message !== 'object' || message === null) throw malformed('not an object');
  const { id = null, method, params = {} } = message as Partial<Record<keyof ApiRequest, unknown>>;
  if (typeof method !== 'string') throw malformed("no 'method'");
  if (typeof id !== 'string' && typeof id !== 'number' && id !== null)
    throw malformed("'id' is neither text nor number");
  if (typeof params !== 'object' || params === null) throw malformed("'params' is not an object");
  const pairs = Object.entries(params).map(([name, value]) => [name, paramText(value)] as const);
  return { id, method, params: new Params(pairs) };
}

function paramText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value) || '';
}
