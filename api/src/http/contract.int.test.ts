import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesOf, Contract, declares, fitting, leastRole, paramsOf, queryOf } from '../testing/contract.js';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { planProvocations } from '../testing/provocations/plan.js';
import { recordProvocations } from '../testing/provocations/records.js';
import { stateProvocations } from '../testing/provocations/state.js';
import { venueProvocations } from '../testing/provocations/venue.js';
import { makeWorld } from '../testing/provocations/world.js';
import { readOperations, urlOf, type Operation } from '../testing/openapi-document.js';
import { requestHash } from './idempotency.js';
import { EXPORTS_PER_MINUTE } from './rate-limit.js';
import { compileValidator } from './validation.js';
import { PROXY_SECRET, startTestApi, type Answer, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let operations: Operation[];
const contract = new Contract();
const judged: Contract['judged'] = (operation, answer) => contract.judged(operation, answer);
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

async function ask(
  operation: Operation,
  url: string,
  body: unknown,
  { as = 'ann@example.org', headers = {} }: { as?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return api.as(as)(operation.method, url, body, headers);
}

/** Codes no request brings about; the shape of INTERNAL is tested where it is made. */
const UNREACHED: ReadonlySet<string> = new Set(['INTERNAL']);
/** What takes more than a request. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  // Somebody else changes the same thing between two statements.
  'POST /api/strategies EDIT_CONFLICT',
  'PUT /api/strategies/{id} EDIT_CONFLICT',
  'POST /api/strategies/{id}/copy EDIT_CONFLICT',
  'POST /api/templates/{id}/apply EDIT_CONFLICT',
  'PUT /api/notifications/{id} EDIT_CONFLICT',
  // A machine that has bought: edit.int.test.ts.
  'PUT /api/strategies/{id} INVENTORY_HELD',
]);

describe('every route of the document', () => {
  test('refuses strangers and foreign origins, as it declares', async () => {
    for (const operation of operations) {
      const url = urlOf(operation, paramsOf(operation, '1'));
      const stranger = await api.app.inject({ method: operation.method, url });
      const { statusCode: status, headers, body: text } = stranger;
      expect(judged(operation, { status, headers, text }), operation.name).toBe('UNAUTHENTICATED');
      const spoofed = await api.app.inject({
        method: operation.method,
        url,
        headers: { 'x-forwarded-email': 'ann@example.org', 'x-gridfleet-proxy-secret': 'guess' },
      });
      expect(spoofed.statusCode, operation.name).toBe(401);
      const foreign = await ask(operation, url, undefined, { headers: { origin: 'https://evil.example' } });
      expect(judged(operation, foreign), operation.name).toBe('FORBIDDEN_ORIGIN');
      for (const declared of ['401', '403', '429', '500', '503']) {
        expect(operation.responses, `${operation.name} ${declared}`).toHaveProperty(declared);
      }
    }
  });

  test('refuses people who were deactivated, whatever it is', async () => {
    const gone = { as: 'gone@example.org' };
    await api.as(gone.as)('GET', '/api/me');
    await api.dataSource.query('UPDATE user SET is_active = 0 WHERE email = ?', [gone.as]);
    const other = await startTestApi({ databaseUrl: api.config.databaseUrl });
    try {
      for (const operation of operations) {
        const url = urlOf(operation, paramsOf(operation, '1'));
        const answer = await other.as(gone.as)(operation.method, url);
        expect(judged(operation, answer), operation.name).toBe('FORBIDDEN');
      }
    } finally {
      await other.close();
    }
  });

  test('refuses questions and keys that are not as declared', async () => {
    for (const operation of operations.filter(({ responses }) => declares(responses, 'VALIDATION_FAILED'))) {
      const url = urlOf(operation, paramsOf(operation, '1')) + queryOf(operation);
      const asked = `${url}${url.includes('?') ? '&' : '?'}noSuchField=1`;
      const isAsked = operation.parameters.some((one) => one.in === 'query');
      const isBody = operation.body !== null;
      const answer = await ask(operation, isAsked ? asked : url, isBody ? fitting(operation) : undefined, {
        headers: { 'idempotency-key': 'ä' },
      });
      judged(operation, answer);
    }
  });

  test('refuses a key of another request, and one whose request is not over', async () => {
    const ann = (await api.as('ann@example.org')('GET', '/api/me')).body as { id: number };
    const store = (key: string, hash: string): Promise<unknown> =>
      api.dataSource.query(
        'INSERT INTO idempotency (user_id, idempotency_key, request_hash, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
        [ann.id, key, hash],
      );
    const repeatable = operations.filter(({ responses }) => declares(responses, 'IDEMPOTENCY_KEY_REUSED'));
    expect(repeatable.length).toBeGreaterThan(20);
    for (const [i, operation] of repeatable.entries()) {
      const { method } = operation;
      const url = urlOf(operation, paramsOf(operation, '2147483647')) + queryOf(operation);
      const body = operation.body === null ? undefined : fitting(operation);
      const send = (key: string): Promise<Answer> =>
        ask(operation, url, body, { headers: { 'idempotency-key': key } });
      await store(`other-${i}`, '0'.repeat(64));
      expect(judged(operation, await send(`other-${i}`)), operation.name).toBe('IDEMPOTENCY_KEY_REUSED');
      const whole = structuredClone(body);
      if (operation.body !== null) compileValidator(operation.body, 'body')(whole);
      const hash = requestHash({ method, url, body: whole }, api.config.encryptionKey);
      await store(`same-${i}`, hash);
      expect(judged(operation, await send(`same-${i}`)), operation.name).toBe('IDEMPOTENCY_IN_PROGRESS');
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
        const url = urlOf(operation, paramsOf(operation, '1'));
        const send = (): Promise<Answer> => limited.as('ann@example.org')(operation.method, url);
        // Files are counted by themselves.
        const before = operation.path.includes('/exports/') ? EXPORTS_PER_MINUTE : 0;
        for (let i = 0; i < before; i += 1) await send();
        expect(judged(operation, await send()), operation.name).toBe('TOO_MANY_REQUESTS');
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
        const { statusCode: status, headers, body: text } = answer;
        expect(judged(operation, { status, headers, text }), operation.name).toBe('DEPENDENCY_UNAVAILABLE');
        expect(answer.headers['retry-after'], operation.name).toBeDefined();
      }
    } finally {
      await cut.abandon();
    }
  });

  test('says of ids in its question that there is nothing', async () => {
    for (const operation of operations.filter(({ responses }) => declares(responses, 'NOT_FOUND'))) {
      const names = operation.parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      const name = ['strategyId', 'accountId', 'ids'].find((each) => names.includes(each));
      if (operation.path.includes('{') || name === undefined) continue;
      if (ELSEWHERE.has(`${operation.name} NOT_FOUND`)) continue;
      const query = new URLSearchParams(queryOf(operation));
      query.set(name, '2147483647');
      const answer = await ask(operation, `${operation.path}?${query.toString()}`, undefined);
      expect(judged(operation, answer), operation.name).toBe('NOT_FOUND');
    }
  });

  test('answers as declared to what venues, plans and the state of things make impossible', async () => {
    const world = await makeWorld(api, api.as('ann@example.org'), 'Provoked');
    const provocations = [
      ...venueProvocations(world),
      ...planProvocations(world),
      ...(await stateProvocations(world)),
      ...(await recordProvocations(world)),
    ];
    const wrong: string[] = [];
    for (const { route, code, ask: provoke } of provocations) {
      const operation = operations.find(({ name }) => name === route);
      if (operation === undefined) throw new Error(`the document has no route ${route}`);
      if (!declares(operation.responses, code)) continue;
      const got = judged(operation, await provoke());
      if (got !== code) wrong.push(`${route} ${code}: ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  test('answers with every error that it declares', () => {
    const declared = operations.flatMap(({ name, responses }) =>
      codesOf(responses)
        .filter((code) => !UNREACHED.has(code))
        .map((code) => `${name} ${code}`),
    );
    expect(declared.filter((pair) => !contract.seen.has(pair) && !ELSEWHERE.has(pair))).toEqual([]);
    // What is met, or declared no more, needs no excuse.
    expect([...ELSEWHERE].filter((pair) => contract.seen.has(pair) || !declared.includes(pair))).toEqual([]);
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
