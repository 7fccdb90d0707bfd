import type { ErrorBody } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGrid, type TestPlatform } from './harness/platform.js';
import type { Answer, Rest } from './harness/rest.js';
import { TEST_KEY, TEST_SECRET } from './harness/simulator.js';
import { startSystem, type TestSystem } from './harness/system.js';

let system: TestSystem;
let platform: TestPlatform;
let api: Rest;
let accountId: number;

beforeAll(async () => {
  system = await startSystem();
  ({ platform, api } = system);
  ({ accountId } = await createGrid(api));
});

afterAll(() => system.close());

/** Rows of everything a request could store. */
async function stored(): Promise<unknown> {
  return platform.rows.query(
    `SELECT (SELECT COUNT(*) FROM account) AS accounts, (SELECT COUNT(*) FROM account_credential) AS credentials,
            (SELECT COUNT(*) FROM strategy) AS strategies, (SELECT COUNT(*) FROM strategy_leg) AS legs,
            (SELECT COUNT(*) FROM run) AS runs`,
  );
}

const account = (change: object): object => ({
  label: 'x',
  venue: 'binance',
  environment: 'sim',
  credentials: { apiKey: TEST_KEY, secret: TEST_SECRET },
  ...change,
});
const strategy = (params: object, leg: object = {}): object => ({
  name: 'x',
  kind: 'range-grid',
  params: { lower: '60000', upper: '63000', levels: 11, quantity: { value: '0.01' }, ...params },
  legs: [{ accountId, market: 'BTC/USDT', ...leg }],
});

describe('bad input gets a clear answer and leaves nothing behind', () => {
  const cases: [string, string, () => object, string, string][] = [
    [
      'zero levels',
      '/api/strategies',
      () => strategy({ levels: 0 }),
      'VALIDATION_FAILED',
      'body.params.levels',
    ],
    [
      'a range upside down',
      '/api/strategies',
      () => strategy({ lower: '63000', upper: '60000' }),
      'PLAN_REFUSED',
      'body.params.upper',
    ],
    [
      'a negative quantity',
      '/api/strategies',
      () => strategy({ quantity: { value: '-1' } }),
      'VALIDATION_FAILED',
      'body.params.quantity.value',
    ],
    [
      'a quantity as a number',
      '/api/strategies',
      () => strategy({ quantity: { value: 0.01 } }),
      'VALIDATION_FAILED',
      'body.params.quantity.value',
    ],
    [
      'an unknown parameter',
      '/api/strategies',
      () => strategy({ leverage: 3 }),
      'VALIDATION_FAILED',
      'body.params.leverage',
    ],
    [
      'a missing parameter',
      '/api/strategies',
      () => strategy({ upper: undefined }),
      'VALIDATION_FAILED',
      'body.params.upper',
    ],
    [
      'levels closer than the fees',
      '/api/strategies',
      () => strategy({ levels: 1000 }),
      'PLAN_REFUSED',
      'body.params.levels',
    ],
    [
      'a symbol the venue does not list',
      '/api/strategies',
      () => strategy({}, { market: 'NOPE/USDT' }),
      'MARKET_UNKNOWN',
      'body.legs.0.market',
    ],
    [
      'an account that does not exist',
      '/api/strategies',
      () => strategy({}, { accountId: 4711 }),
      'VALIDATION_FAILED',
      'body.legs.0.accountId',
    ],
    [
      'a wrong API secret',
      '/api/accounts',
      () => account({ credentials: { apiKey: TEST_KEY, secret: 'wrong' } }),
      'CREDENTIALS_REFUSED',
      'body.credentials.secret',
    ],
    [
      'an unknown API key',
      '/api/accounts',
      () => account({ credentials: { apiKey: 'x'.repeat(64), secret: 'y' } }),
      'CREDENTIALS_REFUSED',
      'body.credentials.apiKey',
    ],
    [
      'a missing key',
      '/api/accounts',
      () => account({ credentials: { secret: 'y' } }),
      'CREDENTIAL_MISSING',
      'body.credentials.apiKey',
    ],
    [
      'a missing label',
      '/api/accounts',
      () => account({ label: undefined }),
      'VALIDATION_FAILED',
      'body.label',
    ],
  ];

  it.each(cases)('%s', async (_name, path, body, code, field) => {
    const before = await stored();
    const answer: Answer<ErrorBody> = await api.post(path, body());
    expect(answer.body.code).toBe(code);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body.details.map((detail) => detail.field)).toContain(field);
    expect(answer.body.message).not.toBe('');
    expect(await stored()).toEqual(before);
  });

  it('malformed JSON', async () => {
    const before = await stored();
    const answer = await api.raw<ErrorBody>('POST', '/api/strategies', '{"name": ');
    expect(answer).toMatchObject({ status: 400, body: { code: 'MALFORMED_JSON' } });
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['GET', '/api/strategies/4711'],
    ['POST', '/api/strategies/4711/start'],
    ['GET', '/api/accounts/4711/balances'],
    ['DELETE', '/api/accounts/4711'],
  ])('%s %s: an id that is not there', async (method, path) => {
    expect(await api.send<ErrorBody>(method, path)).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });

  it('never shows a secret again', async () => {
    const answer = await api.get(`/api/accounts/${accountId}`);
    expect(JSON.stringify(answer.body)).not.toContain(TEST_SECRET);
    expect(JSON.stringify(answer.body)).not.toContain(TEST_KEY);
    const dump = JSON.stringify(await platform.rows.query('SELECT * FROM account_credential'));
    expect(dump).not.toContain(TEST_SECRET);
    expect(dump).not.toContain(TEST_KEY);
  });
});
