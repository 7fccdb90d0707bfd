import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuse, VenueError } from '../venue/errors.js';
import { formPairs } from './form.js';
import { Params } from '../venue/params.js';
import { restPayload } from '../venue/signature.js';
import type { Endpoint, RequestVenue } from './endpoint.js';
import type { Delivery, RequestDesk } from './request-desk.js';
import { sendJson, type RestRouter } from './rest-router.js';

/** Serves a venue's endpoints; the prefix of their paths is the venue's, e.g. "/venue-b". */
export function restRoutes(
  router: RestRouter,
  venue: RequestVenue,
  endpoints: readonly Endpoint[],
  desk: RequestDesk,
  prefix = '',
): void {
  for (const endpoint of endpoints) {
    const [method = '', path = ''] = endpoint.route.split(' ');
    router.add(method, prefix + path, ({ ip, apiKey, query, body }, response) => {
      const delivery = desk.serve(venue, endpoint, {
        ip,
        apiKey,
        readParams: () => readForm(query, body),
        payload: () => restPayload(query, body),
      });
      if (delivery instanceof Promise) void delivery.then((late) => deliver(response, late));
      else deliver(response, delivery);
    });
  }
}

/** Writes an answer, or leaves the connection as the delivery says. */
function deliver(response: ServerResponse, delivery: Delivery): void {
  if (delivery.kind === 'silence') return;
  if (delivery.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { status, headers, body } = delivery.answer;
  if (delivery.text === undefined) return sendJson(response, status, body, headers);
  response.writeHead(status, { 'Content-Type': 'application/json;charset=UTF-8', ...headers });
  response.end(delivery.text);
}

function readForm(query: string, body: string): Params {
  if (body === '') return new Params(formPairs(query));
  if (query === '') return new Params(formPairs(body));
  return new Params([...formPairs(query), ...formPairs(body)]);
}

/** Bodies stay raw text, because their bytes are what is signed; everything unknown gets the exchange's error shape. */
export function rawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((_request, reply) => {
    const error = refuse.noSuchEndpoint();
    return reply.code(error.status).send(error.body());
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const known =
      error instanceof VenueError ? error : new VenueError(error.statusCode ?? 500, -1000, error.message);
    return reply.code(known.status).send(known.body());
  });
}
