import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Redis } from '@gridfleet/shared/infra';
import type { Account } from '@gridfleet/shared/schema';
import { accountBody, createStrategy } from '../testing/fixtures.js';
import { startTestApi, type Answer, type Caller, type TestApi } from '../testing/test-api.js';

/** Whatever contains one of these has leaked a secret. */
const CANARIES = ['good-secret-canary-7f3a', 'key-canary-91bd', 'wrong-canary-c2e8'];
const [SECRET = '', KEY = '', WRONG = ''] = CANARIES;

let api: TestApi;
const answers: Answer[] = [];

async function redisText(redis: Redis): Promise<string> {
  const texts: string[] = [];
  for (const key of await redis.keys('*')) {
    texts.push(key, (await redis.dumpBuffer(key)).toString('latin1'));
  }
  return texts.join('\n');
}

async function databaseText(): Promise<string> {
  const tables: Record<string, string>[] = await api.dataSource.query('SHOW TABLES');
  const texts: string[] = [];
  for (const table of tables.flatMap((row) => Object.values(row))) {
    texts.push(JSON.stringify(await api.dataSource.query(`SELECT * FROM \`${table}\``)));
  }
  return texts.join('\n');
}

beforeAll(async () => {
  api = await startTestApi();
  const caller = api.as('ann@example.org');
  const send: Caller = async (...request) => {
    const answer = await caller(...request);
    answers.push(answer);
    return answer;
  };
  const key = { 'idempotency-key': 'k-1' };
  const good = { ...accountBody(), credentials: { apiKey: KEY, secret: SECRET } };
  const bad = { ...accountBody(), credentials: { apiKey: KEY, secret: WRONG } };
  const account = (await send('POST', '/api/accounts', good, key)).body as Account;
  await send('POST', '/api/accounts', good, key);
  await send('POST', '/api/accounts', { ...good, label: 'Other' }, key);
  await send('POST', '/api/accounts', bad);
  await send('POST', '/api/accounts', { ...bad, venue: 'mtgox', [WRONG]: WRONG.length });
  await send('POST', '/api/accounts', JSON.stringify(good).slice(0, -3));
  await send('PUT', `/api/accounts/${account.id}`, { credentials: bad.credentials });
  await send('PUT', `/api/accounts/${account.id}`, { credentials: good.credentials });
  const strategy = await createStrategy(send, account.id);
  await send('POST', `/api/strategies/${strategy.id}/start`);
  await send('GET', '/api/accounts');
  await send('GET', `/api/accounts/${account.id}/balances`);
  // A failure inside: the statement that failed carries the sealed secrets, and is logged.
  await api.dataSource.query('ALTER TABLE account_credential RENAME TO account_credential_away');
  await send('POST', '/api/accounts', good);
  await api.dataSource.query('ALTER TABLE account_credential_away RENAME TO account_credential');
});
afterAll(() => api.close());

describe('secrets of an exchange account', () => {
  test('are in no answer, apart from a field name that the caller sent', () => {
    expect(answers.some(({ status }) => status === 500)).toBe(true);
    const text = answers.map((answer) => answer.text + JSON.stringify(answer.headers)).join('\n');
    for (const canary of [SECRET, KEY]) expect(text).not.toContain(canary);
    expect(text.replaceAll(`body.${WRONG}`, '')).not.toContain(WRONG);
  });

  test('are in no log, at the lowest level', () => {
    expect(api.log()).toContain('request failed');
    for (const canary of CANARIES) expect(api.log()).not.toContain(canary);
  });

  test('are in no job and nowhere in Redis', async () => {
    const text = await redisText(api.redis);
    expect(text).toContain('run-');
    for (const canary of CANARIES) expect(text).not.toContain(canary);
    expect(JSON.stringify(api.node.asked)).not.toContain('canary');
  });

  test('are in MySQL sealed only', async () => {
    const text = await databaseText();
    expect(text).toContain('sealed');
    for (const canary of CANARIES) expect(text).not.toContain(canary);
  });
});
