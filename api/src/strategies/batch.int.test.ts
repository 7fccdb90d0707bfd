import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, BatchResult, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

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

const named = (name: string): Promise<Strategy> => createStrategy(ann, account.id, { name });

describe('a batch', () => {
  test('starts, stops, changes and deletes each strategy by itself and says what became of it', async () => {
    const [a, b] = [await named('Batch A'), await named('Batch B')];
    const theirs = await createStrategy(bob, (await createAccount(bob)).id);
    const run = async (what: string, body: object): Promise<BatchResult> => {
      const answer = await ann('POST', `/api/strategies/batch/${what}`, body);
      expect(answer.status, answer.text).toBe(200);
      return answer.body as BatchResult;
    };
    const ids = [a.id, theirs.id, b.id];
    const changed = await run('update', { strategyIds: ids, update: { params: { levels: 7 } } });
    expect(changed).toMatchObject({ success: 2, failed: 1 });
    expect(changed.items.map(({ id, code }) => [id, code])).toEqual([
      [a.id, 'OK'],
      [theirs.id, 'NOT_FOUND'],
      [b.id, 'OK'],
    ]);
    const after = (await ann('GET', `/api/strategies/${a.id}`)).body as Strategy;
    expect(after.params).toMatchObject({ ...gridParams(), levels: 7 });
    const wrong = await run('update', { strategyIds: [a.id], update: { params: { levels: -1 } } });
    expect(wrong.items[0]).toMatchObject({ ok: false, code: 'VALIDATION_FAILED' });
    expect(wrong.items[0]?.message).toContain('body.params.levels');

    expect(await run('start', { strategyIds: ids })).toMatchObject({ success: 2, failed: 1 });
    expect(await run('start', { strategyIds: ids })).toMatchObject({ success: 2, failed: 1 });
    expect(await api.count('run')).toBe(2);
    const refused = await run('delete', { strategyIds: [a.id] });
    expect(refused.items[0]).toMatchObject({ ok: false, code: 'STRATEGY_RUNNING' });
    expect(await run('stop', { strategyIds: [a.id, b.id], orders: 'keep-orders' })).toMatchObject({
      success: 2,
    });
    await api.dataSource.query("UPDATE run SET state = 'stopped'");
    expect(await run('delete', { strategyIds: [a.id, b.id] })).toMatchObject({ success: 2, failed: 0 });
  });

  test.each([[[]], [[1, 1]], [['1']], [[0]], [Array.from({ length: 1001 }, (_, i) => i + 1)]])(
    'of %j is refused as a whole',
    async (strategyIds) => {
      const answer = await ann('POST', '/api/strategies/batch/start', { strategyIds });
      expect([answer.status, answer.error.code]).toEqual([400, 'VALIDATION_FAILED']);
    },
  );

  test('repeated under its key has no second effect', async () => {
    const one = await named('Once');
    const send = () =>
      ann(
        'POST',
        '/api/strategies/batch/delete',
        { strategyIds: [one.id] },
        { 'idempotency-key': 'batch-1' },
      );
    const first = await send();
    await ann('POST', `/api/strategies/${one.id}/restore`);
    const second = await send();
    expect(second.body).toEqual(first.body);
    expect((await ann('GET', `/api/strategies/${one.id}`)).body).toMatchObject({ isDeleted: false });
  });
});
