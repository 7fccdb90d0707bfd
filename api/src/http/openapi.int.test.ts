import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../testing/test-api.js';

interface Operation {
  tags?: string[];
  summary?: string;
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

let api: TestApi;
let dist: string;
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'gridfleet-web-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(join(dist, 'index.html'), '<!doctype html><title>UI</title>');
  writeFileSync(join(dist, 'assets', 'app-1234.js'), 'export {};');
  api = await startTestApi({ webDist: dist });
  document = (await api.app.inject({ url: '/docs/json' })).json<Document>();
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(async () => {
  await api.close();
  rmSync(dist, { recursive: true });
});

describe('the OpenAPI document', () => {
  test('is version 3.1 and lists every route', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.map(([name]) => name).sort()).toEqual(
      [
        'GET /api/strategy-kinds',
        'GET /metrics',
        'GET /api/log-level',
        'GET /api/health',
        'GET /api/strategies/{id}/revisions',
        'PUT /api/log-level',
        'GET /api/accounts',
        'POST /api/accounts',
        'GET /api/accounts/{id}',
        'PUT /api/accounts/{id}',
        'DELETE /api/accounts/{id}',
        'GET /api/accounts/{id}/balances',
        'GET /api/accounts/{id}/markets',
        'GET /api/accounts/{id}/quote',
        'GET /api/strategies',
        'POST /api/strategies',
        'POST /api/strategies/preview',
        'GET /api/strategies/running',
        'GET /api/strategies/{id}',
        'PUT /api/strategies/{id}',
        'DELETE /api/strategies/{id}',
        'POST /api/strategies/{id}/start',
        'POST /api/strategies/{id}/stop',
        'GET /api/strategies/{id}/status',
        'GET /api/strategies/{id}/levels',
        'GET /api/strategies/{id}/orders',
        'GET /api/strategies/{id}/cycles',
        'GET /api/strategies/{id}/candles',
        'GET /api/trades',
        'GET /api/trades/stats',
        'GET /api/backtests',
        'POST /api/backtests',
        'GET /api/backtests/{id}',
        'GET /api/backtests/{id}/result',
        'POST /api/backtests/{id}/cancel',
        'DELETE /api/backtests/{id}',
        'GET /api/candle-files',
        'POST /api/candle-files',
        'DELETE /api/candle-files/{id}',
        'POST /api/accounts/{id}/copy',
        'POST /api/accounts/{id}/test',
        'POST /api/accounts/{id}/rotate',
        'GET /api/accounts/{id}/symbols',
        'GET /api/accounts/{id}/trading-fee',
        'GET /api/accounts/{id}/foreign-orders',
        'GET /api/strategies/export',
        'POST /api/strategies/import',
        'POST /api/strategies/batch/start',
        'POST /api/strategies/batch/stop',
        'POST /api/strategies/batch/delete',
        'POST /api/strategies/batch/update',
        'POST /api/strategies/{id}/copy',
        'POST /api/strategies/{id}/restore',
        'POST /api/strategies/{id}/pause',
        'POST /api/strategies/{id}/resume',
        'GET /api/strategies/{id}/why',
        'GET /api/templates',
        'POST /api/templates',
        'GET /api/templates/{id}',
        'PUT /api/templates/{id}',
        'DELETE /api/templates/{id}',
        'POST /api/templates/{id}/apply',
        'GET /api/trades/stats/groups',
        'GET /api/trades/{id}',
        'GET /api/cycles',
        'GET /api/orders',
        'POST /api/orders',
        'GET /api/orders/{id}',
        'DELETE /api/orders/{id}',
        'GET /api/positions',
        'POST /api/positions/close',
        'GET /api/equity',
        'GET /api/daily',
        'GET /api/account-positions',
        'GET /api/funding',
        'GET /api/foreign-trades',
        'GET /api/archived-trades',
        'GET /api/exports/archived-trades',
        'GET /api/exports/trades',
        'GET /api/exports/orders',
        'GET /api/exports/cycles',
        'GET /api/exports/daily',
        'GET /api/exports/tax',
        'GET /api/settings',
        'PUT /api/settings',
        'GET /api/journal',
        'POST /api/journal/adopt',
        'POST /api/journal/cancel',
        'GET /api/notifications',
        'POST /api/notifications',
        'GET /api/notifications/events',
        'GET /api/notifications/{id}',
        'PUT /api/notifications/{id}',
        'DELETE /api/notifications/{id}',
        'POST /api/notifications/{id}/test',
        'GET /api/notifications/{id}/deliveries',
        'GET /api/venues',
        'GET /api/workers',
        'POST /api/workers/{name}/drain',
        'POST /api/workers/{name}/undrain',
        'GET /api/events',
        'GET /api/risk/limits',
        'PUT /api/risk/limits',
        'GET /api/risk/events',
        'GET /api/trading-state/platform',
        'PUT /api/trading-state/platform',
        'GET /api/trading-state/account/{id}',
        'PUT /api/trading-state/account/{id}',
        'GET /api/trading-state/strategy/{id}',
        'PUT /api/trading-state/strategy/{id}',
        'POST /api/halt',
        'GET /api/halt',
        'GET /api/halt/{id}',
        'GET /api/capital/allocations',
        'POST /api/capital/allocations',
        'PUT /api/capital/allocations/{id}',
        'DELETE /api/capital/allocations/{id}',
        'GET /api/accounts/{id}/funds',
        'GET /api/me',
        'PUT /api/me/trading-password',
        'GET /api/users',
        'POST /api/users',
        'PUT /api/users/{id}',
        'GET /api/tokens',
        'POST /api/tokens',
        'DELETE /api/tokens/{id}',
        'GET /api/audit',
        'GET /health',
        'GET /health/live',
        'GET /health/ready',
        'GET /health/redis',
      ].sort(),
    );
  });

