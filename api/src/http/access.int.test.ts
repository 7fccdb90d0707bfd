import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role, TokenCreated, TokenScope, UserDto } from '@gridfleet/shared/schema';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';
import { requireAccessEntries } from './access.js';
import { ROUTE_ACCESS } from './route-access.js';

const OWNER = 'owner@example.org';
const RANK: Readonly<Record<Role, number>> = { viewer: 0, trader: 1, owner: 2 };
const SCOPE_RANK: Readonly<Record<TokenScope, number>> = { read: 0, trade: 1, admin: 2 };
/** Streams never answer, and their access is the same as that of their neighbours. */
const STREAMS = new Set(['GET /api/events', 'GET /api/events/ws']);

let api: TestApi;
let owner: Caller;
let routes: { method: Parameters<Caller>[0]; route: string; url: string }[];
const token: Partial<Record<TokenScope, string>> = {};

beforeAll(async () => {
  api = await startTestApi();
  owner = api.as(OWNER);
  for (const role of ['viewer', 'trader', 'owner'] as const) {
    const answer = await owner('POST', '/api/users', { email: `${role}@roles.org`, role });
    expect(answer.status, answer.text).toBe(201);
  }
  for (const scope of ['read', 'trade', 'admin'] as const) {
    const answer = await owner('POST', '/api/tokens', { name: scope, scopes: [scope] });
    token[scope] = (answer.body as TokenCreated).token;
  }
  const document = (await api.app.inject({ url: '/docs/json' })).json<{
    paths: Record<string, Record<string, unknown>>;
  }>();
  routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({
      method: method.toUpperCase() as Parameters<Caller>[0],
      route: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      // Nothing has these ids: a request that is let through finds nothing, and an empty body is refused.
      url: path.replace(/\{\w+\}/g, '2000000000'),
    })),
  );
});
afterAll(() => api.close());

/** Whether the access table lets a request through, asked over HTTP. */
async function isLetIn(
  call: Caller,
  { method, url }: (typeof routes)[number],
  headers = {},
): Promise<boolean> {
  const body = method === 'POST' || method === 'PUT' ? {} : undefined;
  const answer = await call(method, url, body, headers);
  return !(answer.status === 403 && answer.error.code === 'FORBIDDEN');
}

describe('who may call what', () => {
  test('is decided for every route of the OpenAPI document', () => {
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ route }) => ROUTE_ACCESS[route] === undefined)).toEqual([]);
  });

  test('a route nobody has decided about keeps the application from starting', () => {
    const added: ((route: { method: string; url: string }) => void)[] = [];
    const app = { addHook: (_name: string, hook: (typeof added)[number]) => added.push(hook) };
    requireAccessEntries(app as unknown as Parameters<typeof requireAccessEntries>[0]);
    expect(() => added[0]?.({ method: 'GET', url: '/api/accounts' })).not.toThrow();
    expect(() => added[0]?.({ method: 'PATCH', url: '/api/accounts' })).toThrow(/PATCH \/api\/accounts/);
    expect(() => added[0]?.({ method: 'GET', url: '/assets/app.js' })).not.toThrow();
  });

  test.each(['viewer', 'trader', 'owner'] as const)('holds for the role %s, route by route', async (role) => {
    const call = api.as(`${role}@roles.org`);
    for (const each of routes) {
      const access = ROUTE_ACCESS[each.route];
      if (access === undefined || access === 'open' || STREAMS.has(each.route)) continue;
      expect(await isLetIn(call, each), each.route).toBe(RANK[role] >= RANK[access.role]);
    }
  });

  test.each(['read', 'trade', 'admin'] as const)('holds for a token with the scope %s', async (scope) => {
    const headers = { authorization: `Bearer ${token[scope] ?? ''}` };
    for (const each of routes) {
      const access = ROUTE_ACCESS[each.route];
      if (access === undefined || access === 'open' || STREAMS.has(each.route)) continue;
      const expected = access.scope !== null && SCOPE_RANK[scope] >= SCOPE_RANK[access.scope];
      expect(await isLetIn(owner, each, headers), each.route).toBe(expected);
    }
  });

  test('lets a viewer change nothing but what is personal, and a trader not run the platform', () => {
    const commands = Object.entries(ROUTE_ACCESS).filter(([route]) => !route.startsWith('GET '));
    const forViewers = commands.filter(([, access]) => access !== 'open' && access.role === 'viewer');
    expect(forViewers.map(([route]) => route).sort()).toEqual([
      'DELETE /api/tokens/:id',
      'POST /api/strategies/preview',
      'POST /api/tokens',
      'PUT /api/me/trading-password',
      'PUT /api/settings',
    ]);
    for (const route of [
      'POST /api/users',
      'PUT /api/users/:id',
      'GET /api/audit',
      'PUT /api/trading-state/platform',
    ])
      expect(ROUTE_ACCESS[route], route).toMatchObject({ role: 'owner' });
  });

  test('reaches as far as the body says: the platform’s limits and halts are an owner’s', async () => {
    const trader = api.as('trader@roles.org');
    const limits = await trader('PUT', '/api/risk/limits?scope=platform', { limits: { maxOpenOrders: 1 } });
    const halt = await trader('POST', '/api/halt', {
      scope: 'platform',
      orders: 'cancel',
      confirmation: 'HALT PLATFORM',
    });
    expect([limits.error.code, halt.error.code]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect((await owner('GET', '/api/trading-state/platform')).body).toMatchObject({ state: 'ACTIVE' });
  });
});

