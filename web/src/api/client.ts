import { ApiError, errorFromBody } from './api-error.js';

/** Deadline of a read, ms. */
const READ_DEADLINE_MS = 10_000;
/** Deadline of a command, ms: a start waits for a node, a credential test waits for the exchange. */
const COMMAND_DEADLINE_MS = 30_000;

export type Query = Record<string, string | number | undefined>;

function urlOf(path: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A key per user action: the API answers a repeated command with the first result. */
function idempotencyKey(): string {
  // randomUUID exists only on secure origins; a LAN address over http has getRandomValues alone.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

async function send<T>(url: string, init: RequestInit, deadlineMs: number): Promise<T> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline;
  try {
    const response = await fetch(url, { ...init, signal, credentials: 'same-origin' });
    const text = await response.text();
    const body = parseJson(text, response.status);
    if (!response.ok) throw errorFromBody(response.status, body);
    return body as T;
  } catch (error) {
    if (error instanceof ApiError || init.signal?.aborted) throw error;
    if (deadline.aborted)
      throw ApiError.client('TIMEOUT', `no answer within ${deadlineMs / 1000} s: ${url}`, 0, error);
    throw ApiError.client('NETWORK', `the API cannot be reached: ${url}`, 0, error);
  }
}

function parseJson(text: string, status: number): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw ApiError.client('BAD_RESPONSE', `HTTP ${status} with a body that is not JSON`, status, error);
  }
}

/** GET. @throws ApiError; an abort by `signal` is thrown as it is. */
export function get<T>(path: string, signal?: AbortSignal, query: Query = {}): Promise<T> {
  const init: RequestInit = { headers: { accept: 'application/json' }, signal: signal ?? null };
  return send<T>(urlOf(path, query), init, READ_DEADLINE_MS);
}

/** Headers and text of a request with a JSON body; one without a body has no content type. */
function payload(body: unknown): Pick<RequestInit, 'body'> & { headers: Record<string, string> } {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body === undefined) return { headers, body: null };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A computation without effect, such as a preview. @throws ApiError */
export function compute<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method: 'POST', ...payload(body), signal: signal ?? null };
  return send<T>(path, init, READ_DEADLINE_MS);
}

/** A command: changes something, carries an idempotency key. @throws ApiError */
export function command<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const { headers, body: text } = payload(body);
  const init: RequestInit = {
    method,
    headers: { ...headers, 'idempotency-key': idempotencyKey() },
    body: text ?? null,
  };
  return send<T>(path, init, COMMAND_DEADLINE_MS);
}

/** Deadline of an upload, ms: tens of megabytes over a slow line. */
const UPLOAD_DEADLINE_MS = 120_000;

/** Sends a file as it is. @throws ApiError */
export function upload<T>(path: string, file: Blob, contentType: string): Promise<T> {
  const headers = { accept: 'application/json', 'content-type': contentType };
  return send<T>(path, { method: 'POST', headers, body: file }, UPLOAD_DEADLINE_MS);
}
