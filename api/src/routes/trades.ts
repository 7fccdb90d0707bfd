import { Type } from 'typebox';
import {
  ArchivedTrade,
  ArchivedTradesQuery,
  Cycle,
  GroupStatsList,
  pageOf,
  StatsGroupsQuery,
  StatsQuery,
  Trade,
  TradeRecord,
  TradesQuery,
  TradeStats,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { bigIdParams, pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const errors = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

/** Fills and cycles, and their totals. */
export function tradeRoutes(app: ApiInstance, { tradeLists, reports, sharedAnswers }: Services): void {
  app.get(
    '/api/trades',
    {
      schema: {
        tags,
        summary: 'Fills, newest first, each with the order it pairs with',
        querystring: TradesQuery,
        response: { 200: pageOf(Trade), ...errors },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return tradeLists.trades(userOf(request).id, filter, pageRequest({ limit, cursor }));
    },
  );

  app.get(
    '/api/trades/stats',
    {
      schema: {
        tags,
        summary: 'Totals over fills and cycles',
        description:
          'Profit factor is gross profit over gross loss. Cycles have two sides: a filter by side narrows the fills only.',
        querystring: StatsQuery,
        response: { 200: TradeStats, ...errors },
      },
    },
    async (request, reply) =>
      sharedAnswers.reply(request, reply, () => reports.stats(userOf(request).id, request.query)),
  );

  app.get(
    '/api/trades/stats/groups',
    {
      schema: {
        tags,
        summary: 'The same totals for each day, market, strategy or account',
        querystring: StatsGroupsQuery,
        response: { 200: GroupStatsList, ...errors },
      },
    },
    async (request, reply) => {
      const { by, ...query } = request.query;
      return sharedAnswers.reply(request, reply, () => reports.groups(userOf(request).id, query, by));
    },
  );

  app.get(
    '/api/trades/:id',
    {
      schema: {
        tags,
        summary: 'Everything stored about one fill: its order, the order it pairs with, its cycle',
        params: bigIdParams,
        response: { 200: TradeRecord, ...errors },
      },
    },
    async (request) => tradeLists.trade(userOf(request).id, request.params.id),
  );

  app.get(
    '/api/archived-trades',
    {
      schema: {
        tags,
        summary: 'Trades of strategies removed long ago and imported ones, newest in the archive first',
        querystring: ArchivedTradesQuery,
        response: { 200: pageOf(ArchivedTrade), ...errors },
      },
    },
    async (request) => {
      const { limit, cursor, source, ...filter } = request.query;
      return tradeLists.archived(userOf(request).id, filter, source, pageRequest({ limit, cursor }));
    },
  );

  app.get(
    '/api/cycles',
    {
      schema: {
        tags,
        summary: 'Completed cycles, newest first',
        querystring: Type.Omit(TradesQuery, ['side'], { additionalProperties: false }),
        response: { 200: pageOf(Cycle), ...errors },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      return tradeLists.cycles(userOf(request).id, filter, pageRequest({ limit, cursor }));
    },
  );
}
