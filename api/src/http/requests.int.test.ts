import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_OWNER } from './identity.js';
import { accountBody } from '../testing/fixtures.js';
import { PROXY_SECRET, startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
});
afterAll(() => api.close());

describe('every error', () => {
  test.each([
    ['an unknown address', 'GET', '/api/nope', undefined, {}, 404, 'NOT_FOUND'],
    ['an unknown method', 'DELETE', '/api/trades', undefined, {}, 404, 'NOT_FOUND'],
    ['an id that is none', 'GET', '/api/strategies/x', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['an id of nothing', 'GET', '/api/strategies/999999', undefined, {}, 404, 'NOT_FOUND'],
    ['an id beyond all ids', 'GET', '/api/strategies/99999999999', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['half a JSON', 'POST', '/api/accounts', '{"label":', {}, 400, 'MALFORMED_JSON'],
    ['a prototype in JSON', 'POST', '/api/accounts', '{"__proto__":{}}', {}, 400, 'MALFORMED_JSON'],
    ['no body', 'POST', '/api/accounts', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['an empty body', 'POST', '/api/accounts', '', {}, 400, 'VALIDATION_FAILED'],
    ['a body that is a list', 'POST', '/api/accounts', '[]', {}, 400, 'VALIDATION_FAILED'],
    ['a body that is null', 'POST', '/api/accounts', 'null', {}, 400, 'VALIDATION_FAILED'],
    [
      'a body that is no JSON',
      'POST',
      '/api/accounts',
      'a=b',
      { 'content-type': 'text/plain' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a huge body', 'POST', '/api/accounts', `"${'x'.repeat(300_000)}"`, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['a broken address', 'GET', '/api/strategies/%zz', undefined, {}, 404, 'NOT_FOUND'],
  ] as const)('has the one shape: %s', async (_name, method, url, body, headers, status, code) => {
    const answer = await ann(method, url, body, headers);
    expect([answer.status, answer.error.code], answer.text).toEqual([status, code]);
    expect(answer.error).toEqual({
      code,
      message: expect.stringMatching(/\.$/) as string,
      requestId: answer.headers['x-request-id'],
      details: expect.any(Array) as unknown[],
    });
  });

  test('names each field once, and all of them', async () => {
    const answer = await ann('POST', '/api/accounts', { label: '', venue: 1, environment: 'x', extra: true });
    const fields = answer.error.details.map(({ field }) => field);
    expect(new Set(fields)).toEqual(
      new Set(['body.label', 'body.venue', 'body.environment', 'body.extra', 'body.credentials']),
    );
    expect(fields).toHaveLength(5);
    expect(answer.error.details).toContainEqual({
      field: 'body.environment',
      code: 'ANY_OF',
      message: 'body.environment must be one of "live", "testnet", "sim", "paper".',
    });
  });

  test('of ours reveals nothing', async () => {
    await api.dataSource.query('RENAME TABLE cycle TO cycle_away');
    try {
      const answer = await ann('GET', '/api/trades/stats');
      expect(answer.status).toBe(500);
      expect(answer.error).toEqual({
        code: 'INTERNAL',
        message: 'The request failed. Report the request id.',
        requestId: answer.headers['x-request-id'],
        details: [],
      });
    } finally {
      await api.dataSource.query('RENAME TABLE cycle_away TO cycle');
    }
  });
});

describe('identity', () => {
  const send = (headers: Record<string, string>) => api.app.inject({ url: '/api/accounts', headers });
  const secret = { 'x-gridfleet-proxy-secret': PROXY_SECRET };

  test.each([
    ['nothing', {}],
    ['an address without the secret', { 'x-forwarded-email': 'ann@example.org' }],
    ['a wrong secret', { 'x-gridfleet-proxy-secret': `${PROXY_SECRET}x`, 'x-forwarded-email': 'a@b.c' }],
    ['the secret without an address', secret],
    ['an endless address', { ...secret, 'x-forwarded-email': 'a'.repeat(256) }],
  ])('is refused with %s', async (_name, headers) => {
    const response = await send(headers);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('makes a user on first sight, whatever the letters’ case, once', async () => {
    const before = await api.count('user');
    const headers = { ...secret, 'x-forwarded-email': 'New@Example.org' };
    const all = await Promise.all(Array.from({ length: 5 }, () => send(headers)));
    expect(all.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect((await send({ ...secret, 'x-forwarded-user': 'new@example.org' })).statusCode).toBe(200);
    expect(await api.count('user')).toBe(before + 1);
  });

  test('is not needed for health', async () => {
    for (const url of ['/health', '/health/live', '/health/ready', '/health/redis']) {
      expect((await api.app.inject({ url })).statusCode, url).toBe(200);
    }
  });
});

describe('requests of other web sites', () => {
  test('are refused by their origin', async () => {
    const from = (origin: string) =>
      ann('POST', '/api/accounts', accountBody(), { origin, host: 'gridfleet.example' });
    for (const origin of ['https://evil.example', 'null', 'https://gridfleet.example.evil', 'nonsense']) {
      const answer = await from(origin);
      expect([answer.status, answer.error.code], origin).toEqual([403, 'FORBIDDEN_ORIGIN']);
    }
    expect(await api.count('account')).toBe(0);
    const own = await from('https://gridfleet.example');
    expect(own.status, own.text).toBe(201);
  });
});

describe('without a gateway', () => {
  test('everybody is the local owner, and only loopback names are answered', async () => {
    const local = await startTestApi({ proxySecret: null });
    try {
      const get = (host: string) => local.app.inject({ url: '/api/accounts', headers: { host } });
      for (const host of ['localhost', 'localhost:8420', '127.0.0.1:8420', '[::1]:8420', 'LOCALHOST']) {
        expect((await get(host)).statusCode, host).toBe(200);
      }
      for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1']) {
        expect((await get(host)).statusCode, host).toBe(403);
      }
      const users: { email: string }[] = await local.dataSource.query('SELECT email FROM user');
      expect(users).toEqual([{ email: LOCAL_OWNER }]);
    } finally {
      await local.close();
    }
  });
});

describe('answers', () => {
  test('carry a request id of ours and security headers', async () => {
    const { headers } = await ann('GET', '/api/accounts', undefined, { 'x-request-id': 'mine' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  test('to what is not HTTP do not crash the process', async () => {
    if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 });
    const address = api.app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const status = await new Promise((resolve, reject) => {
      const headers = { 'x-big': 'x'.repeat(20_000) };
      httpRequest({ host: '127.0.0.1', port, path: '/health', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
    expect((await ann('GET', '/health/live')).status).toBe(200);
  });
});
