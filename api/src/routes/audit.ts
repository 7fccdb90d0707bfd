import { AuditDto, pageOf, PageQuery } from '@gridfleet/shared/schema';
import { errorResponses } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

export function auditRoutes(app: ApiInstance, { audit }: Services): void {
  app.get(
    '/api/audit',
    {
      schema: {
        tags: ['access'],
        summary: 'Every command and who gave it, with what was before and after; newest first',
        querystring: PageQuery,
        response: { 200: pageOf(AuditDto), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request) => audit.list(pageRequest(request.query)),
  );
}
