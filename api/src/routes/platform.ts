import { listOf, WorkerInfo } from '@gridfleet/shared/schema';
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
}
