import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '@gridfleet/shared/schema';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { BODY_EXAMPLES } from './example-values.js';

interface Media {
  schema: object;
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}
interface Operation {
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

let api: TestApi;
let operations: { name: string; method: string; path: string; operation: Operation }[];
let shared: Record<string, { value: { code: string } }>;
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);

beforeAll(async () => {
  api = await startTestApi();
  const document = (await api.app.inject({ url: '/docs/json' })).json<{
    paths: Record<string, Record<string, Operation>>;
    components: { examples: typeof shared };
  }>();
  shared = document.components.examples;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
});
afterAll(() => api.close());

/** What is wrong with an example, null when it fits. */
function misfit(name: string, media: Media): string | null {
  const validate = ajv.compile(media.schema);
  if (validate(media.example)) return null;
  const [error] = validate.errors ?? [];
  return `${name}: ${error?.instancePath ?? ''} ${error?.message ?? ''}`;
}

describe('examples of the OpenAPI document', () => {
  test('are there for every body and every answer, and fit their schemas', () => {
    let bodies = 0;
    let answers = 0;
    const misfits: (string | null)[] = [];
    for (const { name, operation } of operations) {
      const body = operation.requestBody?.content['application/json'];
      if (body !== undefined) {
        bodies += 1;
        misfits.push(misfit(name, body));
      }
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const media = content?.['application/json'];
        if (media === undefined || Number(status) >= 400) continue;
        answers += 1;
        misfits.push(misfit(`${name} ${status}`, media));
      }
    }
    expect(misfits.filter((each) => each !== null)).toEqual([]);
    expect([bodies, answers].every((count) => count > 25)).toBe(true);
    const names = new Set(operations.map(({ name }) => name));
    expect(Object.keys(BODY_EXAMPLES).filter((name) => !names.has(name))).toEqual([]);
  });

  test('show each error code that a route declares', () => {
    for (const { name, operation } of operations) {
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || !name.includes('/api/')) continue;
        const codes = description.split(', ');
        expect(Object.keys(content?.['application/json']?.examples ?? {}), `${name} ${status}`).toEqual(
          codes,
        );
        for (const code of codes) expect(shared[code]?.value.code, `${name} ${status}`).toBe(code);
      }
    }
    expect(Object.keys(shared).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test('of bodies are taken: what they are about may be absent, never their shape', async () => {
    const ann = api.as('ann@example.org');
    const refused: string[] = [];
    for (const { name, method, path, operation } of operations) {
      const media = operation.requestBody?.content['application/json'];
      if (media === undefined) continue;
      const url = path.replaceAll(/\{\w+\}/g, '2000000000');
      const query = path === '/api/risk/limits' ? '?scope=platform' : '';
      const answer = await ann(method as 'POST' | 'PUT', url + query, media.example);
      // Accounts and strategies of these ids there are none; everything else has to be right.
      const { code, details } = answer.status < 400 ? { code: 'OK', details: [] } : answer.error;
      const isAbsent = details.length > 0 && details.every((each) => each.code.endsWith('_UNKNOWN'));
      if ((code === 'VALIDATION_FAILED' && !isAbsent) || code === 'MALFORMED_JSON')
        refused.push(`${name}: ${answer.text}`);
      expect(answer.status, `${name}: ${answer.text}`).toBeLessThan(500);
    }
    expect(refused).toEqual([]);
  });
});
