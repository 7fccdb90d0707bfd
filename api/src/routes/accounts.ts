import { Type } from 'typebox';
import {
  Account,
  AccountCreate,
  AccountUpdate,
  AccountBalance,
  IdParams,
  listOf,
  MarketQuote,
  MarketRules,
} from '@gridfleet/shared/schema';
import { userOf } from '../http/identity.js';
import { errorResponses } from '../http/openapi.js';
import { idempotent } from '../http/idempotency.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['accounts'];
const MarketQuery = Type.Object(
  { market: Type.String({ minLength: 3, maxLength: 60, examples: ['BTC/USDT'] }) },
  { additionalProperties: false },
);

export function accountRoutes(app: ApiInstance, { accounts, accountVenue, accountTools }: Services): void {
  app.get(
    '/api/accounts',
    { schema: { tags, summary: 'List accounts', response: { 200: listOf(Account), ...errorResponses() } } },
    async (request) => ({ items: await accounts.list(userOf(request).id) }),
  );

  app.post(
    '/api/accounts',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Add an account; its credentials are tried at the exchange first',
        body: AccountCreate,
        response: {
          201: Account,
          ...errorResponses(
            'VALIDATION_FAILED',
            'CREDENTIAL_MISSING',
            'CREDENTIALS_REFUSED',
            'VENUE_UNSUPPORTED',
            'VENUE_COIN_MARGINED',
            'NO_NODE_AVAILABLE',
            'VENUE_UNAVAILABLE',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request, reply) => reply.code(201).send(await accounts.create(userOf(request).id, request.body)),
  );

  app.get(
    '/api/accounts/:id',
    {
      schema: {
        tags,
        summary: 'One account',
        params: IdParams,
        response: { 200: Account, ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND') },
      },
    },
    async (request) => accounts.get(userOf(request).id, request.params.id),
  );

  app.put(
    '/api/accounts/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Change label, activity or credentials; new credentials are tried first',
        params: IdParams,
        body: AccountUpdate,
        response: {
          200: Account,
          ...errorResponses(
            'VALIDATION_FAILED',
            'CREDENTIAL_MISSING',
            'CREDENTIALS_REFUSED',
            'NOT_FOUND',
            'ACCOUNT_IN_USE',
            'NO_NODE_AVAILABLE',
            'VENUE_UNAVAILABLE',
            ...idempotent.errors,
          ),
        },
      },
    },
    async (request) => accounts.update(userOf(request).id, request.params.id, request.body),
  );

  app.delete(
    '/api/accounts/:id',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Delete an account that no strategy uses; its credentials are removed for good',
        params: IdParams,
        response: {
          204: Type.Null({ description: 'Deleted.' }),
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'ACCOUNT_IN_USE', ...idempotent.errors),
        },
      },
    },
    async (request, reply) => {
      await accounts.delete(userOf(request).id, request.params.id);
      return reply.code(204).send(null);
    },
  );

  const venueErrors = errorResponses(
    'VALIDATION_FAILED',
    'CREDENTIALS_REFUSED',
    'NOT_FOUND',
    'NO_NODE_AVAILABLE',
    'VENUE_UNAVAILABLE',
  );

  app.get(
    '/api/accounts/:id/balances',
    {
      schema: {
        tags,
        summary: 'Balances at the exchange now: total, free, and which strategies’ orders need how much',
        params: IdParams,
        response: { 200: listOf(AccountBalance), ...venueErrors },
      },
    },
    async (request) => ({ items: await accountTools.balances(userOf(request).id, request.params.id) }),
  );

  app.get(
    '/api/accounts/:id/markets',
    {
      schema: {
        tags,
        summary: 'Markets of the exchange and their rules',
        params: IdParams,
        response: { 200: listOf(MarketRules), ...venueErrors },
      },
    },
    async (request) => ({ items: await accountVenue.markets(userOf(request).id, request.params.id) }),
  );

  app.get(
    '/api/accounts/:id/quote',
    {
      schema: {
        tags,
        summary: 'Best quotes of a market now',
        params: IdParams,
        querystring: MarketQuery,
        response: {
          200: MarketQuote,
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
    async (request) => accountVenue.quote(userOf(request).id, request.params.id, request.query.market),
  );
}
