import type { Params } from '../venue/params.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import type { Route } from '../venue/weights.js';
import { serveApiRequests } from './api-socket.js';
import type { Endpoint } from './endpoint.js';
import type { Peer } from './peer.js';
import type { RequestDesk } from './request-desk.js';
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

export interface SpotApiParts {
  venue: SpotVenue;
  endpoints: readonly Endpoint[];
  users: UserStreams;
  desk: RequestDesk;
}

/** Serves one connection of the spot WebSocket API: user-data subscriptions and requests. */
export function serveSpotApi(peer: Peer, ip: string, parts: SpotApiParts): void {
  const { venue, endpoints, users, desk } = parts;
  const subscriptions = new Map<number, () => void>();
  let nextSubscription = 0;
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
  peer.ws.on('close', () => subscriptions.forEach((end) => end()));
  serveApiRequests(peer, ip, {
    venue,
    desk,
    endpointOf: (method) =>
      method === SUBSCRIBE ? subscribe : endpoints.find(({ route }) => route === METHODS.get(method)),
    local: new Map([['userDataStream.unsubscribe', unsubscribe]]),
  });

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
}
