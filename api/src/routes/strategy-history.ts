import { Type } from 'typebox';
import {
  Candle,
  CandleInterval,
  Cycle,
  IdParams,
  Level,
  listOf,
  Order,
  pageOf,
  PageQuery,
  StrategyRevisionDto,
  StrategyStatus,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['strategies'];
const OrdersQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(
      Type.Union([Type.Literal('open'), Type.Literal('closed'), Type.Literal('all')], { default: 'all' }),
    ),
  },
  { additionalProperties: false },
);
const CandlesQuery = Type.Object(
  {
    interval: Type.Optional(Type.Union(CandleInterval.anyOf, { default: '1m' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 300 })),
  },
  { additionalProperties: false },
);
const notFound = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

export function strategyHistoryRoutes(app: ApiInstance, { reader, history }: Services): void {
  app.get(
    '/api/strategies/:id/revisions',
    {
      schema: {
        tags,
        summary: 'Parameters the strategy has had, newest first; the last 200',
        params: IdParams,
        response: { 200: listOf(StrategyRevisionDto), ...notFound },
      },
    },
    async (request) => ({ items: await reader.revisions(userOf(request).id, request.params.id) }),
  );

  app.get(
    '/api/strategies/:id/status',
    {
      schema: {
        tags,
        summary: 'What the strategy is doing now',
        params: IdParams,
        response: { 200: StrategyStatus, ...notFound },
      },
    },
    async (request) => reader.status(userOf(request).id, request.params.id),
  );

  app.get(
    '/api/strategies/:id/levels',
    {
      schema: {
        tags,
        summary: 'Every level with its order, or why it has none',
        params: IdParams,
        response: {
          200: listOf(Level),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'STATE_UNREADABLE'),
        },
      },
    },
    async (request) => ({ items: await reader.levels(userOf(request).id, request.params.id) }),
  );

  app.get(
    '/api/strategies/:id/orders',
    {
      schema: {
        tags,
        summary: 'Orders of the strategy, newest first',
        params: IdParams,
        querystring: OrdersQuery,
        response: { 200: pageOf(Order), ...notFound },
      },
    },
    async (request) => {
      const { state = 'all', ...page } = request.query;
      return history.orders(userOf(request).id, request.params.id, state, pageRequest(page));
    },
  );

  app.get(
    '/api/strategies/:id/cycles',
    {
      schema: {
        tags,
        summary: 'Completed cycles of the strategy, newest first',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: pageOf(Cycle), ...notFound },
      },
    },
    async (request) => history.cycles(userOf(request).id, request.params.id, pageRequest(request.query)),
  );

  app.get(
    '/api/strategies/:id/candles',
    {
      schema: {
        tags,
        summary: 'Candles of the strategy’s market, oldest first',
        params: IdParams,
        querystring: CandlesQuery,
        response: {
          200: listOf(Candle),
          ...errorResponses(
            'VALIDATION_FAILED',
            'MARKET_UNKNOWN',
            'CREDENTIALS_REFUSED',
            'NOT_FOUND',
            'NO_NODE_AVAILABLE',
            'VENUE_UNAVAILABLE',
          ),
        },
      },
    },
    async (request) => {
      const { interval = '1m', limit = 300 } = request.query;
      return { items: await history.candles(userOf(request).id, request.params.id, interval, limit) };
    },
  );
}
