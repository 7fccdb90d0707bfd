import { listOf, Venue, VENUES } from '@gridfleet/shared/schema';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';

export function platformRoutes(app: ApiInstance): void {
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
