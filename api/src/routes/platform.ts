import { listOf, Venue, VENUES, WorkerInfo } from '@gridfleet/shared/schema';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

export function platformRoutes(app: ApiInstance, { health }: Services): void {
  app.get(
    '/api/workers',
    {
      schema: {
        tags: ['platform'],
        summary: 'Worker nodes that are alive',
        response: { 200: listOf(WorkerInfo), ...errorResponses() },
      },
    },
    async () => ({ items: await health.workers() }),
  );

  app.get(
    '/api/venues',
    {
      schema: {
        tags: ['platform'],
        summary:
          'Exchanges an account can be opened at, with the secrets each needs and how far it is proved',
        response: { 200: listOf(Venue), ...errorResponses() },
      },
    },
    () => ({ items: [...VENUES] }),
  );
}
