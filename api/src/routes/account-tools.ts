import { Type } from 'typebox';
import {
  Account,
  AccountCopy,
  Credentials,
  CredentialTest,
  IdParams,
  listOf,
  TradingFee,
} from '@gridfleet/shared/schema';
import { optionalBody } from '../http/bodies.js';
import { userOf } from '../http/identity.js';
import { idempotent } from '../http/idempotency.js';
import { errorResponses } from '../http/openapi.js';
import type { ApiInstance } from '../http/types.js';
import type { Services } from '../services.js';

const tags = ['accounts'];
const MarketQuery = Type.Object(
  { market: Type.String({ minLength: 3, maxLength: 60, examples: ['BTC/USDT'] }) },
  { additionalProperties: false },
);
const RotateRequest = Type.Object({ credentials: Credentials }, { additionalProperties: false });

/** Copies, tests and what the exchange says about an account. */
export function accountToolRoutes(app: ApiInstance, { accountTools, accounts }: Services): void {
  app.post(
    '/api/accounts/:id/copy',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Another account with the same credentials; they are tried first. The body may be left out',
        params: IdParams,
        body: AccountCopy,
        response: {
          201: Account,
          ...errorResponses(
            'VALIDATION_FAILED',
            'NOT_FOUND',
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
      preValidation: optionalBody,
    },
    async (request, reply) =>
      reply.code(201).send(await accountTools.copy(userOf(request).id, request.params.id, request.body)),
  );

  app.post(
    '/api/accounts/:id/test',
    {
      schema: {
        tags,
        summary: 'Try the stored credentials at the exchange, and see what they may do',
        params: IdParams,
        response: {
          200: CredentialTest,
          ...errorResponses('VALIDATION_FAILED', 'NOT_FOUND', 'NO_NODE_AVAILABLE'),
        },
      },
    },
    async (request) => accountTools.test(userOf(request).id, request.params.id),
  );

  app.post(
    '/api/accounts/:id/rotate',
    {
      config: idempotent.config,
      schema: {
        tags,
        summary: 'Replace the credentials; the new ones are tried first, and nothing may trade meanwhile',
        params: IdParams,
        body: RotateRequest,
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

  const venueErrors = errorResponses(
    'VALIDATION_FAILED',
    'CREDENTIALS_REFUSED',
    'MARKET_UNKNOWN',
    'NOT_FOUND',
    'NO_NODE_AVAILABLE',
    'VENUE_UNAVAILABLE',
  );

  app.get(
    '/api/accounts/:id/symbols',
    {
      schema: {
        tags,
        summary: 'Symbols that can be traded now, those quoted in stablecoins first',
        params: IdParams,
        response: { 200: listOf(Type.String()), ...venueErrors },
      },
    },
    async (request) => ({ items: await accountTools.symbols(userOf(request).id, request.params.id) }),
  );

  app.get(
    '/api/accounts/:id/trading-fee',
    {
      schema: {
        tags,
        summary: 'Fee rates of the account in a market',
        params: IdParams,
        querystring: MarketQuery,
        response: { 200: TradingFee, ...venueErrors },
      },
    },
    async (request) => accountTools.tradingFee(userOf(request).id, request.params.id, request.query.market),
  );
}
