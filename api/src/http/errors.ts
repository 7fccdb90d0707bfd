import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { QueryFailedError } from 'typeorm';
import { ERROR_CODES, GridfleetError, type ErrorBody, type ErrorCode } from '@gridfleet/shared/schema';
import type { ApiInstance } from './types.js';
import { validationError } from './validation.js';

/** Codes of drivers and the operating system that mean: MySQL or Redis does not answer as it should. */
const DEPENDENCY_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_QUERY_INTERRUPTED',
  'ER_SERVER_SHUTDOWN',
  'ER_STATEMENT_TIMEOUT',
]);

/** ioredis has no codes for these; the names and sentences are stable since version 4. */
const REDIS_MESSAGES =
  /^(Command timed out|Connection is closed|Stream isn't writeable|LOADING |READONLY |OOM |MISCONF )/;

const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_BAD_URL: 'NOT_FOUND',
};

function isDependencyError(error: Error): boolean {
  if (error instanceof QueryFailedError) return isDependencyError(error.driverError as Error);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (DEPENDENCY_CODES.has(code) || error.name === 'MaxRetriesPerRequestError') return true;
  return REDIS_MESSAGES.test(error.message);
}

/** Any thrown value as an error of the catalogue; what is unknown becomes INTERNAL and reveals nothing. */
export function toGridfleetError(error: Error): GridfleetError {
  if (error instanceof GridfleetError) return error;
  const { validation, validationContext, code } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    return validationError(
      validationContext ?? 'body',
      validation.map((one) => ({ ...one, params: one.params })),
    );
  }
  const known = FASTIFY_CODES[code ?? ''];
  if (known !== undefined) return new GridfleetError(known, sentenceOf(known), [], { cause: error });
  if (error instanceof SyntaxError && (error as Partial<FastifyError>).statusCode === 400) {
    return new GridfleetError('MALFORMED_JSON', sentenceOf('MALFORMED_JSON'), [], { cause: error });
  }
  if (isDependencyError(error)) {
    const message = 'The database or the message store does not answer.';
    return new GridfleetError('DEPENDENCY_UNAVAILABLE', message, [], { cause: error });
  }
  return new GridfleetError('INTERNAL', 'The request failed.', [], { cause: error });
}

function sentenceOf(code: ErrorCode): string {
  switch (code) {
    case 'MALFORMED_JSON':
      return 'The body is not valid JSON.';
    case 'UNSUPPORTED_MEDIA_TYPE':
      return 'The body is not application/json.';
    case 'PAYLOAD_TOO_LARGE':
      return 'The body is too large.';
    default:
      return 'There is nothing at this address.';
  }
}

export function errorBody(error: GridfleetError, requestId: string): ErrorBody {
  const { action } = ERROR_CODES[error.code];
  const message = error.message.endsWith('.') ? error.message : `${error.message}.`;
  return { code: error.code, message: `${message} ${action}`, requestId, details: [...error.details] };
}

/** Sends the error envelope; what went wrong inside is logged under the request's id, and not told. */
export function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = toGridfleetError(error);
  if (known.status >= 500)
    request.log.error({ err: known.cause ?? known, code: known.code }, 'request failed');
  void reply.header('x-request-id', request.id);
  if (known.status === 503) void reply.header('retry-after', '2');
  void reply.code(known.status).type('application/json; charset=utf-8').send(errorBody(known, request.id));
}

/** Answers an address of a page inside the UI. @returns false when it is none. */
type PageHandler = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** The one error envelope for everything, unknown addresses included. */
export function registerErrors(app: ApiInstance, servePage: PageHandler | null): void {
  app.setErrorHandler<Error>((error, request, reply) => {
    answerError(error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    if (servePage?.(request, reply) === true) return;
    answerError(
      new GridfleetError('NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0] ?? ''}`),
      request,
      reply,
    );
  });
}
