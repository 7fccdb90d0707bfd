import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('does not count what is refused without an identity, nor health checks', async () => {
    for (let i = 0; i < 10; i += 1) {
      expect((await api.app.inject({ url: '/health/live' })).statusCode).toBe(200);
      expect((await api.app.inject({ url: '/api/venues' })).statusCode).toBe(401);
    }
  });
});
