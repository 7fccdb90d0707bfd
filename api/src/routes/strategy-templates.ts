import { Type } from 'typebox';
import {
  IdParams,
  listOf,
  Strategy,
  Template,
  TemplateApply,
  TemplateCreate,
  TemplateUpdate,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses, PLAN_ERRORS } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['strategies'];

/** Parameters kept under a name. */
export function strategyTemplateRoutes(app: ApiInstance, { templates, reader }: Services): void {
  app.get(
    '/api/strategy-templates',
    {
      schema: {
        tags,
        summary: 'Templates by name',
        response: { 200: listOf(Template), ...errorResponses() },
      },
    },
    async (request) => ({ items: await templates.list(userOf(request).id) }),
  );

  app.post(
    '/api/strategy-templates',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Keep parameters under a name',
        body: TemplateCreate,
        response: {
          201: Template,
          ...errorResponses('VALIDATION_FAILED', 'KIND_UNKNOWN', 'TEMPLATE_EXISTS', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await templates.create(userOf(request).id, request.body)),
  );

  app.get(
    '/api/strategy-templates/:id',
    {
      schema: {
        tags,
        summary: 'One template',
        params: IdParams,
        response: { 200: Template, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => templates.get(userOf(request).id, request.params.id),
  );

  app.put(
    '/api/strategy-templates/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change a template; strategies made from it stay as they are',
        params: IdParams,
        body: TemplateUpdate,
        response: {
          200: Template,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'TEMPLATE_EXISTS', ...idempotent.errors),
        },
      },
    },
    async (request) => templates.update(userOf(request).id, request.params.id, request.body),
  );

  app.delete(
    '/api/strategy-templates/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Remove a template',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await templates.delete(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/strategy-templates/:id/apply',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Make a strategy from a template; it is stopped',
        params: IdParams,
        body: TemplateApply,
        response: {
          201: Strategy,
          ...errorResponses(
            ...PLAN_ERRORS,
            'NOT_FOUND',
            'PLAN_REFUSED',
            'EDIT_CONFLICT',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const id = await templates.apply(userId, request.params.id, request.body);
      return reply.code(201).send(await reader.get(userId, id));
    },
  );
}
