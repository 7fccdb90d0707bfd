import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenCreated } from '@gridfleet/shared/schema';
import { GOOD_SECRET, MAY_WITHDRAW } from '../testing/fake-node.js';
import { PROXY_SECRET, startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

const UI = 'https://grid.example.org';
const OTHER = 'https://tools.example.org';

let api: TestApi;
let ann: Caller;
beforeAll(async () => {
  api = await startTestApi({ corsOrigins: [OTHER] });
  ann = api.as('ann@example.org');
});
afterAll(() => api.close());

type Headers = Record<string, string | string[]>;
async function send(headers: Headers, method: 'GET' | 'POST' | 'OPTIONS' = 'GET', url = '/api/accounts') {
  const response = await api.app.inject({ method, url, headers: { host: 'grid.example.org', ...headers } });
  const { code } = response.body.startsWith('{') ? response.json<{ code?: string }>() : {};
  return { status: response.statusCode, code, headers: response.headers };
}
const secret = { 'x-gridfleet-proxy-secret': PROXY_SECRET };

describe('identity headers', () => {
  test.each<[string, Headers]>([
    ['without the secret', { 'x-forwarded-email': 'ann@example.org' }],
    [
      'with a wrong secret',
      { 'x-forwarded-email': 'ann@example.org', 'x-gridfleet-proxy-secret': 'x'.repeat(32) },
    ],
    [
      'with a part of it',
      { 'x-forwarded-email': 'a@b.c', 'x-gridfleet-proxy-secret': PROXY_SECRET.slice(0, -1) },
    ],
    [
      'with the secret twice',
      { 'x-forwarded-email': 'a@b.c', 'x-gridfleet-proxy-secret': [PROXY_SECRET, PROXY_SECRET] },
    ],
    ['that name nobody', { ...secret }],
    ['that are blank', { ...secret, 'x-forwarded-email': '' }],
    ['that name two people', { ...secret, 'x-forwarded-email': ['a@b.c', 'd@e.f'] }],
    [
      'that contradict each other',
      { ...secret, 'x-forwarded-email': 'a@b.c', 'x-auth-request-email': 'd@e.f' },
    ],
    ['that are too long', { ...secret, 'x-forwarded-email': `${'a'.repeat(250)}@b.org` }],
  ])('%s let nobody in', async (_, headers) => {
    expect(await send(headers)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test.each(['x-forwarded-email', 'x-auth-request-email', 'x-forwarded-user', 'x-auth-request-user'])(
    'of either set are understood: %s',
    async (name) => {
      expect((await send({ ...secret, [name]: 'Ann@example.org' })).status).toBe(200);
    },
  );
});

describe('API tokens', () => {
  const make = async (body: Record<string, unknown>): Promise<TokenCreated> => {
    const answer = await ann('POST', '/api/tokens', body);
    expect(answer.status, answer.text).toBe(201);
    return answer.body as TokenCreated;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  test('are shown once, stored as hashes, and work without the gateway', async () => {
    const made = await make({ name: 'bot', scopes: ['read'], expiresInDays: 1 });
    expect(made.token).toMatch(/^gft_[A-Za-z0-9_-]{43}$/);
    expect((await send(bearer(made.token))).status).toBe(200);
    const stored = JSON.stringify(await api.dataSource.query('SELECT * FROM api_token'));
    expect(stored).not.toContain(made.token);
    expect(JSON.stringify((await ann('GET', '/api/tokens')).body)).not.toContain(made.token);
    expect(api.log()).not.toContain(made.token);
    const audit = JSON.stringify(await api.dataSource.query('SELECT * FROM audit'));
    expect(audit).not.toContain(made.token);
  });

  test('end when they expire or are revoked', async () => {
    const made = await make({ name: 'short', scopes: ['read'] });
    await api.dataSource.query('UPDATE api_token SET expires_at = UTC_TIMESTAMP(3) WHERE id = ?', [made.id]);
    expect(await send(bearer(made.token))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const other = await make({ name: 'gone', scopes: ['read'] });
    expect((await ann('DELETE', `/api/tokens/${other.id}`)).status).toBe(204);
    expect((await send(bearer(other.token))).status).toBe(401);
  });

  test('of somebody else look absent and cannot be revoked', async () => {
    const made = await make({ name: 'mine', scopes: ['read'] });
    expect((await api.as('bob@example.org')('DELETE', `/api/tokens/${made.id}`)).status).toBe(404);
    expect((await send(bearer(made.token))).status).toBe(200);
  });

  test.each(['gft_', `gft_${'a'.repeat(43)}`, 'gft_../../etc', `gft_${'a'.repeat(5000)}`])(
    'that are guessed let nobody in, not even beside the gateway’s word: %s',
    async (token) => {
      const headers = { ...secret, 'x-forwarded-email': 'ann@example.org', ...bearer(token) };
      expect((await send(headers)).status).toBe(401);
    },
  );
});

describe('commands from a browser', () => {
  const session = { ...secret, 'x-forwarded-email': 'ann@example.org', cookie: '_oauth2_proxy=abc' };
  const code = (headers: Headers) => send({ ...session, ...headers }, 'POST', '/api/strategies/1/start');

  test.each<[string, Headers]>([
    ['another site', { origin: 'https://evil.example.com' }],
    ['a site that looks alike', { origin: 'https://grid.example.org.evil.com' }],
    ['an opaque origin', { origin: 'null' }],
    ['nowhere', {}],
    ['another site, the origin left out', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('that come from %s are refused', async (_, headers) => {
    expect(await code(headers)).toMatchObject({ status: 403, code: 'FORBIDDEN_ORIGIN' });
  });

  test('of our own page, of a listed one, and of programs without cookies are carried out', async () => {
    expect((await code({ origin: UI })).status).toBe(404);
    expect((await code({ 'sec-fetch-site': 'same-origin' })).status).toBe(404);
    expect((await code({ origin: OTHER })).status).toBe(404);
    const { cookie: _cookie, ...program } = session;
    expect((await send(program, 'POST', '/api/strategies/1/start')).status).toBe(404);
  });

  test('are announced to listed origins only, exactly', async () => {
    const preflight = (origin: string) =>
      send({ origin, 'access-control-request-method': 'POST' }, 'OPTIONS', '/api/strategies/1/start');
    const good = await preflight(OTHER);
    expect(good.status).toBe(204);
    expect(good.headers).toMatchObject({
      'access-control-allow-origin': OTHER,
      'access-control-allow-credentials': 'true',
    });
    for (const origin of [
      `${OTHER}.evil.com`,
      'http://tools.example.org',
      'https://TOOLS.example.org.',
      'null',
    ])
      expect((await preflight(origin)).headers['access-control-allow-origin'], origin).toBeUndefined();
  });

  test('get answers that no page may frame, sniff or keep', async () => {
    const { headers } = await send({ ...session });
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
  });
});

describe('a key that may withdraw', () => {
  const account = (change: Record<string, unknown>) => ({
    label: 'Rich',
    venue: 'binance',
    environment: 'sim',
    credentials: { apiKey: 'k', secret: `${GOOD_SECRET}${MAY_WITHDRAW}` },
    ...change,
  });

  test('is refused and nothing of it stays, unless somebody says that it must be', async () => {
    const before = await api.count('account_credential');
    const refused = await ann('POST', '/api/accounts', account({}));
    expect([refused.status, refused.error.code]).toEqual([400, 'WITHDRAWAL_PERMISSION']);
    expect(await api.count('account_credential')).toBe(before);
    const taken = await ann('POST', '/api/accounts', account({ allowWithdrawals: true }));
    expect(taken.status).toBe(201);
    const { id } = taken.body as { id: number };
    const { credentials } = account({});
    expect((await ann('PUT', `/api/accounts/${id}`, { credentials })).error.code).toBe(
      'WITHDRAWAL_PERMISSION',
    );
  });
});

describe('the audit log', () => {
  test('has every command with what was before and after, refused ones too, and no secret', async () => {
    const created = await ann('POST', '/api/accounts', {
      label: 'Audited',
      venue: 'binance',
      environment: 'sim',
      credentials: { apiKey: 'canary-key-123', secret: 'good-secret-canary' },
    });
    const { id } = created.body as { id: number };
    await ann('PUT', `/api/accounts/${id}`, { label: 'Renamed' });
    await ann('PUT', `/api/trading-state/account/${id}`, { state: 'HALTED' });
    await ann('POST', '/api/accounts', { label: '' });
    const rows = ((await ann('GET', '/api/audit?limit=50')).body as { items: Record<string, unknown>[] })
      .items;
    const of = (action: string, status: number) =>
      rows.find(
        (row) => row['action'] === action && (row['details'] as { status: number }).status === status,
      );
    expect(of('POST /api/accounts', 201)).toMatchObject({
      actor: 'ann@example.org',
      details: { result: { id } },
    });
    expect(of('PUT /api/accounts/:id', 200)).toMatchObject({
      target: `/api/accounts/${id}`,
      details: { before: { label: 'Audited' }, after: { label: 'Renamed' } },
    });
    expect(of('PUT /api/trading-state/account/:id', 200)).toMatchObject({
      details: { before: { trading_state: 'ACTIVE' }, after: { trading_state: 'HALTED' } },
    });
    expect(of('POST /api/accounts', 400)).toMatchObject({
      details: { result: { code: 'VALIDATION_FAILED' } },
    });
    expect(JSON.stringify(rows)).not.toMatch(/canary-key|good-secret/);
  });
});
