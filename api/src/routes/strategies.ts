import { Type } from 'typebox';
import { strategyKinds } from '@gridfleet/shared/domain';
import {
  IdParams,
  listOf,
  pageOf,
  PlanDto,
  PreviewRequest,
  StopRequest,
  Strategy,
  StrategyCreate,
  StrategyKindInfo,
  StrategyStatus,
  StrategyListQuery,
  StrategyUpdate,
} from '@gridfleet/shared/schema';
import { optionalBody } from '../http/bodies.js';
import { userOf } from '../http/identity.js';
import { errorResponses, PLAN_ERRORS } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['strategies'];
export function strategyRoutes(app: ApiInstance, services: Services): void {
  const { reader, editor, runner, planCheck, sharedAnswers } = services;

  app.get(
    '/api/strategy-kinds',
    {
      schema: {
        tags,
        summary: 'Strategy kinds with the JSON Schema of their parameters',
        response: { 200: listOf(StrategyKindInfo), ...errorResponses() },
      },
    },
    () => ({
      items: [...strategyKinds.values()].map(({ kind, title, schema }) => ({ kind, title, params: schema })),
    }),
  );

  app.get(
    '/api/strategies',
    {
      schema: {
        tags,
        summary: 'Strategies with their status, filtered, sorted and page by page',
        querystring: StrategyListQuery,
        response: { 200: pageOf(Strategy), ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request, reply) =>
      sharedAnswers.reply(request, reply, () => reader.list(userOf(request).id, request.query)),
  );

  app.post(
    '/api/strategies',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Create a strategy; it is stopped',
        body: StrategyCreate,
        response: {
          201: Strategy,
          ...errorResponses(...PLAN_ERRORS, 'PLAN_REFUSED', 'EDIT_CONFLICT', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const id = await editor.create(userId, request.body);
      return reply.code(201).send(await reader.get(userId, id));
    },
  );

  app.post(
    '/api/strategies/preview',
    {
      schema: {
        tags,
        summary: 'What a strategy would do now, and why it may not; stores nothing',
        body: PreviewRequest,
        response: { 200: PlanDto, ...errorResponses(...PLAN_ERRORS) },
      },
    },
    async (request) => (await planCheck.plan(userOf(request).id, request.body)).plan,
  );

  app.get(
    '/api/strategies/running',
    {
      schema: {
        tags,
        summary: 'Status of all strategies that run or are about to',
        response: { 200: listOf(StrategyStatus), ...errorResponses() },
      },
    },
    async (request, reply) =>
      sharedAnswers.reply(request, reply, async () => ({ items: await reader.running(userOf(request).id) })),
  );

  app.get(
    '/api/strategies/:id',
    {
      schema: {
        tags,
        summary: 'One strategy, deleted ones included',
        params: IdParams,
        response: { 200: Strategy, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => reader.get(userOf(request).id, request.params.id),
  );

  app.put(
    '/api/strategies/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change name, parameters or legs; the latter two only while stopped',
        params: IdParams,
        body: StrategyUpdate,
        response: {
          200: Strategy,
          ...errorResponses(
            ...PLAN_ERRORS,
            'NOT_FOUND',
            'STRATEGY_DELETED',
            'STRATEGY_RUNNING',
            'INVENTORY_HELD',
            'EDIT_CONFLICT',
            'PLAN_REFUSED',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => {
      const { id: userId } = userOf(request);
      await editor.update(userId, request.params.id, request.body);
      return reader.get(userId, request.params.id);
    },
  );

  app.delete(
    '/api/strategies/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Delete a stopped strategy; its history stays',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'STRATEGY_RUNNING', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await editor.delete(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/strategies/:id/start',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Start; a strategy that runs already stays as it is',
        params: IdParams,
        response: {
          200: StrategyStatus,
          ...errorResponses(
            ...PLAN_ERRORS,
            'NOT_FOUND',
            'STRATEGY_DELETED',
            'ACCOUNT_INACTIVE',
            'TRADING_HALTED',
            'PLAN_REFUSED',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => runner.start(userOf(request).id, request.params.id),
  );

  app.post(
    '/api/strategies/:id/stop',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Stop; the body may be left out',
        params: IdParams,
        body: StopRequest,
        response: {
          200: StrategyStatus,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
      preValidation: optionalBody,
    },
    async (request) => runner.stop(userOf(request).id, request.params.id, request.body),
  );
}
