import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { IdempotencyRepository } from '@gridfleet/shared/infra';
import { GridfleetError, type ErrorCode } from '@gridfleet/shared/schema';
import { userOf } from './identity.js';
import type { ApiInstance } from './types.js';

const KEY = /^[\x21-\x7e]{1,100}$/;
/** A command that has not answered after this long ended with its process; none takes longer than 15 s. */
const ABANDONED_MS = 60_000;
/** Answers of 5xx that prove that nothing was changed: the command may be tried again under its key. */
const WITHOUT_EFFECT = /^\{"code":"(?:NO_NODE_AVAILABLE|VENUE_UNAVAILABLE)"/;

/** Options of a route whose command may be repeated safely, and the errors that come with it. */
export const idempotent = {
  config: { idempotent: true },
  errors: ['IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_IN_PROGRESS'],
} as const satisfies { config: { idempotent: true }; errors: readonly ErrorCode[] };

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.routeOptions.config.idempotent !== true) return null;
  if (typeof key === 'string' && KEY.test(key)) return key;
  const field = 'headers.idempotency-key';
  const message = `${field} must be 1 to 100 visible ASCII characters.`;
  throw new GridfleetError('VALIDATION_FAILED', 'The Idempotency-Key is not valid', [
    { field, code: 'PATTERN', message },
  ]);
}

/** The keyed hash keeps a stored body from being guessed; the body itself is never stored. */
export function requestHash(
  { method, url, body }: { method: string; url: string; body?: unknown },
  secret: string,
): string {
  const text = [method, url, JSON.stringify(body ?? null)].join('\n');
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Commands repeated under the same Idempotency-Key within 24 h get the first answer and have no second effect. */
export function registerIdempotency(app: ApiInstance, dataSource: DataSource, secret: string): void {
  const repository = new IdempotencyRepository(dataSource.manager);
  const claimed = new WeakMap<FastifyRequest, string>();

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    const hash = requestHash(request, secret);
    const claim = await repository.claim(userOf(request).id, key, hash, new Date());
    if (claim.isNew) {
      claimed.set(request, key);
      return;
    }
    const { row } = claim;
    if (row.requestHash !== hash) {
      throw new GridfleetError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key belongs to another request');
    }
    if (row.status === null) throw inProgress(Date.now() - row.createdAt.getTime() < ABANDONED_MS);
    if (row.status >= 500) throw inProgress(false);
    return replay(reply, row.status, row.response ?? '');
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const key = claimed.get(request);
    if (key === undefined) return;
    claimed.delete(request);
    const userId = userOf(request).id;
    const text = typeof payload === 'string' ? payload : '';
    try {
      if (WITHOUT_EFFECT.test(text)) await repository.release(userId, key);
      else await repository.complete(userId, key, reply.statusCode, text);
    } catch (err) {
      // The command has had its effect: its answer is given, and a repetition is told to look for itself.
      request.log.error({ err }, 'the answer could not be kept under its idempotency key');
    }
  });
}

function inProgress(isAlive: boolean): GridfleetError {
  const message = isAlive
    ? 'The first request with this Idempotency-Key is still being worked on'
    : 'The first request with this Idempotency-Key ended without a clear outcome; look whether it took effect and use a new key';
  return new GridfleetError('IDEMPOTENCY_IN_PROGRESS', message);
}

function replay(reply: FastifyReply, status: number, response: string): FastifyReply {
  void reply.code(status).header('idempotency-replayed', 'true');
  if (response === '') return reply.send();
  return reply
    .type('application/json; charset=utf-8')
    .serializer((text: unknown) => String(text))
    .send(response);
}