  test('says of every route what it is for and what can go wrong', () => {
    const tags = document.tags.map(({ name }) => name);
    for (const [name, { summary, tags: own, responses, parameters = [] }] of operations) {
      expect(summary, name).toMatch(/^[A-Z].{5,}/);
      expect(own, name).toHaveLength(1);
      expect(tags, name).toContain(own?.[0]);
      for (const { description } of Object.values(responses)) expect(description, name).not.toBe('');
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map((hit) => hit[1]);
      expect(
        parameters.filter((one) => one.in === 'path').map((one) => one.name),
        name,
      ).toEqual(inPath);
      if (!name.includes('/api/')) continue;
      expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['401', '403', '500', '503']));
      if (inPath.length > 0) expect(Object.keys(responses), name).toContain('404');
    }
  });

  test('has schemas that are JSON Schema of 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    for (const [name, { parameters = [], requestBody, responses }] of operations) {
      const contents = [requestBody, ...Object.values(responses)].flatMap((part) =>
        Object.values(part?.content ?? {}),
      );
      for (const { schema } of [...parameters, ...contents]) {
        expect(() => ajv.compile(schema), name).not.toThrow();
        expect(JSON.stringify(schema), name).not.toContain('$ref');
      }
    }
  });

  test('is shown as a page that loads nothing from elsewhere', async () => {
    const page = await api.app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
    expect(page.body).not.toMatch(/(?:src|href)="https?:/);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });
});

describe('the UI', () => {
  const get = (url: string) => api.app.inject({ url });

  test('is served at the root, and for addresses inside it', async () => {
    for (const url of ['/', '/index.html', '/strategies/5', '/accounts?tab=1']) {
      const page = await get(url);
      expect([page.statusCode, page.headers['cache-control']], url).toEqual([200, 'no-cache']);
      expect(page.body, url).toContain('<title>UI</title>');
      expect(page.headers['content-security-policy'], url).toContain("frame-ancestors 'none'");
      expect(page.headers, url).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
      });
    }
  });

  test('has files that are kept for ever, as their names carry their content', async () => {
    const file = await get('/assets/app-1234.js');
    expect([file.statusCode, file.headers['cache-control']]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
  });

  test.each(['/api/nope', '/assets/missing.js', '/../package.json', '/%2e%2e/package.json'])(
    'does not answer %s with a page',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.json()).toHaveProperty('code');
    },
  );
});
