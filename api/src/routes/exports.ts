import type { FastifyReply } from 'fastify';
import type { Readable } from 'node:stream';
import { Type } from 'typebox';
import { TimeZone, TradeFilter } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { exportLimit } from '../http/rate-limit.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const csv = {
  description: 'The file.',
  content: { 'text/csv': { schema: Type.String() } },
};
const response = { 200: csv, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') };
const TaxQuery = Type.Object(
  {
    year: Type.Integer({ minimum: 2010, maximum: 2200, examples: [2026] }),
    method: Type.Optional(
      Type.Union([Type.Literal('fifo'), Type.Literal('average')], {
        default: 'fifo',
        description: 'Cost of what was sold: oldest purchases first, or the average of all that was held.',
      }),
    ),
    timeZone: Type.Optional(TimeZone),
  },
  { additionalProperties: false },
);

function sendCsv(reply: FastifyReply, name: string, body: Readable): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(body);
}

/** CSV files, sent while they are made. */
export function exportRoutes(app: ApiInstance, { exports }: Services): void {
  const SUMMARIES = {
    trades: 'Fills as CSV, oldest first',
    orders: 'Orders as CSV, oldest first',
    cycles: 'Completed cycles as CSV, oldest first',
    'archived-trades': 'Archived and imported trades as CSV, oldest first',
  } as const;
  for (const name of ['trades', 'orders', 'cycles', 'archived-trades'] as const) {
    app.get(
      `/api/exports/${name}`,
      { config: exportLimit, schema: { tags, summary: SUMMARIES[name], querystring: TradeFilter, response } },
      async (request, reply) =>
        sendCsv(reply, name, await exports.rows(userOf(request).id, name, request.query)),
    );
  }

  app.get(
    '/api/exports/daily',
    {
      config: exportLimit,
      schema: { tags, summary: 'Profit of every day as CSV', querystring: TradeFilter, response },
    },
    async (request, reply) => sendCsv(reply, 'daily', await exports.daily(userOf(request).id, request.query)),
  );

  app.get(
    '/api/exports/tax',
    {
      config: exportLimit,
      schema: {
        tags,
        summary: 'What was sold in a year, its cost and the gain, as CSV',
        description:
          'From the fills and the archived trades of removed strategies. Imported trades are left out: their fees are estimates, so what they bought counts as bought outside.',
        querystring: TaxQuery,
        response: { 200: csv, ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request, reply) => {
      const { year, method = 'fifo', timeZone } = request.query;
      const body = await exports.tax(userOf(request).id, {
        year,
        method,
        ...(timeZone === undefined ? {} : { timeZone }),
      });
      return sendCsv(reply, `tax-${year}-${method}`, body);
    },
  );
}
