import { DailySeries, EquityPoint, EquityQuery, listOf, TradeFilter } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const errors = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

/** Profit over time. */
export function equityRoutes(app: ApiInstance, { reports }: Services): void {
  app.get(
    '/api/equity',
    {
      schema: {
        tags,
        summary: 'Profit curve of a strategy, or of all together; 30 days without dates',
        querystring: EquityQuery,
        response: { 200: listOf(EquityPoint), ...errors },
      },
    },
    async (request) => ({ items: await reports.equity(userOf(request).id, request.query) }),
  );

  app.get(
    '/api/equity/daily',
    {
      schema: {
        tags,
        summary: 'Fills, fees and profit of every day, days without trades included; 30 days without dates',
        querystring: TradeFilter,
        response: { 200: DailySeries, ...errors },
      },
    },
    async (request) => reports.daily(userOf(request).id, request.query),
  );
}
