import type { Strategy, WorkerInfo } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount, strategyBody } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let call: Caller;

beforeAll(async () => {
  api = await startTestApi();
  call = api.as('operator@example.org');
});
afterAll(() => api.close());

async function stored(): Promise<unknown> {
  return api.dataSource.query('SELECT name, is_draining FROM node');
}

describe('worker nodes', () => {
  it('are listed with what they say of themselves', async () => {
    const { status, body } = await call('GET', '/api/workers');
    expect(status).toBe(200);
    expect((body as { items: WorkerInfo[] }).items).toMatchObject([
      { name: 'node-1', instanceId: 'i-1', state: 'ready', labels: null, egressIp: '127.0.0.1' },
    ]);
  });

  it('are drained and filled again; saying it twice changes nothing', async () => {
    for (let time = 0; time < 2; time += 1) {
      const drained = await call('POST', '/api/workers/node-1/drain');
      expect(drained).toMatchObject({ status: 200, body: { name: 'node-1', state: 'draining' } });
      expect(await stored()).toEqual([{ name: 'node-1', is_draining: 1 }]);
    }
    expect(await call('POST', '/api/workers/node-1/undrain')).toMatchObject({
      status: 200,
      body: { state: 'ready' },
    });
    expect(await stored()).toEqual([{ name: 'node-1', is_draining: 0 }]);
  });

  it('tell a node at once that it is to be drained', async () => {
    const subscriber = api.redis.duplicate();
    const heard = new Promise<string>((resolve) =>
      subscriber.once('message', (_channel, text) => resolve(text)),
    );
    await subscriber.subscribe('strategy:control');
    await call('POST', '/api/workers/node-1/drain');
    expect(JSON.parse(await heard)).toEqual({ node: 'node-1' });
    subscriber.disconnect();
  });

  it('that are not alive cannot be drained, and names are checked', async () => {
    expect((await call('POST', '/api/workers/ghost/drain')).error).toMatchObject({ code: 'NOT_FOUND' });
    expect((await call('POST', '/api/workers/a%20b/drain')).error).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});

describe('where a strategy may run', () => {
  it('is given when it is created, and changes while it runs', async () => {
    const account = await createAccount(call);
    const placed = { ...strategyBody(account.id), workerName: 'node-1', labels: ['region=eu', 'fast'] };
    const created = await call('POST', '/api/strategies', placed);
    expect(created).toMatchObject({
      status: 201,
      body: { workerName: 'node-1', labels: ['fast', 'region=eu'] },
    });
    const { id } = created.body as Strategy;
    const url = `/api/strategies/${id}`;
    expect((await call('POST', `${url}/start`)).status).toBe(200);
    const moved = await call('PUT', url, { workerName: null, labels: [] });
    expect(moved).toMatchObject({ status: 200, body: { workerName: null, labels: [], revision: 1 } });
    expect((await call('PUT', url, { name: 'other' })).body).toMatchObject({
      workerName: null,
      name: 'other',
    });
  });

  it('is refused with the field when it is malformed', async () => {
    const account = await createAccount(call, 'second');
    const bad = await call('POST', '/api/strategies', { ...strategyBody(account.id), labels: ['two words'] });
    expect(bad.error).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(bad.error.details[0]?.field).toContain('labels');
  });
});
