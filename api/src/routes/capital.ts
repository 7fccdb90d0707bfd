import { Type } from 'typebox';
import { AllocationBody, AllocationDto, FundsDto, IdParams, listOf } from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['risk'];
const CHANGE_ERRORS = errorResponses(
  'VALIDATION_FAILED',
  'NOT_FOUND',
  'ALLOCATION_REFUSED',
  ...idempotent.errors,
);

export function capitalRoutes(app: ApiInstance, { allocations, funds }: Services): void {
  app.get(
    '/api/capital/allocations',
    {
      schema: {
        tags,
        summary: 'Money set aside for strategies, and how much of it is in use',
        response: { 200: listOf(AllocationDto), ...errorResponses() },
      },
    },
    async (request) => ({ items: await allocations.list(userOf(request).id) }),
  );

  app.post(
    '/api/capital/allocations',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Set money of an account aside for one strategy, or as a pool for several',
        body: AllocationBody,
        response: { 201: AllocationDto, ...CHANGE_ERRORS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await allocations.create(userOf(request).id, request.body)),
  );

  app.put(
    '/api/capital/allocations/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change name, amount or members',
        params: IdParams,
        body: AllocationBody,
        response: { 200: AllocationDto, ...CHANGE_ERRORS },
      },
    },
    async (request) => allocations.update(userOf(request).id, request.params.id, request.body),
  );

  app.delete(
    '/api/capital/allocations/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Give the money back to the account',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await allocations.delete(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/accounts/:id/funds',
    {
      schema: {
        tags,
        summary: 'What the books say the account has: in all, free, and reserved by whom',
        params: IdParams,
        response: { 200: listOf(FundsDto), ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => ({ items: await funds.funds(userOf(request).id, request.params.id) }),
  );
}
