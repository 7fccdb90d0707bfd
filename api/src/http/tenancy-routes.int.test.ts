import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, Strategy } from '@gridfleet/shared/schema';
import { storeBelongings } from '../testing/belongings.js';
import { accountBody } from '../testing/fixtures.js';
import { readOperations, urlOf, type Operation } from '../testing/openapi-document.js';
import { startTestApi, type Answer, type Caller, type TestApi } from '../testing/test-api.js';
import { ROUTE_ACCESS } from './route-access.js';

// Everything Ann has carries this word: no answer to anybody else may.
const CANARY = 'anns-canary';
const ABSENT = '2000000000';
/** Streams do not end (their own test sees to tenancy), uploads name nothing, and a password would be asked for later. */
const LEFT_OUT = new Set([
  'GET /api/events',
  'GET /api/events/ws',
  'POST /api/candle-files',
  'PUT /api/me/trading-password',
]);
/** What everybody may see: how the platform is. */
const SHARED = new Set(['GET /api/workers', 'GET /api/venues', 'GET /api/strategy-kinds', 'GET /api/health']);

let api: TestApi;
let ann: Caller;
let bob: Caller;
let account: Account;
let strategy: Strategy;
let operations: (Operation & { example: unknown })[];
/** Ann's; the longest beginning that fits counts. */
let ids: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  ({ account, strategy, ids } = await storeBelongings(api, ann, CANARY));
  const document = (await api.app.inject({ url: '/docs/json' })).json<{
    paths: Record<
      string,
      Record<string, { requestBody?: { content?: Record<string, { example?: unknown }> } }>
    >;
  }>();
  operations = (await readOperations(api.app))
    .filter(({ name }) => !LEFT_OUT.has(name))
    .map((operation) => ({
      ...operation,
      example:
        document.paths[operation.path]?.[operation.method.toLowerCase()]?.requestBody?.content?.[
          'application/json'
        ]?.example,
    }));
});
afterAll(() => api.close());

function annsId(path: string): string {
  const fits = Object.keys(ids).filter((start) => path.startsWith(`${start}/`));
  const [longest] = fits.sort((a, b) => b.length - a.length);
  if (longest === undefined) throw new Error(`nobody has said whose ids ${path} takes`);
  return ids[longest] ?? '';
}

/** The documented body with Ann's ids in every place that takes one. */
function withAnns(value: unknown, name = ''): unknown {
  if (name === 'accountId') return account.id;
  if (name === 'strategyId' || name === 'id') return strategy.id;
  if (name === 'ids' || name === 'strategyIds') return [strategy.id];
  if (name === 'exchangeOrderId') return CANARY;
  if (name === 'confirmation') return (value as string).replace(/STRATEGY \d+/, `STRATEGY ${strategy.id}`);
  if (name === 'candleFileId') return Number(ids['/api/candle-files']);
  if (Array.isArray(value)) return value.map((each) => withAnns(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withAnns(each, key)]));
}

