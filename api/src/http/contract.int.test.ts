import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { sampleOf } from '../testing/hostile-values.js';
import { readOperations, ResponseJudge, urlOf, type Operation } from '../testing/openapi-document.js';
import { Random } from '../testing/random.js';
import { ROUTE_ACCESS } from './route-access.js';
import { PROXY_SECRET, startTestApi, type Answer, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let operations: Operation[];
const judge = new ResponseJudge();
const random = new Random(7);
/** Streams answer by not ending. */
const STREAMS = new Set(['GET /api/events', 'GET /api/events/ws']);
/** Uploads take no JSON. */
const UPLOADS = new Set(['POST /api/candle-files']);

beforeAll(async () => {
  api = await startTestApi();
  operations = (await readOperations(api.app)).filter(({ name }) => !STREAMS.has(name));
  const account = await createAccount(api.as('ann@example.org'));
  await createStrategy(api.as('ann@example.org'), account.id);
});
afterAll(() => api.close());

/** The least role that may call it. */
function leastRole({ method, path }: Operation): string {
  const access = ROUTE_ACCESS[`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
  return access === undefined || access === 'open' ? 'nobody' : access.role;
}

function paramsOf(operation: Operation, value: string): Record<string, string> {
  return Object.fromEntries(
    operation.parameters.filter((one) => one.in === 'path').map(({ name }) => [name, value]),
  );
}

/** The query parameters that must be there, with values that fit. */
function queryOf(operation: Operation): string {
  const needed = operation.parameters.filter((one) => one.in === 'query' && one.required === true);
  const pairs = needed.map(({ name, schema }) => [name, String(sampleOf(schema, random))]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs as [string, string][]).toString()}`;
}

async function ask(
  operation: Operation,
  url: string,
  body: unknown,
  { as = 'ann@example.org', headers = {} }: { as?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return api.as(as)(operation.method, url, body, headers);
}

/** Judges the answer by the document and returns its code. */
function judged(operation: Operation, answer: Answer): string {
  const complaint = judge.complaint(
    operation,
    answer.status,
    typeof answer.headers['content-type'] === 'string' ? answer.headers['content-type'] : '',
    answer.text,
  );
  expect(complaint).toBeNull();
  return answer.status < 400 ? 'OK' : answer.error.code;
}

describe('every route of the document', () => {
  test('refuses strangers and foreign origins, as it declares', async () => {
    for (const operation of operations) {
      const url = urlOf(operation, paramsOf(operation, '1'));
      const stranger = await api.app.inject({ method: operation.method, url });
      expect(stranger.statusCode, operation.name).toBe(401);
      const spoofed = await api.app.inject({
        method: operation.method,
        url,
        headers: { 'x-forwarded-email': 'ann@example.org', 'x-gridfleet-proxy-secret': 'guess' },
      });
      expect(spoofed.statusCode, operation.name).toBe(401);
      const foreign = await ask(operation, url, undefined, { headers: { origin: 'https://evil.example' } });
      expect(judged(operation, foreign), operation.name).toBe('FORBIDDEN_ORIGIN');
      for (const status of ['401', '403', '429', '500', '503']) {
        expect(operation.responses, `${operation.name} ${status}`).toHaveProperty(status);
      }
    }
  });

  test('refuses ids that are none, and says of others’ and absent ids that there is nothing', async () => {
    for (const operation of operations.filter(({ path }) => path.includes('{'))) {
      const body = operation.body === null ? undefined : fitting(operation);
      const query = queryOf(operation);
      // Names are ids, too, but every text is one.
      if (operation.path.includes('{id}')) {
        const none = await ask(operation, urlOf(operation, paramsOf(operation, 'x')) + query, body);
        expect(judged(operation, none), operation.name).toBe('VALIDATION_FAILED');
      }
      for (const as of ['ann@example.org', 'bob@example.org']) {
        const id = as.startsWith('ann') ? '2147483647' : '1';
        const absent = await ask(operation, urlOf(operation, paramsOf(operation, id)) + query, body, { as });
        const isOwners = leastRole(operation) === 'owner' && as.startsWith('bob');
        expect(judged(operation, absent), `${operation.name} as ${as}`).toBe(
          isOwners ? 'FORBIDDEN' : 'NOT_FOUND',
        );
      }
    }
  });

  test('refuses bodies that are none, of another type, too large, or not as declared', async () => {
    for (const operation of operations.filter(({ method, name }) => method !== 'GET' && !UPLOADS.has(name))) {
      const url = urlOf(operation, paramsOf(operation, '1')) + queryOf(operation);
      expect(judged(operation, await ask(operation, url, '{"a":')), operation.name).toBe('MALFORMED_JSON');
      const text = await ask(operation, url, 'a=b', { headers: { 'content-type': 'text/plain' } });
      expect(judged(operation, text), operation.name).toBe('UNSUPPORTED_MEDIA_TYPE');
      const huge = await ask(operation, url, `"${'x'.repeat(5 * 1024 * 1024)}"`);
      expect(judged(operation, huge), operation.name).toBe('PAYLOAD_TOO_LARGE');
      if (operation.body === null) continue;
      const unknown = await ask(operation, url, { noSuchField: 1 });
      expect(judged(operation, unknown), operation.name).toBe('VALIDATION_FAILED');
      expect(unknown.error.details.length, operation.name).toBeGreaterThan(0);
    }
  });

  test('answers a request that fits with what it declares', async () => {
    const reached = new Map<string, number>();
    for (const operation of operations.filter(({ name }) => !UPLOADS.has(name))) {
      const url = urlOf(operation, paramsOf(operation, '1')) + queryOf(operation);
      const answer = await ask(operation, url, operation.body === null ? undefined : fitting(operation));
      judged(operation, answer);
      reached.set(operation.name, answer.status);
    }
    const good = [...reached].filter(([, status]) => status < 300);
    // The rest conflicts with what is there; their own tests reach them.
    expect(good.length, JSON.stringify([...reached])).toBeGreaterThan(operations.length / 2);
  });

  test('counts requests, and says so when it has had enough', async () => {
    const limited = await startTestApi({ apiRateLimit: 1 });
    try {
      await limited.as('ann@example.org')('GET', '/api/venues');
      for (const operation of operations) {
        // Files are counted by themselves.
        if (operation.path.includes('/exports/')) continue;
        const url = urlOf(operation, paramsOf(operation, '1'));
        const answer = await limited.as('ann@example.org')(operation.method, url);
        expect(judged(operation, answer), operation.name).toBe('TOO_MANY_REQUESTS');
      }
    } finally {
      await limited.close();
    }
  });

  test('says so when the message store is gone', async () => {
    const cut = await startTestApi();
    cut.redis.disconnect();
    try {
      for (const operation of operations) {
        const url = urlOf(operation, paramsOf(operation, '1'));
        const answer = await cut.app.inject({
          method: operation.method,
          url,
          headers: { 'x-gridfleet-proxy-secret': PROXY_SECRET, 'x-forwarded-email': 'ann@example.org' },
        });
        expect(answer.statusCode, operation.name).toBe(503);
        expect(answer.json<{ code: string }>().code).toBe('DEPENDENCY_UNAVAILABLE');
        expect(answer.headers['retry-after'], operation.name).toBeDefined();
      }
    } finally {
      await cut.abandon();
    }
  });

  test('declares errors of the one shape only, with their codes', () => {
    for (const { name, responses } of operations) {
      for (const [status, { description, content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        expect(description, `${name} ${status}`).toMatch(/^[A-Z][A-Z0-9_]+(?:, [A-Z][A-Z0-9_]+)*$/);
        const properties = content?.['application/json']?.schema.properties ?? {};
        expect(Object.keys(properties), `${name} ${status}`).toEqual([
          'code',
          'message',
          'requestId',
          'details',
        ]);
      }
    }
  });
});

/** A body that fits, with the fields that must be there. */
function fitting(operation: Operation): unknown {
  const only = new Random(1);
  only.chance = () => false;
  return operation.body === null ? undefined : withOne(sampleOf(operation.body, only), operation);
}

/** Some bodies need at least one field, whichever. */
function withOne(body: unknown, { body: schema, path }: Operation): unknown {
  if (typeof body !== 'object' || body === null || Object.keys(body).length > 0) return body;
  const [first] = Object.entries(schema?.properties ?? {});
  if (first === undefined || path.endsWith('/stop') || path.endsWith('/copy')) return body;
  return { [first[0]]: sampleOf(first[1], new Random(1)) };
}
