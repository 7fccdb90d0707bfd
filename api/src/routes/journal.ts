import { listCorrections } from '@gridfleet/shared/infra';
import {
  Correction,
  ForeignOrder,
  IdParams,
  JournalQuery,
  listOf,
  OrphanRequest,
  pageOf,
} from '@gridfleet/shared/schema';
import type { ApiDeps } from '../deps.js';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses, type Tag } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags: Tag[] = ['journal'];

/** What reconciliation found and did, and what operators decide about it. */
export function journalRoutes(
  app: ApiInstance,
  { orphans }: Services,
  { dataSource }: Pick<ApiDeps, 'dataSource'>,
): void {
  app.get(
    '/api/journal',
    {
      schema: {
        tags,
        summary: 'What reconciliation put right, newest first, with before, after and cause',
        querystring: JournalQuery,
        response: { 200: pageOf(Correction), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return listCorrections(dataSource.manager, userOf(request).id, filter, pageRequest({ limit, cursor }));
    },
  );

  app.get(
    '/api/accounts/:id/foreign-orders',
    {
      schema: {
        tags,
        summary: 'Open orders that are not in the books: of others, and orphans with our prefix',
        params: IdParams,
        response: { 200: listOf(ForeignOrder), ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => ({
      items: await orphans.list(userOf(request).id, request.params.id),
    }),
  );

  app.post(
    '/api/journal/adopt',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Take an orphan into the books; its running strategy does so at its next look',
        body: OrphanRequest,
        response: {
          200: ForeignOrder,
          ...errorResponses(
            'VALIDATION_FAILED',
            'NOT_FOUND',
            'ORPHAN_GONE',
            'STRATEGY_RUNNING',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => {
      const { id, email } = userOf(request);
      return orphans.adopt(id, email, request.body);
    },
  );

  app.post(
    '/api/journal/cancel',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Cancel an orphan at the exchange; orders of others are never touched',
        body: OrphanRequest,
        response: {
          200: ForeignOrder,
          ...errorResponses(
            'VALIDATION_FAILED',
            'NOT_FOUND',
            'ORPHAN_GONE',
            'MARKET_UNKNOWN',
            'CREDENTIALS_REFUSED',
            'NO_NODE_AVAILABLE',
            'VENUE_UNAVAILABLE',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => {
      const { id, email } = userOf(request);
      return orphans.cancel(id, email, request.body);
    },
  );
}
