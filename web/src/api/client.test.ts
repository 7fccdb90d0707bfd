import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.js';
import { command, get } from './client.js';

function respond(status: number, body: string): ReturnType<typeof vi.fn<typeof fetch>> {
  const stub = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(status === 204 ? null : body, { status })),
  );
  vi.stubGlobal('fetch', stub);
  return stub;
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error('no ApiError was thrown');
  return error;
}

afterEach(() => vi.unstubAllGlobals());

describe('API client', () => {
  it('leaves undefined query fields out', async () => {
    const stub = respond(200, '{"items":[]}');
    await get('/api/trades', undefined, { limit: 10, cursor: undefined });
    expect(stub.mock.calls[0]?.[0]).toBe('/api/trades?limit=10');
  });

  it('reads the error envelope with its fields', async () => {
    const details = [{ field: 'body.name', code: 'MIN_LENGTH', message: 'too short' }];
    respond(400, JSON.stringify({ code: 'VALIDATION_FAILED', message: 'bad', requestId: 'r1', details }));
    const error = await failure(get('/api/accounts'));
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', status: 400, requestId: 'r1', details });
  });

  it('reports a page of a proxy as an unreadable answer', async () => {
    respond(502, '<html>Bad gateway</html>');
    expect(await failure(get('/api/accounts'))).toMatchObject({ code: 'BAD_RESPONSE', status: 502 });
  });

  it('tells an unreachable API from one that does not answer in time', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    expect((await failure(get('/api/accounts'))).code).toBe('NETWORK');
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new DOMException('', 'TimeoutError')));
    expect((await failure(get('/api/accounts'))).code).toBe('TIMEOUT');
    vi.restoreAllMocks();
  });

  it('gives every command its own idempotency key, and a body only when there is one', async () => {
    const stub = respond(204, '');
    await command('POST', '/api/strategies/1/start');
    await command('POST', '/api/strategies/1/stop', { orders: 'keep-orders' });
    const [start, stop] = stub.mock.calls.map(([, init]) => init);
    const key = (init: RequestInit | undefined) => new Headers(init?.headers).get('idempotency-key');
    expect(key(start)).toMatch(/^[0-9a-f-]{32,36}$/);
    expect(key(start)).not.toBe(key(stop));
    expect(start?.body).toBeNull();
    expect(new Headers(start?.headers).has('content-type')).toBe(false);
    expect(stop?.body).toBe('{"orders":"keep-orders"}');
  });
});
