import { listOf, NodeParams, WorkerInfo } from '@gridfleet/shared/schema';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['platform'];

export function workerRoutes(app: ApiInstance, { workers }: Services): void {
  app.get(
    '/api/workers',
    {
      schema: {
        tags,
        summary: 'Worker nodes that are alive',
        response: { 200: listOf(WorkerInfo), ...errorResponses() },
      },
    },
    async () => ({ items: await workers.list() }),
  );

  const commands = [
    {
      path: '/api/workers/:name/drain',
      summary: 'Make a node give its runs to others and take none; lasts over restarts',
      isDraining: true,
    },
    { path: '/api/workers/:name/undrain', summary: 'Let a node take runs again', isDraining: false },
  ] as const;
  for (const { path, summary, isDraining } of commands) {
    app.post(
      path,
      {
        config: idempotent.config,
        schema: {
          tags,
          summary,
          params: NodeParams,
          response: {
            200: WorkerInfo,
            ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
          },
        },
      },
      async (request) => workers.setDraining(request.params.name, isDraining),
    );
  }
}
