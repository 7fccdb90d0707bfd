import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { appendAudit } from '@gridfleet/shared/infra';
import { changes, snapshot } from './audit-target.js';
import { redacted } from './redact.js';
import { withDeadline } from './deadline.js';
import type { ApiInstance } from './types.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Commands in form only: they change nothing. */
const HARMLESS: ReadonlySet<string> = new Set(['POST /api/strategies/preview']);
const LONGEST_DETAILS = 30_000;
/** Longest wait for the database, ms; a pool of dead connections would wait for ever. */
const DEADLINE_MS = 1_500;

function isCommand(request: FastifyRequest): boolean {
  const name = `${request.method} ${request.routeOptions.url ?? ''}`;
  return !READS.has(request.method) && !HARMLESS.has(name) && request.requester !== null;
}

/** What a created thing is: its id and nothing that an answer may show only once. */
function created(payload: unknown): unknown {
  if (typeof payload !== 'string' || payload === '') return null;
  try {
    const { id, code } = Object(JSON.parse(payload)) as { id?: unknown; code?: unknown };
    return { ...(id === undefined ? {} : { id }), ...(code === undefined ? {} : { code }) };
  } catch {
    // An answer that is not JSON names nothing.
    return null;
  }
}

function detailsText(details: Record<string, unknown>): Record<string, unknown> {
  return JSON.stringify(details).length <= LONGEST_DETAILS ? details : { ...details, body: '[too long]' };
}

/**
 * Every command leaves a row: who, what, to what, with which body, what it answered, and what was before and after.
 * Refused ones as well. Rows are only ever added.
 */
export function registerAudit(app: ApiInstance, dataSource: DataSource): void {
  const stateOf = (request: FastifyRequest): Promise<Record<string, unknown> | null> =>
    withDeadline(snapshot(dataSource.manager, request), DEADLINE_MS, 'reading what a command is done to');
  const begun = new WeakMap<FastifyRequest, Record<string, unknown> | null>();

  app.addHook('preHandler', async (request) => {
    if (isCommand(request)) begun.set(request, await stateOf(request));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (!isCommand(request) || request.requester === null) return;
    // A repeated command that was answered from memory has not been carried out again.
    if (reply.hasHeader('idempotency-replayed')) return;
    const before = begun.get(request) ?? null;
    const { statusCode: status } = reply;
    try {
      const after = status < 400 ? await stateOf(request) : before;
      const row = appendAudit(dataSource.manager, {
        userId: request.user?.id ?? null,
        actor: request.requester.email,
        action: `${request.method} ${request.routeOptions.url ?? ''}`.slice(0, 60),
        target: (request.url.split('?')[0] ?? '').slice(0, 120),
        details: detailsText({
          status,
          requestId: request.id,
          ...(request.requester.scopes === null ? {} : { by: 'token' }),
          // A body that was refused may hold anything anywhere; one that was accepted has known fields only.
          ...(status < 400 ? { query: redacted(request.query), body: redacted(request.body ?? null) } : {}),
          result: created(payload),
          ...changes(status === 404 ? null : before, status === 404 ? null : after),
        }),
      });
      await withDeadline(row, DEADLINE_MS, 'writing the audit log');
    } catch (err) {
      // The command has had its effect; its answer must not hang on the record of it.
      request.log.error(
        { err, route: request.routeOptions.url },
        'a command could not be written to the audit log',
      );
    }
  });
}