describe('people', () => {
  test('the first one owns the platform, later ones trade with what is their own', async () => {
    expect((await owner('GET', '/api/me')).body).toMatchObject({ role: 'owner', workspaceOf: null });
    expect((await api.as('new@example.org')('GET', '/api/me')).body).toMatchObject({ role: 'trader' });
  });

  test('in somebody’s workspace see and do what their role allows there', async () => {
    const { id } = (await owner('GET', '/api/me')).body as UserDto;
    await owner('POST', '/api/users', { email: 'Guest@example.org', role: 'viewer', workspaceOf: id });
    const guest = api.as('guest@example.org');
    expect((await guest('GET', '/api/me')).body).toMatchObject({
      workspaceOf: id,
      email: 'guest@example.org',
    });
    const template = { accountId: 1, name: 'x', asset: 'USDT', amount: '1', strategyIds: [1] };
    expect((await guest('POST', '/api/capital/allocations', template)).error.code).toBe('FORBIDDEN');
    const bad = await owner('POST', '/api/users', { email: 'b@b.org', role: 'viewer', workspaceOf: 99_999 });
    expect(bad.error.details[0]).toMatchObject({ field: 'body.workspaceOf', code: 'WORKSPACE_UNKNOWN' });
  });

  test('who were deactivated cannot do anything, nor can their tokens', async () => {
    const leaver = api.as('leaver@example.org');
    const { id } = (await leaver('GET', '/api/me')).body as UserDto;
    const made = (await leaver('POST', '/api/tokens', { name: 't', scopes: ['read'] })).body as TokenCreated;
    expect((await owner('PUT', `/api/users/${id}`, { isActive: false })).status).toBe(200);
    expect((await leaver('GET', '/api/accounts')).error.code).toBe('FORBIDDEN');
    const bearer = { authorization: `Bearer ${made.token}` };
    expect((await leaver('GET', '/api/accounts', undefined, bearer)).error.code).toBe('FORBIDDEN');
  });

  test('an owner is always left', async () => {
    const users = ((await owner('GET', '/api/users')).body as { items: UserDto[] }).items;
    const owners = users.filter(({ role, isActive }) => role === 'owner' && isActive);
    const answers = await Promise.all(
      owners.map(({ id }) => owner('PUT', `/api/users/${id}`, { role: 'owner', isActive: true })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const [first, second] = owners;
    expect((await owner('PUT', `/api/users/${second?.id ?? 0}`, { role: 'viewer' })).status).toBe(200);
    const last = await owner('PUT', `/api/users/${first?.id ?? 0}`, { isActive: false });
    expect(last.error.code).toBe('LAST_OWNER');
  });
});

describe('the list of addresses', () => {
  test('lets in who is on it or was added, and nobody else', async () => {
    const closed = await startTestApi({ allowedEmails: ['Ann@example.org'] });
    try {
      const ann = closed.as('ann@example.org');
      expect((await ann('GET', '/api/accounts')).status).toBe(200);
      expect((await closed.as('eve@example.org')('GET', '/api/accounts')).error.code).toBe('FORBIDDEN');
      await ann('POST', '/api/users', { email: 'bob@example.org', role: 'trader' });
      expect((await closed.as('bob@example.org')('GET', '/api/accounts')).status).toBe(200);
      expect(await closed.count('user')).toBe(2);
    } finally {
      await closed.close();
    }
  });
});
