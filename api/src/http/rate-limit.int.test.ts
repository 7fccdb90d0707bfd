import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenCreated } from '@gridfleet/shared/schema';
import { startTestApi, type TestApi } from '../testing/test-api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ apiRateLimit: 5 });
});
afterAll(() => api.close());

describe('the rate limit', () => {
  test('refuses a user beyond it, says when to come back, and leaves others alone', async () => {
    const ann = api.as('ann@example.org');
    const answers = [];
    for (let i = 0; i < 7; i += 1) answers.push(await ann('GET', '/api/venues'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const last = answers.at(-1);
    expect(last?.error.code).toBe('TOO_MANY_REQUESTS');
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(last?.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await api.as('bob@example.org')('GET', '/api/venues')).status).toBe(200);
  });

  test('counts each token by itself, apart from the person it belongs to', async () => {
    const carl = api.as('carl@example.org');
    const tokens: Record<string, string>[] = [];
    for (const name of ['one', 'two']) {
      const { body } = await carl('POST', '/api/tokens', { name, scopes: ['read'] });
      tokens.push({ authorization: `Bearer ${(body as TokenCreated).token}` });
    }
    const [one, two] = tokens;
    const statuses = [];
    for (let i = 0; i < 6; i += 1) statuses.push((await carl('GET', '/api/venues', undefined, one)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await carl('GET', '/api/venues', undefined, two)).status).toBe(200);
    // Two of his own five went into making the tokens.
    const own = [];
    for (let i = 0; i < 4; i += 1) own.push((await carl('GET', '/api/venues')).status);
    expect(own).toEqual([200, 200, 200, 429]);
  });

  test('does not count what is refused without an identity, nor health checks', async () => {
    for (let i = 0; i < 10; i += 1) {
      expect((await api.app.inject({ url: '/health/live' })).statusCode).toBe(200);
      expect((await api.app.inject({ url: '/api/venues' })).statusCode).toBe(401);
    }
  });
});
