import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SlotRowEntity, StrategyRevisionEntity } from '@gridfleet/shared/infra';
import type { Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams } from '../testing/fixtures.js';
import { setRun, storeMachine, storeOrder } from '../testing/stored-run.js';
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

const put = (id: number, body: unknown): Promise<Answer> => ann('PUT', `/api/strategies/${id}`, body);
const outcome = ({ status, error }: Answer): unknown[] => [status, error.code];
const revisions = (strategyId: number) =>
  api.dataSource.manager.find(StrategyRevisionEntity, { where: { strategyId }, order: { revision: 'ASC' } });
const wider = gridParams({ upper: '62000' });
const eth = (): object[] => [{ accountId, market: 'ETH/USDT' }];

/** Gives the first cell of a stored machine 0.01 BTC, as a filled BUY does. */
async function holdInventory(strategyId: number): Promise<void> {
  const { manager } = api.dataSource;
  const slot = await manager.findOneByOrFail(SlotRowEntity, { strategyId, slot: 0 });
  const state = { ...(JSON.parse(slot.state) as object), lots: [{ base: '0.01', fee: '0' }] };
  await manager.update(SlotRowEntity, { strategyId, slot: 0 }, { state: JSON.stringify(state) });
}

describe('changing a strategy', () => {
  test('renames it any time, without a new revision', async () => {
    const { id } = await createStrategy(ann, accountId);
    await ann('POST', `/api/strategies/${id}/start`);
    const answer = await put(id, { name: ' Renamed ' });
    expect(answer.body).toMatchObject({ name: 'Renamed', revision: 1 });
  });

  test('of params makes a new revision and keeps the old one', async () => {
    const { id } = await createStrategy(ann, accountId);
    const answer = await put(id, { params: wider });
    expect(answer.body).toMatchObject({ revision: 2, params: wider });
    const kept = (await revisions(id)).map(({ revision, params }) => [
      revision,
      (JSON.parse(params) as { upper: string }).upper,
    ]);
    expect(kept).toEqual([
      [1, '61000'],
      [2, '62000'],
    ]);
    const { body } = await ann('GET', `/api/strategies/${id}/revisions`);
    expect(body).toMatchObject({
      items: [
        { revision: 2, params: { upper: '62000' } },
        { revision: 1, params: { upper: '61000' } },
      ],
    });
    const others = await api.as('bob@example.org')('GET', `/api/strategies/${id}/revisions`);
    expect(outcome(others)).toEqual([404, 'NOT_FOUND']);
  });

  test('to what it is already makes no revision', async () => {
    const { id, params } = await createStrategy(ann, accountId);
    expect((await put(id, { params, legs: [{ accountId, market: 'BTC/USDT' }] })).body).toMatchObject({
      revision: 1,
    });
    expect(await revisions(id)).toHaveLength(1);
  });

  test('of legs is possible while nothing is held', async () => {
    const { id } = await createStrategy(ann, accountId);
    const answer = await put(id, { legs: eth() });
    expect(answer.body).toMatchObject({ revision: 2, legs: [{ leg: 0, market: 'ETH/USDT' }] });
  });

  test('of legs is refused while the strategy holds a position', async () => {
    const strategy = await createStrategy(ann, accountId);
    await storeMachine(api.dataSource, strategy);
    await holdInventory(strategy.id);
    expect(outcome(await put(strategy.id, { legs: eth() }))).toEqual([409, 'INVENTORY_HELD']);
    const after = (await ann('GET', `/api/strategies/${strategy.id}`)).body as Strategy;
    expect(after).toMatchObject({
      revision: 1,
      legs: [{ market: 'BTC/USDT' }],
      status: { position: '0.01' },
    });
    expect((await put(strategy.id, { params: wider })).body).toMatchObject({ revision: 2 });
  });

  test('of params makes a revision while it runs, and of legs is refused', async () => {
    const { id } = await createStrategy(ann, accountId);
    await ann('POST', `/api/strategies/${id}/start`);
    expect((await put(id, { params: wider })).body).toMatchObject({ revision: 2 });
    expect(outcome(await put(id, { legs: eth() }))).toEqual([409, 'STRATEGY_RUNNING']);
    expect(outcome(await ann('DELETE', `/api/strategies/${id}`))).toEqual([409, 'STRATEGY_RUNNING']);
    expect(await revisions(id)).toHaveLength(2);
  });

  test('is refused while it stops, and while orders are at the exchange', async () => {
    const strategy = await createStrategy(ann, accountId);
    const { id } = strategy;
    await ann('POST', `/api/strategies/${id}/start`);
    await ann('POST', `/api/strategies/${id}/stop`);
    expect(outcome(await put(id, { params: wider }))).toEqual([409, 'STRATEGY_RUNNING']);
    expect(outcome(await ann('DELETE', `/api/strategies/${id}`))).toEqual([409, 'STRATEGY_RUNNING']);
    const runId = await setRun(api.dataSource, id, { state: 'stopped' });
    await storeOrder(api.dataSource, { strategy, runId, accountId, generation: 1 });
    expect(outcome(await put(id, { params: wider }))).toEqual([409, 'STRATEGY_RUNNING']);
    expect(outcome(await ann('DELETE', `/api/strategies/${id}`))).toEqual([409, 'STRATEGY_RUNNING']);
    expect(await revisions(id)).toHaveLength(1);
  });

  test('refuses bad params with the field, and keeps the old ones', async () => {
    const { id } = await createStrategy(ann, accountId);
    const bad = await put(id, { params: gridParams({ levels: 0 }) });
    expect(bad.error).toMatchObject({
      code: 'VALIDATION_FAILED',
      details: [{ field: 'body.params.levels' }],
    });
    const empty = await put(id, { params: gridParams({ lower: '62000' }) });
    expect(empty.error).toMatchObject({ code: 'PLAN_REFUSED', details: [{ field: 'body.params.upper' }] });
    expect(outcome(await put(id, {}))).toEqual([400, 'VALIDATION_FAILED']);
    expect((await ann('GET', `/api/strategies/${id}`)).body).toMatchObject({ revision: 1 });
  });

  test('at the same time by two people is done by one', async () => {
    const { id } = await createStrategy(ann, accountId);
    const answers = await Promise.all([
      put(id, { params: wider }),
      put(id, { params: gridParams({ lower: '58000' }) }),
    ]);
    const codes = answers.map(({ status }) => status).sort();
    const { revision } = (await ann('GET', `/api/strategies/${id}`)).body as Strategy;
    expect([
      [[200, 200], 3],
      [[200, 409], 2],
    ]).toContainEqual([codes, revision]);
    expect(await revisions(id)).toHaveLength(revision);
  });
});

describe('deleting a strategy', () => {
  test('hides it, keeps its history, and may be repeated', async () => {
    const { id } = await createStrategy(ann, accountId);
    const [strategies, kept] = [await api.count('strategy'), await api.count('strategy_revision')];
    expect((await ann('DELETE', `/api/strategies/${id}`)).status).toBe(204);
    expect((await ann('DELETE', `/api/strategies/${id}`)).status).toBe(204);
    expect([await api.count('strategy'), await api.count('strategy_revision')]).toEqual([strategies, kept]);
    const ids = async (status: string): Promise<number[]> => {
      const { items } = (await ann('GET', `/api/strategies?status=${status}`)).body as { items: Strategy[] };
      return items.map((item) => item.id);
    };
    expect(await ids('active')).not.toContain(id);
    expect(await ids('deleted')).toContain(id);
    expect(await ids('all')).toContain(id);
    expect((await ann('GET', `/api/strategies/${id}`)).body).toMatchObject({ isDeleted: true });
    expect(outcome(await put(id, { name: 'x' }))).toEqual([409, 'STRATEGY_DELETED']);
  });
});
