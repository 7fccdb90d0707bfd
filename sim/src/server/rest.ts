import type { FastifyInstance } from 'fastify';
import { refuse, VenueError } from '../venue/errors.js';
import { Params } from '../venue/params.js';
import { restPayload } from '../venue/signature.js';
import type { SpotVenue } from '../venue/spot-venue.js';
import { answer, type Endpoint } from './endpoint.js';

const BODY_LIMIT = 64 * 1024;

/** Serves a venue's endpoints; the plugin's prefix is the venue's. */
export function restRoutes(app: FastifyInstance, venue: SpotVenue, endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints) {
    const [method = '', url = ''] = endpoint.route.split(' ');
    app.route<{ Body: unknown }>({
      method,
      url,
      bodyLimit: BODY_LIMIT,
      handler: (request, reply) => {
        const query = request.raw.url?.split('?')[1] ?? '';
        const body = typeof request.body === 'string' ? request.body : '';
        const apiKey = request.headers['x-mbx-apikey'];
        const {
          status,
          headers,
          body: result,
        } = answer(venue, endpoint, {
          ip: request.ip,
          apiKey: typeof apiKey === 'string' ? apiKey : undefined,
          readParams: () => new Params([...new URLSearchParams(query), ...new URLSearchParams(body)]),
          payload: () => restPayload(query, body),
        });
        return reply
          .code(status)
          .headers(headers)
          .type('application/json;charset=UTF-8')
          .send(JSON.stringify(result));
      },
    });
  }
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
