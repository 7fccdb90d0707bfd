import { Type } from 'typebox';
import {
  IdParams,
  listOf,
  TokenCreate,
  TokenCreated,
  TokenDto,
  TradingPasswordChange,
  UserChange,
  UserCreate,
  UserDto,
} from '@gridfleet/shared/schema';
import { requesterOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['access'];

export function userRoutes(app: ApiInstance, { users, tokens, confirmations, identity }: Services): void {
  app.get(
    '/api/me',
    {
      schema: {
        tags,
        summary: 'Who is asking, with which role',
        response: { 200: UserDto, ...errorResponses() },
      },
    },
    async (request) => users.get(requesterOf(request).id),
  );

  app.put(
    '/api/me/trading-password',
    {
      schema: {
        tags,
        summary: 'Set, change or remove the password asked for at dangerous commands',
        body: TradingPasswordChange,
        response: { 200: UserDto, ...errorResponses('VALIDATION_FAILED', 'CONFIRMATION_REQUIRED') },
      },
    },
    async (request) => {
      const { id } = requesterOf(request);
      await confirmations.setPassword(id, request.body);
      return users.get(id);
    },
  );

  app.get(
    '/api/users',
    {
      schema: {
        tags,
        summary: 'Everybody who may use the platform',
        response: { 200: listOf(UserDto), ...errorResponses() },
      },
    },
    async () => ({ items: await users.list() }),
  );

  app.post(
    '/api/users',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Let somebody in, with a role, into a workspace of their own or another user’s',
        body: UserCreate,
        response: {
          201: UserDto,
          ...errorResponses('VALIDATION_FAILED', 'USER_EXISTS', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await users.create(request.body)),
  );

  app.put(
    '/api/users/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change a user’s role or workspace, or deactivate them',
        params: IdParams,
        body: UserChange,
        response: {
          200: UserDto,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'LAST_OWNER', ...idempotent.errors),
        },
      },
    },
    async (request) => {
      const user = await users.update(request.params.id, request.body);
      identity.forget(user.email);
      return user;
    },
  );

  app.get(
    '/api/tokens',
    {
      schema: {
        tags,
        summary: 'One’s own API tokens that still work',
        response: { 200: listOf(TokenDto), ...errorResponses() },
      },
    },
    async (request) => ({ items: await tokens.list(requesterOf(request).id) }),
  );

  app.post(
    '/api/tokens',
    {
      schema: {
        tags,
        summary: 'Make an API token; it is shown this once. A token may never do more than its user',
        body: TokenCreate,
        response: { 201: TokenCreated, ...errorResponses('VALIDATION_FAILED') },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await tokens.create(requesterOf(request).id, request.body)),
  );

  app.delete(
    '/api/tokens/:id',
    {
      schema: {
        tags,
        summary: 'Revoke an API token at once',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Revoked.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      await tokens.revoke(requesterOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );
}
