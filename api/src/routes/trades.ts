import { Type } from 'typebox';
import { Fill, Id, pageOf, PageQuery, TradeStats } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const strategyId = Type.Optional(Id);
const TradesQuery = Type.Object({ ...PageQuery.properties, strategyId }, { additionalProperties: false });
const StatsQuery = Type.Object(
  {
    strategyId,
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 36_500, description: 'Counts the last so many times 24 hours.' }),
    ),
  },
  { additionalProperties: false },
);

export function tradeRoutes(app: ApiInstance, { history }: Services): void {
  app.get(
    '/api/trades',
    {
      schema: {
        tags,
        summary: 'Fills, newest first',
        querystring: TradesQuery,
        response: { 200: pageOf(Fill), ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => {
      const { strategyId: id = null, ...page } = request.query;
      return history.fills(userOf(request).id, id, pageRequest(page));
    },
  );

  app.get(
    '/api/trades/stats',
    {
      schema: {
        tags,
        summary: 'Totals over fills and cycles',
        querystring: StatsQuery,
        response: { 200: TradeStats, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => {
      const { strategyId: id = null, days = null } = request.query;
      return history.stats(userOf(request).id, id, days);
    },
  );
}
