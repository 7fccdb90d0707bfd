import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Redis } from '@gridfleet/shared/infra';
import { GridfleetError } from '@gridfleet/shared/schema';
import { requesterOf } from './identity.js';
import type { ApiInstance } from './types.js';

const WINDOW_MS = 60_000;
/** Files read whole tables: more than this a minute is a mistake. */
export const EXPORTS_PER_MINUTE = 30;

/** Options of a route that makes a file. */
export const exportLimit = { rateLimit: { max: EXPORTS_PER_MINUTE, timeWindow: WINDOW_MS } } as const;

/**
 * Counts the requests of each person and of each token over all API processes and refuses those beyond `perMinute`. To be registered after
 * the identity is known. When the counter cannot be asked the request is let through: the dependency gate judges that.
 */
export async function registerRateLimit(api: ApiInstance, redis: Redis, perMinute: number): Promise<void> {
  if (perMinute === 0) return;
  await api.register(rateLimit, {
    max: perMinute,
    timeWindow: WINDOW_MS,
    redis,
    nameSpace: 'api:rate:',
    skipOnError: true,
    keyGenerator: (request: FastifyRequest) => {
      const { id, tokenId } = requesterOf(request);
      return tokenId === null ? `user-${id}` : `token-${tokenId}`;
    },
    errorResponseBuilder: (_request, { max, ttl }) =>
      new GridfleetError(
        'TOO_MANY_REQUESTS',
        `More than ${max} requests in a minute; the next is taken in ${Math.ceil(ttl / 1000)} s`,
      ),
  });
}
