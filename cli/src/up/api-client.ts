import { randomUUID } from 'node:crypto';

/** One request to our own API on loopback; the first ones wait for markets to be loaded. */
const REQUEST_TIMEOUT_MS = 20_000;

/** The API refused a request. */
export class ApiRefused extends Error {
  constructor(
    readonly status: number,
    request: string,
    body: string,
  ) {
    super(`${request} answered ${status}: ${body.slice(0, 500)}`);
    this.name = 'ApiRefused';
  }
}

/** Speaks JSON with the REST API. */
export interface ApiClient {
  /** @throws ApiRefused for any status but 2xx; TypeError or TimeoutError when it cannot be reached */
  get: (path: string) => Promise<unknown>;
  post: (path: string, body: object) => Promise<unknown>;
}

/** Can change what is there, too. */
export interface CommandingClient extends ApiClient {
  put: (path: string, body: object) => Promise<unknown>;
}

/** @param token of the API, where a gateway asks who comes */
export function createApiClient(baseUrl: string, token?: string): CommandingClient {
  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiRefused(response.status, `${method} ${path}`, text);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
  };
}
