import { Type } from 'typebox';
import { listAudit, listCorrections } from '@gridfleet/shared/infra';
import {
  AuditEntryDto,
  AuditQuery,
  Correction,
  ForeignOrder,
  Id,
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
const AccountQuery = Type.Object({ accountId: Type.Optional(Id) }, { additionalProperties: false });

/** What reconciliation found and did, what operators decide about it, and who commanded what. */
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
    '/api/journal/foreign-orders',
    {
      schema: {
        tags,
        summary: 'Open orders that are not in the books: of others, and orphans with our prefix',
        querystring: AccountQuery,
        response: { 200: listOf(ForeignOrder), ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => ({
      items: await orphans.list(userOf(request).id, request.query.accountId ?? null),
    }),
  );

  app.post(
    '/api/journal/orphans/adopt',
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
    '/api/journal/orphans/cancel',
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

  app.get(
    '/api/audit',
    {
      schema: {
        tags,
        summary: 'Your commands, newest first',
        querystring: AuditQuery,
        response: { 200: pageOf(AuditEntryDto), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return listAudit(dataSource.manager, userOf(request).id, filter, pageRequest({ limit, cursor }));
    },
  );
}
