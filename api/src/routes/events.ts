import websocket from '@fastify/websocket';
import { Type } from 'typebox';
import { SocketSink, SseSink } from '../events/event-sink.js';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['platform'];
/** Clients have nothing to say: larger messages end the connection. */
const MAX_MESSAGE_BYTES = 1024;
const SocketQuery = Type.Object(
  { lastEventId: Type.Optional(Type.String({ maxLength: 40 })) },
  { additionalProperties: false },
);
/** 1011: the server met a condition that kept it from going on. */
const INTERNAL_ERROR = 1011;

/** Live updates in two forms with the same messages. */
export async function eventRoutes(app: ApiInstance, { events }: Services): Promise<void> {
  app.get(
    '/api/events',
    {
      schema: {
        tags,
        summary: 'Live updates as Server-Sent Events: a snapshot, then numbered deltas',
        description:
          'First `snapshot` (cursor, strategies), then `delta` ({cursor, previous, event}): one whose `previous` is not the ' +
          'last cursor seen means a gap, and a reconnection without Last-Event-ID brings a new snapshot. ' +
          '`ping` ({time}) comes every 10 s. With `Last-Event-ID` the stream goes on there, if it still can.',
        headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 40 })) }),
        response: {
          200: { description: 'text/event-stream', type: 'string' },
          ...errorResponses(),
        },
      },
    },
    async (request, reply) => {
      const sink = new SseSink(reply.raw, reply.getHeaders());
      const lastEventId = request.headers['last-event-id'];
      await events.serve(sink, userOf(request).id, lastEventId, () => sink.begin());
      // From here on the stream writes; Fastify must not answer as well.
      return reply.hijack();
    },
  );

  await app.register(websocket, { options: { maxPayload: MAX_MESSAGE_BYTES } });
  app.addHook('onResponse', (request, reply, done) => {
    // The server has let go of a connection that asked for an upgrade: refused, it would stay open for ever.
    if (request.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.destroySoon();
    done();
  });
  app.get(
    '/api/events/ws',
    {
      websocket: true,
      schema: {
        tags,
        summary: 'Live updates over a WebSocket',
        description:
          'The messages of GET /api/events, each a JSON text {event, id, data}; `lastEventId` resumes. Close code 1012 asks to ' +
          'come back with the last id. Browsers are let in from the API’s own origin only.',
        querystring: SocketQuery,
        response: {
          101: { description: 'The connection is a WebSocket now.', type: 'null' },
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND'),
        },
      },
    },
    (socket, request) => {
      const { lastEventId } = request.query as { lastEventId?: string };
      events.serve(new SocketSink(socket), userOf(request).id, lastEventId, () => undefined).catch((err: unknown) => {
        request.log.warn({ err }, 'event socket');
        socket.close(INTERNAL_ERROR);
      });
    },
  );
}
