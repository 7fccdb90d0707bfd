import { BatchRequest, BatchResult, BatchStopRequest, BatchUpdateRequest } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['strategies'];
const description =
  'Each strategy succeeds or fails by itself: look at `items`. An id that is not yours is a failed item with the code NOT_FOUND.';
const response = { 200: BatchResult, ...errorResponses('VALIDATION_FAILED', ...idempotent.errors) };

/** One command for many strategies. */
export function strategyBatchRoutes(app: ApiInstance, { batch }: Services): void {
  app.post(
    '/api/strategies/batch/start',
    {
      config: idempotent.config,
      schema: { tags, summary: 'Start many strategies', description, body: BatchRequest, response },
    },
    async (request) => batch.start(userOf(request).id, request.body.strategyIds),
  );

  app.post(
    '/api/strategies/batch/stop',
    {
      config: idempotent.config,
      schema: { tags, summary: 'Stop many strategies', description, body: BatchStopRequest, response },
    },
    async (request) => {
      const { strategyIds, ...stop } = request.body;
      return batch.stop(userOf(request).id, strategyIds, stop);
    },
  );

  app.post(
    '/api/strategies/batch/delete',
    {
      config: idempotent.config,
      schema: { tags, summary: 'Delete many stopped strategies', description, body: BatchRequest, response },
    },
    async (request) => batch.delete(userOf(request).id, request.body.strategyIds),
  );

  app.post(
    '/api/strategies/batch/update',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Lay the same parameters over those of many strategies',
        description,
        body: BatchUpdateRequest,
        response,
      },
    },
    async (request) => {
      const { strategyIds, update } = request.body;
      return batch.update(userOf(request).id, strategyIds, update.params);
    },
  );
}
