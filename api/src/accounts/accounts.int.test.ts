import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountRowEntity } from '@gridfleet/shared/infra';
import type { Account } from '@gridfleet/shared/schema';
import { accountBody, createAccount, createStrategy } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
});
afterAll(() => api.close());
beforeEach(() => {
  api.node.failure = null;
});

const rows = async (): Promise<[number, number]> => [
  await api.count('account'),
  await api.count('account_credential'),
];

describe('adding an account', () => {
  test('stores it when the venue accepts the credentials, and shows no secret', async () => {
    const answer = await ann('POST', '/api/accounts', accountBody('  First '));
    expect(answer.status).toBe(201);
    const account = answer.body as Account;
    expect(account).toMatchObject({
      label: 'First',
      venue: 'binance',
      environment: 'sim',
      credentialFields: ['apiKey', 'secret'],
      isActive: true,
      tradingState: 'ACTIVE',
    });
    expect(account.fingerprint).toMatch(/^[0-9a-f]{12}$/);
    const list = await ann('GET', '/api/accounts');
    expect(list.body).toEqual({ items: [account] });
    expect((await ann('GET', `/api/accounts/${account.id}`)).body).toEqual(account);
  });

  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(accountBody().credentials).filter(([key]) => key !== name));

  test.each([
    ['a missing secret', { credentials: without('secret') }, 'CREDENTIAL_MISSING', 'body.credentials.secret'],
    ['a missing key', { credentials: without('apiKey') }, 'CREDENTIAL_MISSING', 'body.credentials.apiKey'],
    [
      'a blank key',
      { credentials: { apiKey: ' ', secret: 'x' } },
      'CREDENTIAL_MISSING',
      'body.credentials.apiKey',
    ],
    [
      'a refused secret',
      { credentials: { apiKey: 'k', secret: 'wrong' } },
      'CREDENTIALS_REFUSED',
      'body.credentials.secret',
    ],
    [
      'an unknown credential',
      { credentials: { apiKey: 'k', secret: 's', pin: '1' } },
      'VALIDATION_FAILED',
      'body.credentials.pin',
    ],
    ['a coin-margined venue', { venue: 'binancecoinm' }, 'VENUE_COIN_MARGINED', 'body.venue'],
    ['a venue we do not trade on', { venue: 'mtgox' }, 'VENUE_UNSUPPORTED', 'body.venue'],
    ['an unknown environment', { environment: 'casino' }, 'VALIDATION_FAILED', 'body.environment'],
    ['a label of blanks', { label: '   ' }, 'VALIDATION_FAILED', 'body.label'],
    ['a label that is a number', { label: 5 }, 'VALIDATION_FAILED', 'body.label'],
    ['an unknown field', { userId: 1 }, 'VALIDATION_FAILED', 'body.userId'],
  ])('refuses %s with the field, and stores nothing', async (_name, change, code, field) => {
    const before = await rows();
    const answer = await ann('POST', '/api/accounts', { ...accountBody(), ...change });
    expect(answer.status, answer.text).toBe(400);
    expect(answer.error.code).toBe(code);
    expect(answer.error.details.map((detail) => detail.field)).toEqual([field]);
    expect(await rows()).toEqual(before);
  });

  test('stores nothing when the venue does not answer', async () => {
    const before = await rows();
    api.node.failure = { ok: false, code: 'VENUE_UNAVAILABLE', message: 'The exchange is down.' };
    const answer = await ann('POST', '/api/accounts', accountBody());
    expect([answer.status, answer.error.code]).toEqual([503, 'VENUE_UNAVAILABLE']);
    expect(await rows()).toEqual(before);
  });

  test('is refused for the simulator when there is none', async () => {
    const other = await startTestApi({ simUrl: null });
    try {
      const answer = await other.as('ann@example.org')('POST', '/api/accounts', accountBody());
      expect(answer.error).toMatchObject({
        code: 'VENUE_UNSUPPORTED',
        details: [{ field: 'body.environment' }],
      });
      expect(await other.count('account')).toBe(0);
    } finally {
      await other.close();
    }
  });
});

describe('an account that is not verified', () => {
  test('is invisible, and swept once it is old', async () => {
    const account = await createAccount(ann, 'Half');
    const { manager } = api.dataSource;
    await manager.update(AccountRowEntity, { id: account.id }, { verifiedAt: null });
    expect((await ann('GET', `/api/accounts/${account.id}`)).status).toBe(404);
    const list = (await ann('GET', '/api/accounts')).body as { items: Account[] };
    expect(list.items.map(({ id }) => id)).not.toContain(account.id);
    const restart = async (): Promise<void> =>
      (await startTestApi({ databaseUrl: api.config.databaseUrl })).close();
    await restart();
    expect(await manager.existsBy(AccountRowEntity, { id: account.id })).toBe(true);
    await manager.update(AccountRowEntity, { id: account.id }, { createdAt: new Date(Date.now() - 301_000) });
    await restart();
    expect(await manager.existsBy(AccountRowEntity, { id: account.id })).toBe(false);
    const secrets = 'SELECT * FROM account_credential WHERE account_id = ?';
    expect(await api.dataSource.query(secrets, [account.id])).toEqual([]);
  });
});

