import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MachineStateRepository } from '@gridfleet/shared/infra';
import type { Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { storeMachine } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let strategy: Strategy;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  strategy = await createStrategy(ann, (await createAccount(ann)).id);
  await storeMachine(api.dataSource, strategy);
});
afterAll(() => api.close());

async function pending(): Promise<number> {
  const { body } = await ann('GET', `/api/strategies/${strategy.id}`);
  const { pendingBuys, pendingSells } = (body as Strategy).status;
  return pendingBuys + pendingSells;
}

test('a stored machine that has not changed is read whole once, and again after each of its steps', async () => {
  const load = vi.spyOn(MachineStateRepository.prototype, 'load');
  const before = await pending();
  expect(await pending()).toBe(before);
  const lists = ['/api/strategies', '/api/positions'];
  for (const url of lists) expect((await ann('GET', url)).status).toBe(200);
  expect(load).toHaveBeenCalledTimes(1);

  await api.dataSource.query('UPDATE strategy_state SET version = version + 1 WHERE strategy_id = ?', [
    strategy.id,
  ]);
  expect(await pending()).toBe(before);
  expect(load).toHaveBeenCalledTimes(2);
  load.mockRestore();
});

test('a machine that cannot be read is said to be so once, and its strategy is shown without figures', async () => {
  await api.dataSource.query(
    "UPDATE strategy_state SET header = '{', version = version + 1 WHERE strategy_id = ?",
    [strategy.id],
  );
  for (let i = 0; i < 2; i += 1) {
    const { body } = await ann('GET', `/api/strategies/${strategy.id}`);
    expect((body as Strategy).status).toMatchObject({ pendingBuys: 0, pendingSells: 0, profit: null });
  }
  expect(api.log().split('stored machine is unreadable')).toHaveLength(2);
});
