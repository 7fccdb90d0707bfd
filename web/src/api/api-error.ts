import type { ErrorBody } from '@gridfleet/shared/schema';

/** Codes this client adds to the API's own catalogue, for answers that never came or cannot be read. */
export type ClientErrorCode = 'NETWORK' | 'TIMEOUT' | 'BAD_RESPONSE';

export type ErrorDetail = ErrorBody['details'][number];

/** What a failed request tells: a stable code, a sentence, the request id for the logs, and the fields at fault. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly requestId: string | null;
  readonly details: readonly ErrorDetail[];

  constructor(
    code: string,
    message: string,
    status: number,
    requestId: string | null,
    details: readonly ErrorDetail[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.details = details;
  }

  static client(code: ClientErrorCode, message: string, status = 0, cause?: unknown): ApiError {
    return new ApiError(code, message, status, null, [], { cause });
  }

  /** Any thrown value as an ApiError, so that every panel can show code, message and retry. */
  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return ApiError.client('BAD_RESPONSE', message, 0, error);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isDetail(value: unknown): value is ErrorDetail {
  return (
    isRecord(value) &&
    typeof value['field'] === 'string' &&
    typeof value['code'] === 'string' &&
    typeof value['message'] === 'string'
  );
}

/** Reads the API's error envelope; a body of another shape (a proxy's page) becomes BAD_RESPONSE. */
export function errorFromBody(status: number, body: unknown): ApiError {
  if (!isRecord(body) || typeof body['code'] !== 'string' || typeof body['message'] !== 'string')
    return ApiError.client('BAD_RESPONSE', `HTTP ${status} without an error body`, status);
  const details = Array.isArray(body['details']) ? body['details'].filter(isDetail) : [];
  const requestId = typeof body['requestId'] === 'string' ? body['requestId'] : null;
  return new ApiError(body['code'], body['message'], status, requestId, details);
}
