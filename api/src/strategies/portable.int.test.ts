import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, ImportResult, Strategy, StrategyFile, Template } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

// What carries settings from one strategy to another: files and templates.

let api: TestApi;
let ann: Caller;
let bob: Caller;
let account: Account;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  bob = api.as('bob@example.org');
  account = await createAccount(ann);
});
afterAll(() => api.close());

describe('files', () => {
  test('carry strategies from one user to another, without ids and secrets', async () => {
    const one = await createStrategy(ann, account.id, { name: 'Travels' });
    const placement = { workerName: 'node-7', labels: ['region=eu', 'ssd'] };
    await ann('PUT', `/api/strategies/${one.id}`, placement);
    const exported = await ann('GET', `/api/strategies/export?ids=${one.id}`);
    const file = exported.body as StrategyFile;
    expect(file.strategies).toEqual([
      expect.objectContaining({ name: 'Travels', params: one.params, kind: one.kind }),
    ]);
    expect(exported.text).not.toContain('the-api-key');
    const carl = api.as('carl@example.org');
    const none = (await carl('POST', '/api/strategies/import', { file })).body as ImportResult;
    expect(none.items[0]).toMatchObject({ index: 0, ok: false, code: 'ACCOUNT_AMBIGUOUS' });
    const own = await createAccount(carl, 'Elsewhere');
    const result = (await carl('POST', '/api/strategies/import', { file, accounts: { Main: own.id } }))
      .body as ImportResult;
    expect(result).toMatchObject({ success: 1, failed: 0 });
    const imported = (await carl('GET', `/api/strategies/${result.items[0]?.id ?? 0}`)).body as Strategy;
    expect(imported).toMatchObject({ name: 'Travels', params: one.params, ...placement });
    expect(imported.legs[0]?.accountId).toBe(own.id);
    const theft = await carl('POST', '/api/strategies/import', { file, accounts: { Main: account.id } });
    expect((theft.body as ImportResult).items[0]).toMatchObject({ ok: false, code: 'VALIDATION_FAILED' });
    expect((await carl('GET', `/api/strategies/export?ids=${one.id}`)).status).toBe(404);
  });
});

describe('templates', () => {
  test('keep parameters, are changed and make strategies', async () => {
    const body = { name: 'Tight', kind: 'range-grid', params: gridParams() };
    const made = await ann('POST', '/api/templates', body);
    expect(made.status, made.text).toBe(201);
    const template = made.body as Template;
    expect((await ann('POST', '/api/templates', body)).error.code).toBe('TEMPLATE_EXISTS');
    const bad = await ann('POST', '/api/templates', {
      ...body,
      name: 'x',
      params: { levels: 'many' },
    });
    expect(bad.error).toMatchObject({ code: 'VALIDATION_FAILED' });
    const changed = await ann('PUT', `/api/templates/${template.id}`, {
      description: 'For calm days.',
      params: gridParams({ levels: 9 }),
    });
    expect(changed.body).toMatchObject({ description: 'For calm days.', params: { levels: 9 } });
    const other = (await ann('POST', '/api/templates', { ...body, name: 'Wide' })).body as Template;
    const renamed = await ann('PUT', `/api/templates/${other.id}`, { name: 'Tight' });
    expect(renamed.error.code).toBe('TEMPLATE_EXISTS');
    const applied = await ann('POST', `/api/templates/${template.id}/apply`, {
      name: 'From template',
      legs: [{ accountId: account.id, market: 'BTC/USDT' }],
    });
    expect(applied.body).toMatchObject({ name: 'From template', params: { levels: 9 } });
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/apply'],
    ] as const) {
      const input =
        path === '' ? { name: 'Mine' } : { name: 'M', legs: [{ accountId: 1, market: 'BTC/USDT' }] };
      const answer = await bob(
        method,
        `/api/templates/${template.id}${path}`,
        method === 'GET' || method === 'DELETE' ? undefined : input,
      );
      expect([answer.status, answer.error.code], method).toEqual([404, 'NOT_FOUND']);
    }
    expect((await ann('DELETE', `/api/templates/${template.id}`)).status).toBe(204);
    expect((await ann('GET', '/api/templates')).body).toMatchObject({ items: [{ name: 'Wide' }] });
  });
});
