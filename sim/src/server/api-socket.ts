import { VenueError } from '../venue/errors.js';
import { Params } from '../venue/params.js';
import { wsPayload } from '../venue/signature.js';
import { failure, type Endpoint, type RequestVenue } from './endpoint.js';
import type { Peer } from './peer.js';
import type { Delivery, RequestDesk } from './request-desk.js';

interface ApiRequest {
  id: string | number | null;
  method: string;
  params: Params;
}

/** What one connection's requests are answered with. */
export interface ApiSocketParts {
  venue: RequestVenue;
  /** The endpoint of a method; undefined for one that is not known. */
  endpointOf: (method: string) => Endpoint | undefined;
  /** Methods that need no account and no weight. */
  local?: ReadonlyMap<string, (params: Params) => unknown>;
  desk: RequestDesk;
}

/** Serves the requests of one WebSocket API connection. */
export function serveApiRequests(peer: Peer, ip: string, parts: ApiSocketParts): void {
  const { venue, endpointOf, local, desk } = parts;
  peer.ws.on('message', (data: Buffer) => respond(data.toString('utf8')));

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
    const own = local?.get(method);
    if (own) return reply(id, { status: 200, result: own(params) });
    const endpoint = endpointOf(method);
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
