import { Type } from 'typebox';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

export function eventRoutes(app: ApiInstance, { events }: Services): void {
  app.get(
    '/api/events',
    {
      schema: {
        tags: ['platform'],
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
      const lastEventId = request.headers['last-event-id'];
      await events.serve(reply.raw, userOf(request).id, lastEventId, reply.getHeaders());
      // From here on the stream writes; Fastify must not answer as well.
      return reply.hijack();
    },
  );
}
