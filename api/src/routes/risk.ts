import {
  HaltDto,
  HaltRequest,
  IdParams,
  listOf,
  RiskLimitsChange,
  RiskLimitsDto,
  RiskNotice,
  RiskScopeQuery,
  TradingStateChange,
  TradingStateDto,
} from '@gridfleet/shared/schema';
import { requesterOf, userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['risk'];

export function riskRoutes(app: ApiInstance, { limits, tradingStates, halts }: Services): void {
  app.get(
    '/api/risk/limits',
    {
      schema: {
        tags,
        summary: 'Limits in force for the platform, an account or a strategy',
        querystring: RiskScopeQuery,
        response: { 200: RiskLimitsDto, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => limits.get(userOf(request).id, request.query),
  );

  app.put(
    '/api/risk/limits',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Replace the limits of a scope; the next order is judged by them',
        querystring: RiskScopeQuery,
        body: RiskLimitsChange,
        response: {
          200: RiskLimitsDto,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request) =>
      limits.set(requesterOf(request), userOf(request).id, request.query, request.body.limits),
  );

  app.get(
    '/api/risk/events',
    {
      schema: {
        tags,
        summary: 'Limits that were nearly used up or broken, newest first',
        response: { 200: listOf(RiskNotice), ...errorResponses() },
      },
    },
    async (request) => ({ items: await limits.notices(userOf(request).id) }),
  );

  app.get(
    '/api/trading-state/platform',
    {
      schema: {
        tags,
        summary: 'Trading state of the platform',
        response: { 200: TradingStateDto, ...errorResponses() },
      },
    },
    async (request) => tradingStates.get(userOf(request).id, 'platform'),
  );

  app.put(
    '/api/trading-state/platform',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Set the trading state of the platform; HALTED has to be confirmed',
        body: TradingStateChange,
        response: {
          200: TradingStateDto,
          ...errorResponses('VALIDATION_FAILED', 'CONFIRMATION_REQUIRED', ...idempotent.errors),
        },
      },
    },
    async (request) =>
      tradingStates.set(requesterOf(request), userOf(request).id, 'platform', undefined, request.body),
  );

  for (const scope of ['account', 'strategy'] as const) {
    app.get(
      `/api/trading-state/${scope}/:id`,
      {
        schema: {
          tags,
          summary: `Trading state of one ${scope}`,
          params: IdParams,
          response: { 200: TradingStateDto, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
        },
      },
      async (request) => tradingStates.get(userOf(request).id, scope, request.params.id),
    );

    app.put(
      `/api/trading-state/${scope}/:id`,
      {
        config: idempotent.config,
        schema: {
          tags,
          summary: `Set the trading state of one ${scope}; ACTIVE resumes`,
          params: IdParams,
          body: TradingStateChange,
          response: {
            200: TradingStateDto,
            ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
          },
        },
      },
      async (request) =>
        tradingStates.set(requesterOf(request), userOf(request).id, scope, request.params.id, request.body),
    );
  }

  app.post(
    '/api/halt',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary:
          'Kill switch: no new order from now on; orders are left, cancelled, or cancelled and positions sold',
        description:
          'The whole platform is an owner’s to halt and has to be confirmed: with the trading password, or by typing ' +
          '"HALT PLATFORM". The halt is done when the exchange has shown that nothing is left.',
        body: HaltRequest,
        response: {
          202: HaltDto,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'CONFIRMATION_REQUIRED', ...idempotent.errors),
        },
      },
    },
    async (request, reply) =>
      reply.code(202).send(await halts.begin(requesterOf(request), userOf(request).id, request.body)),
  );

  app.get(
    '/api/halt',
    {
      schema: {
        tags,
        summary: 'Halts, newest first',
        response: { 200: listOf(HaltDto), ...errorResponses() },
      },
    },
    async (request) => ({ items: await halts.list(userOf(request).id) }),
  );

  app.get(
    '/api/halt/:id',
    {
      schema: {
        tags,
        summary: 'How far a halt is',
        params: IdParams,
        response: { 200: HaltDto, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => halts.get(userOf(request).id, request.params.id),
  );
}
