import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { User } from '@gridfleet/shared/infra';
import type { Requester } from './identity.js';

/** The Fastify instance with types taken from the TypeBox schemas of each route. */
export type ApiInstance = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose accounts and strategies are worked with; set for every route below /api. */
    user: User | null;
    /** Who asks: a person, or a program with a person's token. */
    requester: Requester | null;
  }
  interface FastifyContextConfig {
    /** Whether the route honours the header Idempotency-Key. */
    idempotent?: boolean;
  }
}