describe('changing an account', () => {
  test('renames and deactivates without asking the venue', async () => {
    const account = await createAccount(ann);
    api.node.asked.length = 0;
    const answer = await ann('PUT', `/api/accounts/${account.id}`, { label: 'Renamed', isActive: false });
    expect(answer.body).toMatchObject({
      label: 'Renamed',
      isActive: false,
      fingerprint: account.fingerprint,
    });
    expect(api.node.asked).toEqual([]);
  });

  test('replaces credentials that the venue accepts, and leaves no other row behind', async () => {
    const account = await createAccount(ann);
    const before = await rows();
    const credentials = { apiKey: 'another-key', secret: 'good-secret-2' };
    const answer = await ann('PUT', `/api/accounts/${account.id}`, { credentials });
    expect(answer.status, answer.text).toBe(200);
    expect((answer.body as Account).fingerprint).not.toBe(account.fingerprint);
    expect(await rows()).toEqual(before);
  });

  test('keeps the old credentials when the new ones are refused', async () => {
    const account = await createAccount(ann);
    const sealed = (): Promise<unknown> =>
      api.dataSource.query('SELECT * FROM account_credential WHERE account_id = ? ORDER BY name', [
        account.id,
      ]);
    const before = [await rows(), await sealed()];
    const answer = await ann('PUT', `/api/accounts/${account.id}`, {
      credentials: { apiKey: 'k', secret: 'wrong' },
    });
    expect(answer.error).toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      details: [{ field: 'body.credentials.secret' }],
    });
    expect([await rows(), await sealed()]).toEqual(before);
  });

  test('refuses new credentials while a strategy of the account runs', async () => {
    const account = await createAccount(ann);
    const strategy = await createStrategy(ann, account.id);
    expect((await ann('POST', `/api/strategies/${strategy.id}/start`)).status).toBe(200);
    const before = await rows();
    const answer = await ann('PUT', `/api/accounts/${account.id}`, {
      credentials: accountBody().credentials,
    });
    expect([answer.status, answer.error.code]).toEqual([409, 'ACCOUNT_IN_USE']);
    expect(await rows()).toEqual(before);
  });

  test('refuses an empty change', async () => {
    const account = await createAccount(ann);
    const answer = await ann('PUT', `/api/accounts/${account.id}`, {});
    expect(answer.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'body' }] });
  });
});

describe('deleting an account', () => {
  test('removes the secrets physically and hides the account', async () => {
    const account = await createAccount(ann);
    const [accounts, secrets] = await rows();
    expect((await ann('DELETE', `/api/accounts/${account.id}`)).status).toBe(204);
    expect(await rows()).toEqual([accounts, secrets - 2]);
    expect((await ann('GET', `/api/accounts/${account.id}`)).status).toBe(404);
    expect((await ann('DELETE', `/api/accounts/${account.id}`)).status).toBe(404);
  });

  test('is refused while a strategy uses it, and possible once that is deleted', async () => {
    const account = await createAccount(ann);
    const strategy = await createStrategy(ann, account.id);
    const refused = await ann('DELETE', `/api/accounts/${account.id}`);
    expect([refused.status, refused.error.code]).toEqual([409, 'ACCOUNT_IN_USE']);
    expect((await ann('DELETE', `/api/strategies/${strategy.id}`)).status).toBe(204);
    expect((await ann('DELETE', `/api/accounts/${account.id}`)).status).toBe(204);
  });
});

describe('asking the venue', () => {
  test('gives balances, markets and quotes', async () => {
    const { id } = await createAccount(ann);
    expect((await ann('GET', `/api/accounts/${id}/balances`)).body).toEqual({
      items: [{ asset: 'USDT', free: '90', locked: '10', total: '100', reserved: '0', reservedBy: [] }],
    });
    const markets = (await ann('GET', `/api/accounts/${id}/markets`)).body as { items: { symbol: string }[] };
    expect(markets.items.map(({ symbol }) => symbol)).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect((await ann('GET', `/api/accounts/${id}/quote?market=BTC/USDT`)).body).toEqual({
      bid: '60000',
      ask: '60000.01',
      last: '60000',
      time: '2026-01-31T12:00:00.000Z',
    });
  });

  test('names the field of an unknown or missing market', async () => {
    const { id } = await createAccount(ann);
    const unknown = await ann('GET', `/api/accounts/${id}/quote?market=NO/SUCH`);
    expect(unknown.error).toMatchObject({ code: 'MARKET_UNKNOWN', details: [{ field: 'query.market' }] });
    const missing = await ann('GET', `/api/accounts/${id}/quote`);
    expect(missing.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'query.market' }] });
  });
});

describe('without a living node', () => {
  test('answers at once that there is none, and stores nothing', async () => {
    const lonely = await startTestApi();
    try {
      await lonely.node.stop();
      const began = performance.now();
      const answer = await lonely.as('ann@example.org')('POST', '/api/accounts', accountBody());
      expect([answer.status, answer.error.code]).toEqual([503, 'NO_NODE_AVAILABLE']);
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(await lonely.count('account')).toBe(0);
      expect(await lonely.count('account_credential')).toBe(0);
    } finally {
      await lonely.close();
    }
  });
});
