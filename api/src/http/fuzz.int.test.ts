import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { fuzz } from '../testing/fuzz.js';
import { readOperations } from '../testing/openapi-document.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

/** The command `npm run fuzz:api` sets both; within the suite a short form runs. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? '500');
const SEED = Number(process.env['FUZZ_SEED'] ?? '1');
const MS_PER_REQUEST = 200;

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ logLevel: 'fatal' });
  for (const email of ['ann@example.org', 'bob@example.org']) {
    const account = await createAccount(api.as(email));
    await createStrategy(api.as(email), account.id);
  }
});
afterAll(() => api.close());

test(
  `${REQUESTS} hostile requests (seed ${SEED}) bring no 5xx, no undeclared answer, no crash and no partial write`,
  async () => {
    const report = await fuzz(api, await readOperations(api.app), { requests: REQUESTS, seed: SEED });
    process.stdout.write(`${JSON.stringify({ ...report, problems: report.problems.length })}\n`);
    expect(report.problems).toEqual([]);
    expect(report.requests).toBe(REQUESTS);
    expect(report.writesChecked).toBeGreaterThan(REQUESTS / 10);
    const health = await api.app.inject({ url: '/health' });
    expect(health.statusCode).toBe(200);
  },
  60_000 + REQUESTS * MS_PER_REQUEST,
);
