import { nodeHealthToHash, redisKeys } from '@gridfleet/shared/infra';
import type { SystemHealth } from '@gridfleet/shared/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let fingerprint: string;
/** The whole of it, as workers count orders under it. */
let owner: string;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  ({ fingerprint } = await createAccount(ann));
  const [row]: { fingerprint: string }[] = await api.dataSource.query('SELECT fingerprint FROM account');
  owner = row?.fingerprint ?? '';
});
afterAll(() => api.close());

async function read(call: Caller): Promise<SystemHealth> {
  const { status, body } = await call('GET', '/api/health');
  expect(status).toBe(200);
  return body as SystemHealth;
}

describe('the health of the system', () => {
  it('has databases, queues, and each node that is alive', async () => {
    const health = await read(ann);
    expect(health).toMatchObject({ status: 'ok', checks: { mysql: true, redis: true, workers: 1 } });
    expect(health.queues.map(({ name }) => name)).toContain('runs');
    expect(health.nodes).toEqual([{ name: 'node-1', health: null }]);
  });

  it('shows what a node says of exchanges, and nothing that cannot be read', async () => {
    const venue = { scope: 'binance:sim', clockOffsetMs: 2.5, clockProblem: null, weightWindow: '1m' };
    const said = { venues: [{ ...venue, weightLimit: 6000 }], feeds: 3, stale: 1 };
    await api.redis.hset(redisKeys.workerInfo('node-1'), nodeHealthToHash(said));
    expect((await read(ann)).nodes).toEqual([{ name: 'node-1', health: said }]);
    await api.redis.hset(redisKeys.workerInfo('node-1'), 'health', '{"venues": 1}');
    expect((await read(ann)).nodes).toEqual([{ name: 'node-1', health: null }]);
  });

  it('shows the newest window of each budget, and order counts and gates of one’s own accounts alone', async () => {
    const set = (whose: string, what: string, used: string): Promise<unknown> =>
      api.redis.set(redisKeys.budget('binance:sim', whose, what), used, 'PX', 60_000);
    await set('10.0.0.1', 'weight:1m:7', '40');
    await set('10.0.0.1', 'weight:1m:8', '3');
    await set(owner, 'orders:10s:5', '2');
    await set(owner, 'gate', 'TOO_MANY_ORDERS');
    const mine = await read(ann);
    expect(mine.budgets).toMatchObject(
      [
        { owner: fingerprint, what: 'orders', window: '10s', used: 2 },
        { scope: 'binance:sim', owner: '10.0.0.1', accountId: null, what: 'weight', window: '1m', used: 3 },
      ].sort((a, b) => a.owner.localeCompare(b.owner)),
    );
    expect(mine.gates).toMatchObject([{ owner: fingerprint, reason: 'TOO_MANY_ORDERS' }]);
    const others = await read(api.as('bob@example.org'));
    expect(others.budgets.map(({ what }) => what)).toEqual(['weight']);
    expect(others.gates).toEqual([]);
  });
});
