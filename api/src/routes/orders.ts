import { listOf, Order, OrderRecord, OrdersQuery, pageOf, Position } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { bigIdParams, pageRequest } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];
const errors = errorResponses('VALIDATION_FAILED', 'NOT_FOUND');

/** Orders and positions of all strategies. */
export function orderRoutes(app: ApiInstance, { tradeLists, positions }: Services): void {
  app.get(
    '/api/orders',
    {
      schema: {
        tags,
        summary: 'Orders, newest first',
        querystring: OrdersQuery,
        response: { 200: pageOf(Order), ...errors },
      },
    },
    async (request) => {
      const { limit, cursor, state = 'all', ...filter } = request.query;
      return tradeLists.orders(userOf(request).id, filter, state, pageRequest({ limit, cursor }));
    },
  );

  app.get(
    '/api/orders/:id',
    {
      schema: {
        tags,
        summary: 'One order with its fills',
        params: bigIdParams,
        response: { 200: OrderRecord, ...errors },
      },
    },
    async (request) => tradeLists.order(userOf(request).id, request.params.id),
  );

  app.get(
    '/api/positions',
    {
      schema: {
        tags,
        summary: 'What each strategy holds, by its own fills',
        response: { 200: listOf(Position), ...errorResponses() },
      },
    },
    async (request) => ({ items: await positions.list(userOf(request).id) }),
  );
}
