import { IdParams, Strategy } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

/** Holding a strategy still for a while. */
export function strategyPauseRoutes(app: ApiInstance, { pause, reader }: Services): void {
  const SUMMARIES = {
    pause: 'Send nothing new: the run and its resting orders stay, fills are booked',
    resume: 'Go on after a pause; a strategy that is halted for another reason stays halted',
  } as const;
  for (const action of ['pause', 'resume'] as const) {
    app.post(
      `/api/strategies/:id/${action}`,
      {
        config: idempotent.config,
        schema: {
          tags: ['strategies'],
          summary: SUMMARIES[action],
          params: IdParams,
          response: {
            200: Strategy,
            ...errorResponses(
              'VALIDATION_FAILED',
              'NOT_FOUND',
              'STRATEGY_DELETED',
              'TRADING_HALTED',
              ...idempotent.errors,
            ),
          },
        },
      },
      async (request) => {
        const { id: userId, email } = userOf(request);
        await pause[action](userId, email, request.params.id);
        return reader.get(userId, request.params.id);
      },
    );
  }
}
