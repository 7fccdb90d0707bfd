import { Type } from 'typebox';
import {
  CopyRequest,
  IdParams,
  ImportRequest,
  ImportResult,
  Strategy,
  StrategyFile,
  StrategyWhy,
} from '@gridfleet/shared/schema';
import { optionalBody } from '../http/bodies.js';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses, PLAN_ERRORS } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['strategies'];
/** A file of a thousand strategies. */
const IMPORT_LIMIT = 4 * 1024 * 1024;
const ExportQuery = Type.Object(
  {
    ids: Type.Optional(
      Type.String({
        pattern: '^[1-9]\\d{0,9}(?:,[1-9]\\d{0,9}){0,999}$',
        description: 'Ids with commas between them; without it all that are not deleted.',
        examples: ['1,2,3'],
      }),
    ),
  },
  { additionalProperties: false },
);

/** Copies, files, the way back from deletion, and why a strategy does nothing. */
export function strategyCopyRoutes(app: ApiInstance, services: Services): void {
  const { copier, files, reader, reasons } = services;

  app.get(
    '/api/strategies/export',
    {
      schema: {
        tags,
        summary: 'Strategies as a file: configuration only, accounts by label, no secrets',
        querystring: ExportQuery,
        response: { 200: StrategyFile, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const ids = request.query.ids?.split(',').map(Number) ?? null;
      void reply.header('content-disposition', 'attachment; filename="strategies.json"');
      return files.export(userOf(request).id, ids);
    },
  );

  app.post(
    '/api/strategies/import',
    {
      config: idempotent.config,
      bodyLimit: IMPORT_LIMIT,
      schema: {
        tags,
        summary: 'Create the strategies of a file; each is checked like a new one',
        body: ImportRequest,
        response: {
          200: ImportResult,
          ...errorResponses('VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', ...idempotent.errors),
        },
      },
    },
    async (request) => files.import(userOf(request).id, request.body),
  );

  app.post(
    '/api/strategies/:id/copy',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Copy a strategy with all its settings; the copy is stopped. The body may be left out',
        params: IdParams,
        body: CopyRequest,
        response: {
          201: Strategy,
          ...errorResponses(
            ...PLAN_ERRORS,
            'NOT_FOUND',
            'ACCOUNT_INACTIVE',
            'EDIT_CONFLICT',
            'PLAN_REFUSED',
            ...idempotent.errors,
          ),
        },
      },
      preValidation: optionalBody,
    },
    async (request, reply) => {
      const { id: userId } = userOf(request);
      const id = await copier.copy(userId, request.params.id, request.body);
      return reply.code(201).send(await reader.get(userId, id));
    },
  );

  app.post(
    '/api/strategies/:id/restore',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Bring a deleted strategy back, stopped',
        params: IdParams,
        response: {
          200: Strategy,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', ...idempotent.errors),
        },
      },
    },
    async (request) => {
      const { id: userId } = userOf(request);
      await copier.restore(userId, request.params.id);
      return reader.get(userId, request.params.id);
    },
  );

  app.get(
    '/api/strategies/:id/why',
    {
      schema: {
        tags,
        summary: 'Why it has no orders: run, trading states, refusals and waiting levels',
        params: IdParams,
        response: { 200: StrategyWhy, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => reasons.of(userOf(request).id, request.params.id),
  );
}
