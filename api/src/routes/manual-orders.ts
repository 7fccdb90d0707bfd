import { ClosePositionRequest, ManualOrder, ManualOrderRequest, Order } from '@gridfleet/shared/schema';
import { requesterOf, userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses, PLAN_ERRORS } from '../http/openapi.js';
import { bigIdParams } from '../http/paging.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['trades'];

/** Orders that people place. */
export function manualOrderRoutes(app: ApiInstance, { manualOrders }: Services): void {
  app.post(
    '/api/orders',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Place an order by hand, on the path of every order',
        description:
          'The answer waits up to 5 s for the exchange; an order that is not decided by then goes on and is found in ' +
          'GET /api/orders?strategyId=. Give an Idempotency-Key: a repetition then places nothing. A person confirms with ' +
          'the trading password, or by typing side, quantity and market ("BUY 0.01 BTC/USDT"); a token does not.',
        body: ManualOrderRequest,
        response: {
          201: ManualOrder,
          ...errorResponses(
            // Its kind is ours, and known.
            ...PLAN_ERRORS.filter((code) => code !== 'KIND_UNKNOWN'),
            'NOT_FOUND',
            'CONFIRMATION_REQUIRED',
            'PLAN_REFUSED',
            'ACCOUNT_INACTIVE',
            'TRADING_HALTED',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await manualOrders.place(requesterOf(request), userOf(request).id, request.body)),
  );

  app.delete(
    '/api/orders/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Cancel an order placed by hand; orders of strategies belong to them',
        params: bigIdParams,
        response: {
          200: Order,
          ...errorResponses(
            'VALIDATION_FAILED',
            'NOT_FOUND',
            'ORDER_ENDED',
            'STRATEGY_RUNNING',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => manualOrders.cancel(userOf(request).id, request.params.id),
  );

  app.post(
    '/api/positions/close',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Close what a strategy holds, or sell free holdings of an account at the market',
        description:
          'A person confirms with the trading password, or by typing "CLOSE STRATEGY 7" or "CLOSE BTC/USDT"; a token does not.',
        body: ClosePositionRequest,
        response: {
          200: ManualOrder,
          ...errorResponses(
            ...PLAN_ERRORS,
            'NOT_FOUND',
            'CONFIRMATION_REQUIRED',
            'PLAN_REFUSED',
            'ACCOUNT_INACTIVE',
            'STRATEGY_DELETED',
            'TRADING_HALTED',
            'NOTHING_TO_CLOSE',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => manualOrders.close(requesterOf(request), userOf(request).id, request.body),
  );
}