function queryFor({ parameters, path }: Operation): string {
  const values: Record<string, string> = {
    accountId: String(account.id),
    strategyId: String(strategy.id),
    ids: String(strategy.id),
    id: String(path.includes('risk') ? strategy.id : account.id),
    scope: 'strategy',
    market: 'BTC/USDT',
    by: 'strategy',
    year: '2026',
    method: 'fifo',
  };
  const pairs = parameters
    .filter(
      ({ in: where, name, required }) =>
        where === 'query' && (required === true || name.toLowerCase().endsWith('id') || name === 'ids'),
    )
    .map(({ name }): [string, string] => [name, values[name] ?? '']);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function ask(call: Caller, operation: Operation & { example: unknown }, id: string): Promise<Answer> {
  const url = urlOf(operation, { id, name: id }) + queryFor(operation);
  return call(operation.method, url, operation.body === null ? undefined : withAnns(operation.example));
}

/** All that Ann sees of what is hers. */
async function whatAnnSees(): Promise<Record<string, unknown>> {
  const lists = operations.filter(
    ({ method, path, name }) =>
      method === 'GET' && !path.includes('{') && !SHARED.has(name) && !/\/(?:audit|users|me|tax)$/.test(path),
  );
  const seen: Record<string, unknown> = {};
  for (const operation of lists) {
    const needed = operation.parameters.some(
      ({ in: where, required }) => where === 'query' && required === true,
    );
    const answer = await ann('GET', operation.path + (needed ? queryFor(operation) : ''));
    const { exportedAt: _moment, ...rest } = (answer.body ?? { text: answer.text }) as Record<
      string,
      unknown
    >;
    seen[operation.path] = rest;
  }
  return seen;
}

describe('every route of the document, asked by somebody else', () => {
  test('with an id of Ann’s in its path answers as for an id that nobody has', async () => {
    let asked = 0;
    for (const operation of operations.filter(({ path }) => path.includes('{id}'))) {
      const id = annsId(operation.path);
      const theirs = await ask(bob, operation, id);
      const absent = await ask(bob, operation, ABSENT);
      const access = ROUTE_ACCESS[`${operation.method} ${operation.path.replace('{id}', ':id')}`];
      const isOwners = access !== 'open' && access?.role === 'owner';
      expect([theirs.status, theirs.error.code], `${operation.name}: ${theirs.text}`).toEqual(
        isOwners ? [403, 'FORBIDDEN'] : [404, 'NOT_FOUND'],
      );
      expect(theirs.error.message, operation.name).toBe(absent.error.message.replaceAll(ABSENT, id));
      asked += 1;
    }
    expect(asked).toBeGreaterThan(40);
  });

  test('with Ann’s ids in address or body finds nothing, tells nothing and changes nothing', async () => {
    const before = await whatAnnSees();
    for (const list of [
      '/api/accounts',
      '/api/strategies',
      '/api/funding',
      '/api/account-positions',
      '/api/archived-trades',
    ])
      expect(JSON.stringify(before[list]), list).toContain(CANARY);
    for (const operation of operations.filter(({ path }) => !path.includes('{'))) {
      const answer = await ask(bob, operation, ABSENT);
      expect(answer.text, operation.name).not.toContain(CANARY);
      expect(answer.status, `${operation.name}: ${answer.text}`).toBeLessThan(500);
      const { items, success } = (answer.body ?? {}) as { items?: { ok?: boolean }[]; success?: number };
      if (operation.path.includes('/batch/')) {
        expect(success, operation.name).toBe(0);
        expect(items, operation.name).toMatchObject([{ ok: false, code: 'NOT_FOUND' }]);
      }
      const namesHers = JSON.stringify(withAnns(operation.example) ?? '').match(
        /"(?:accountId|strategyIds?)"/,
      );
      if (operation.method !== 'GET' && namesHers !== null && !operation.path.includes('/batch/'))
        expect([400, 404], `${operation.name}: ${answer.text}`).toContain(answer.status);
    }
    expect(await whatAnnSees()).toEqual(before);
  });

  test('of a token of Bob’s is refused no less', async () => {
    const { body } = await bob('POST', '/api/tokens', { name: 'program', scopes: ['admin'] });
    const headers = { authorization: `Bearer ${(body as { token: string }).token}` };
    const program: Caller = (method, url, payload) => bob(method, url, payload, headers);
    for (const operation of operations.filter(({ path }) => path.includes('{id}'))) {
      const answer = await ask(program, operation, annsId(operation.path));
      expect([403, 404], `${operation.name}: ${answer.text}`).toContain(answer.status);
      expect(answer.text, operation.name).not.toContain(CANARY);
    }
  });

  test('in files there is nothing but their headings', async () => {
    for (const { path } of operations.filter((each) => each.path.startsWith('/api/exports/'))) {
      const year = path.endsWith('/tax') ? '?year=2026' : '';
      const text = (await bob('GET', path + year)).text;
      expect(text, path).not.toContain(CANARY);
      if (!path.endsWith('/daily')) expect(text.trim().split('\n'), path).toHaveLength(1);
    }
    expect((await ann('GET', '/api/exports/trades')).text).toContain(CANARY);
  });
});

describe('an account', () => {
  test('of the same name is another one for somebody else', async () => {
    const { status } = await bob('POST', '/api/accounts', accountBody(CANARY));
    expect(status).toBe(201);
    expect(((await ann('GET', '/api/accounts')).body as { items: Account[] }).items).toHaveLength(1);
  });
});
