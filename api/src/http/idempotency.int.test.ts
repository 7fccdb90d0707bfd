import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IdempotencyRowEntity } from '@gridfleet/shared/infra';
import { accountBody, createAccount, strategyBody } from '../testing/fixtures.js';
import { startTestApi, type Answer, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let accountId: number;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  accountId = (await createAccount(ann)).id;
});
afterAll(() => api.close());
beforeEach(() => {
  api.node.failure = null;
  api.node.gate = Promise.resolve();
});

const create = (key: string, body: unknown = strategyBody(accountId), call: Caller = ann): Promise<Answer> =>
  call('POST', '/api/strategies', body, { 'idempotency-key': key });
const change = (key: string, columns: object): Promise<unknown> =>
  api.dataSource.manager.update(IdempotencyRowEntity, { idempotencyKey: key }, columns);

describe('a command under an idempotency key', () => {
  test('has one effect, and gives the same answer again', async () => {
    const first = await create('key-1');
    const strategies = await api.count('strategy');
    const second = await create('key-1');
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await api.count('strategy')).toBe(strategies);
  });

  test('is refused when the request is another one', async () => {
    await create('key-2');
    const other = await create('key-2', { ...strategyBody(accountId), name: 'Other' });
    expect([other.status, other.error.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    const elsewhere = await ann('DELETE', '/api/strategies/1', undefined, { 'idempotency-key': 'key-2' });
    expect(elsewhere.error.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('belongs to its user', async () => {
    await create('key-3');
    const bob = await create('key-3', strategyBody(accountId), api.as('bob@example.org'));
    expect(bob.headers['idempotency-replayed']).toBeUndefined();
    expect(bob.error).toMatchObject({ details: [{ code: 'ACCOUNT_UNKNOWN' }] });
  });

  test('sent many times at once has one effect', async () => {
    const strategies = await api.count('strategy');
    const answers = await Promise.all(Array.from({ length: 6 }, () => create('key-4')));
    const codes = answers.map(({ status, error }) => (status === 201 ? 201 : error.code));
    expect(codes.filter((code) => code === 201).length).toBeGreaterThanOrEqual(1);
    expect(codes.every((code) => code === 201 || code === 'IDEMPOTENCY_IN_PROGRESS')).toBe(true);
    expect(await api.count('strategy')).toBe(strategies + 1);
  });

  test('is told to wait while the first one is under way', async () => {
    let open = (): void => undefined;
    api.node.gate = new Promise((resolve) => {
      open = resolve;
    });
    const asked = api.node.asked.length;
    const first = create('key-5');
    await expect.poll(() => api.node.asked.length, { timeout: 5_000 }).toBeGreaterThan(asked);
    expect((await create('key-5')).error.code).toBe('IDEMPOTENCY_IN_PROGRESS');
    open();
    expect((await first).status).toBe(201);
    expect((await create('key-5')).headers['idempotency-replayed']).toBe('true');
  });

  test('gives a refusal again, too', async () => {
    const body = { ...strategyBody(accountId), kind: 'no-such-kind' };
    const first = await create('key-6', body);
    const second = await create('key-6', body);
    expect([second.status, second.body]).toEqual([400, first.body]);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });

  test('may be tried again when it had no effect because nobody answered', async () => {
    api.node.failure = { ok: false, code: 'VENUE_UNAVAILABLE', message: 'Down.' };
    expect((await create('key-7')).status).toBe(503);
    api.node.failure = null;
    expect((await create('key-7')).status).toBe(201);
  });

  test('that never ended is not done a second time', async () => {
    await create('key-8');
    await change('key-8', { status: null, response: null, createdAt: new Date(Date.now() - 120_000) });
    const answer = await create('key-8');
    expect([answer.status, answer.error.code]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    expect(answer.error.message).toContain('use a new key');
  });

  test('is forgotten after a day', async () => {
    await create('key-9');
    await change('key-9', { createdAt: new Date(Date.now() - 24 * 60 * 60 * 1000 - 1000) });
    const strategies = await api.count('strategy');
    const answer = await create('key-9');
    expect(answer.status).toBe(201);
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
    expect(await api.count('strategy')).toBe(strategies + 1);
  });

  test('gives an empty answer again', async () => {
    const { id } = (await create('key-10')).body as { id: number };
    const remove = () => ann('DELETE', `/api/strategies/${id}`, undefined, { 'idempotency-key': 'key-11' });
    expect((await remove()).status).toBe(204);
    const again = await remove();
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([204, '', 'true']);
  });

  test.each(['', ' ', 'x'.repeat(101), 'ümlaut'])('refuses the key "%s"', async (key) => {
    const answer = await create(key);
    expect(answer.error).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ field: 'headers.idempotency-key' }],
    });
  });

  test('stores no secret of the request', async () => {
    const answer = await ann('POST', '/api/accounts', accountBody('Kept'), { 'idempotency-key': 'key-12' });
    expect(answer.status).toBe(201);
    const row = await api.dataSource.manager.findOneByOrFail(IdempotencyRowEntity, {
      idempotencyKey: 'key-12',
    });
    expect(JSON.stringify(row)).not.toContain('good-secret');
    expect(row.requestHash).toMatch(/^[0-9a-f]{64}$/);
  });
});
