import type { FuturesRoute } from '../../futures/weights.js';
import { serveApiRequests } from '../api-socket.js';
import type { Endpoint, RequestVenue } from '../endpoint.js';
import type { Peer } from '../peer.js';
import type { RequestDesk } from '../request-desk.js';

/** Methods of the futures WebSocket API: the REST endpoints by another name. */
const METHODS: ReadonlyMap<string, FuturesRoute> = new Map(
  Object.entries({
    ping: 'GET /fapi/v1/ping',
    time: 'GET /fapi/v1/time',
    exchangeInfo: 'GET /fapi/v1/exchangeInfo',
    depth: 'GET /fapi/v1/depth',
    'ticker.price': 'GET /fapi/v1/ticker/price',
    'ticker.book': 'GET /fapi/v1/ticker/bookTicker',
    'order.place': 'POST /fapi/v1/order',
    'order.test': 'POST /fapi/v1/order/test',
    'order.modify': 'PUT /fapi/v1/order',
    'order.cancel': 'DELETE /fapi/v1/order',
    'order.status': 'GET /fapi/v1/order',
    'algoOrder.place': 'POST /fapi/v1/algoOrder',
    'algoOrder.cancel': 'DELETE /fapi/v1/algoOrder',
    'account.status': 'GET /fapi/v2/account',
    'v2/account.status': 'GET /fapi/v3/account',
    'account.balance': 'GET /fapi/v2/balance',
    'v2/account.balance': 'GET /fapi/v3/balance',
    'account.position': 'GET /fapi/v2/positionRisk',
    'v2/account.position': 'GET /fapi/v3/positionRisk',
    'userDataStream.start': 'POST /fapi/v1/listenKey',
    'userDataStream.ping': 'PUT /fapi/v1/listenKey',
    'userDataStream.stop': 'DELETE /fapi/v1/listenKey',
  } as const),
);

export interface FuturesApiParts {
  venue: RequestVenue;
  endpoints: readonly Endpoint[];
  desk: RequestDesk;
}

/** Serves one connection of the futures WebSocket API: each request is signed, its events come by listen key. */
export function serveFuturesApi(peer: Peer, ip: string, { venue, endpoints, desk }: FuturesApiParts): void {
  serveApiRequests(peer, ip, {
    venue,
    desk,
    endpointOf: (method) => endpoints.find(({ route }) => route === METHODS.get(method)),
  });
}
