import { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AccountRowEntity,
  connectRedis,
  InstallationEntity,
  queues,
  redisKeys,
  runJobId,
  StrategyRowEntity,
} from '@gridfleet/shared/infra';
import type { Strategy, StrategyStatus } from '@gridfleet/shared/schema';
import { waitUntil } from '../../../tests/harness/wait.js';
import { createAccount, createStrategy } from '../testing/fixtures.js';
import { forgetReport, liveStatus, report, setRun, storeMachine } from '../testing/stored-run.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

let api: TestApi;
let ann: Caller;
let accountId: number;
let runQueue: Queue;

beforeAll(async () => {
  api = await startTestApi();
  ann = api.as('ann@example.org');
  accountId = (await createAccount(ann)).id;
  runQueue = new Queue(queues.runs, { connection: connectRedis(api.redisUrl, { commandTimeoutMs: null }) });
});
afterAll(async () => {
  await runQueue.close();
  await api.close();
});
beforeEach(() => {
  api.node.funds = { base: '1', quote: '100000' };
});

const start = async (id: number): Promise<StrategyStatus> => {
  const answer = await ann('POST', `/api/strategies/${id}/start`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as StrategyStatus;
};
const stop = async (id: number, body?: unknown): Promise<StrategyStatus> => {
  const answer = await ann('POST', `/api/strategies/${id}/stop`, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as StrategyStatus;
};
const row = (id: number) => api.dataSource.manager.findOneByOrFail(StrategyRowEntity, { id });

describe('starting', () => {
  test('writes what is wanted, opens a run and puts its job on the queue', async () => {
    const { id } = await createStrategy(ann, accountId);
    const status = await start(id);
    expect(status).toMatchObject({
      desiredState: 'running',
      state: 'queued',
      reason: { code: 'QUEUED' },
      isRunning: true,
      jobId: runJobId(status.runId ?? 0),
    });
    const job = await runQueue.getJob(runJobId(status.runId ?? 0));
    expect(job?.data).toEqual({ strategyId: id, runId: status.runId });
    expect(job?.opts).toMatchObject({ removeOnComplete: true, removeOnFail: true });
  });

  test('twice changes nothing: the same run goes on', async () => {
    const { id } = await createStrategy(ann, accountId);
    const first = await start(id);
    const runs = await api.count('run');
    expect(await start(id)).toMatchObject({ runId: first.runId, state: 'queued' });
    const both = await Promise.all([start(id), start(id)]);
    expect(both.map(({ runId }) => runId)).toEqual([first.runId, first.runId]);
    expect(await api.count('run')).toBe(runs);
  });

  test('at the same time by many opens one run', async () => {
    const { id } = await createStrategy(ann, accountId);
    const runs = await api.count('run');
    const all = await Promise.all(Array.from({ length: 8 }, () => start(id)));
    expect(new Set(all.map(({ runId }) => runId)).size).toBe(1);
    expect(await api.count('run')).toBe(runs + 1);
  });

  test('right after a stop opens a new run, though the old one has not ended', async () => {
    const { id } = await createStrategy(ann, accountId);
    const first = await start(id);
    await setRun(api.dataSource, id, { state: 'running' });
    await stop(id);
    const second = await start(id);
    expect(second.runId).not.toBe(first.runId);
    expect(second).toMatchObject({ desiredState: 'running', state: 'queued' });
    expect(await runQueue.getJob(runJobId(second.runId ?? 0))).toBeDefined();
  });

  test('is refused the first time when the funds are missing, and opens no run', async () => {
    const { id } = await createStrategy(ann, accountId);
    api.node.funds = { base: '0', quote: '1' };
    const runs = await api.count('run');
    const answer = await ann('POST', `/api/strategies/${id}/start`);
    expect([answer.status, answer.error.code]).toEqual([422, 'PLAN_REFUSED']);
    expect(answer.error.details[0]).toMatchObject({ code: 'INSUFFICIENT_FUNDS' });
    expect(await api.count('run')).toBe(runs);
    expect((await row(id)).desiredState).toBe('stopped');
  });

  test('again asks for no funds: the inventory is there', async () => {
    const strategy = await createStrategy(ann, accountId);
    await storeMachine(api.dataSource, strategy);
    api.node.funds = { base: '0', quote: '0' };
    expect((await start(strategy.id)).state).toBe('queued');
  });

  test('is refused for a deleted strategy, an inactive account and halted trading', async () => {
    const other = await createAccount(ann, 'Other');
    const { id } = await createStrategy(ann, other.id);
    const { manager } = api.dataSource;
    const refusal = async (): Promise<unknown[]> => {
      const { status, error } = await ann('POST', `/api/strategies/${id}/start`);
      return [status, error.code];
    };
    await manager.update(AccountRowEntity, { id: other.id }, { isActive: false });
    expect(await refusal()).toEqual([409, 'ACCOUNT_INACTIVE']);
    await manager.update(AccountRowEntity, { id: other.id }, { isActive: true, tradingState: 'HALTED' });
    expect(await refusal()).toEqual([409, 'TRADING_HALTED']);
    await manager.update(AccountRowEntity, { id: other.id }, { tradingState: 'ACTIVE' });
    await manager.update(InstallationEntity, { id: 1 }, { tradingState: 'HALTED' });
    expect(await refusal()).toEqual([409, 'TRADING_HALTED']);
    await manager.update(InstallationEntity, { id: 1 }, { tradingState: 'ACTIVE' });
    expect((await ann('DELETE', `/api/strategies/${id}`)).status).toBe(204);
    expect(await refusal()).toEqual([409, 'STRATEGY_DELETED']);
  });
});

describe('stopping', () => {
  test('writes what is wanted and tells the nodes', async () => {
    const { id } = await createStrategy(ann, accountId);
    await start(id);
    const heard: string[] = [];
    const listener = connectRedis(api.redisUrl);
    listener.on('message', (_channel, message) => heard.push(message));
    await listener.subscribe(redisKeys.control);
    const status = await stop(id, { orders: 'keep-orders' });
    expect(status).toMatchObject({
      desiredState: 'stopped',
      state: 'stopping',
      reason: { code: 'STOP_REQUESTED' },
    });
    expect(await row(id)).toMatchObject({ desiredState: 'stopped', stopOrders: 'keep-orders' });
    await waitUntil(() => heard.includes(JSON.stringify({ strategyId: id })), {
      timeoutMs: 2_000,
      what: 'the control message',
    });
    listener.disconnect();
  });

  test('needs no body, may be repeated, and ends as the run ends', async () => {
    const { id } = await createStrategy(ann, accountId);
    await start(id);
    await stop(id);
    expect((await row(id)).stopOrders).toBe('cancel-orders');
    await setRun(api.dataSource, id, { state: 'stopped', stoppedAt: new Date() });
    expect(await stop(id)).toMatchObject({ state: 'stopped', isRunning: false, reason: { code: 'STOPPED' } });
  });

  test('refuses an unknown way to stop', async () => {
    const { id } = await createStrategy(ann, accountId);
    const answer = await ann('POST', `/api/strategies/${id}/stop`, { orders: 'burn' });
    expect(answer.error).toMatchObject({ code: 'VALIDATION_FAILED', details: [{ field: 'body.orders' }] });
  });
});

describe('the status', () => {
  const status = async (id: number): Promise<StrategyStatus> =>
    (await ann('GET', `/api/strategies/${id}/status`)).body as StrategyStatus;
  const running = async (): Promise<number[]> => {
    const { items } = (await ann('GET', '/api/strategies/running')).body as { items: StrategyStatus[] };
    return items.map(({ strategyId }) => strategyId);
  };

  test('is what the node reports while it holds the lease', async () => {
    const { id } = await createStrategy(ann, accountId);
    const { runId } = await start(id);
    await setRun(api.dataSource, id, { state: 'running' });
    await report(api.redis, id, liveStatus(runId ?? 0));
    expect(await status(id)).toMatchObject({
      state: 'running',
      reason: null,
      workerName: 'node-1',
      currentPrice: '60000',
      pendingBuys: 2,
      position: '0.01',
      realizedPnl: '1.5',
      unrealizedPnl: '-0.25',
    });
    expect(await running()).toContain(id);
    const list = (await ann('GET', '/api/strategies')).body as { items: Strategy[] };
    expect(list.items.find((one) => one.id === id)?.status).toEqual(await status(id));
  });

  test('says that nobody holds a run whose lease is gone', async () => {
    const { id } = await createStrategy(ann, accountId);
    const { runId } = await start(id);
    await setRun(api.dataSource, id, { state: 'running' });
    await report(api.redis, id, liveStatus(runId ?? 0));
    await api.redis.del(redisKeys.lock(id));
    expect(await status(id)).toMatchObject({
      state: 'waiting',
      reason: { code: 'NO_LEASE' },
      workerName: null,
    });
  });

  test('comes from MySQL alone when Redis has lost everything', async () => {
    const strategy = await createStrategy(ann, accountId);
    await start(strategy.id);
    await storeMachine(api.dataSource, strategy);
    await setRun(api.dataSource, strategy.id, {
      state: 'failed',
      reasonCode: 'CRASH_LOOP',
      reasonMessage: 'It failed five times in a minute.',
    });
    await forgetReport(api.redis, strategy.id);
    expect(await status(strategy.id)).toMatchObject({
      state: 'failed',
      isRunning: false,
      reason: { code: 'CRASH_LOOP', message: 'It failed five times in a minute.' },
      position: '0',
      profit: { total: '0' },
      currentPrice: null,
    });
    expect(await running()).not.toContain(strategy.id);
  });

  test('survives a report that is not ours', async () => {
    const { id } = await createStrategy(ann, accountId);
    await start(id);
    await api.redis.hset(redisKeys.running(id), { status: 'dancing', run_id: 'x', profit: '{' });
    expect(await status(id)).toMatchObject({ state: 'queued', position: '0' });
  });

  test('whose stored state this version cannot read says so; everything else is still told', async () => {
    const strategy = await createStrategy(ann, accountId);
    await storeMachine(api.dataSource, strategy);
    await api.dataSource.query('UPDATE strategy_state SET header = \'{"v":99}\' WHERE strategy_id = ?', [
      strategy.id,
    ]);
    const url = `/api/strategies/${strategy.id}`;
    const levels = await ann('GET', `${url}/levels`);
    expect([levels.status, levels.error.code], levels.text).toEqual([409, 'STATE_UNREADABLE']);
    expect((await ann('GET', `${url}/why`)).body).toMatchObject({ waiting: [] });
    expect((await ann('GET', url)).status).toBe(200);
    expect((await ann('GET', '/api/positions')).status).toBe(200);
    const legs = [{ accountId, market: 'ETH/USDT' }];
    expect((await ann('PUT', url, { legs })).error.code).toBe('STATE_UNREADABLE');
  });

  test('shows the levels of the stored machine, by the params of its own revision', async () => {
    const strategy = await createStrategy(ann, accountId);
    await storeMachine(api.dataSource, strategy);
    const levels = async (): Promise<{ buyPrice: string; reason: unknown }[]> =>
      ((await ann('GET', `/api/strategies/${strategy.id}/levels`)).body as { items: [] }).items;
    expect((await levels()).map(({ buyPrice }) => buyPrice)).toEqual(['59000', '59500', '60000', '60500']);
    const edit = await ann('PUT', `/api/strategies/${strategy.id}`, {
      params: { ...strategy.params, lower: '58000' },
    });
    expect((edit.body as Strategy).revision).toBe(2);
    expect((await levels()).map(({ buyPrice }) => buyPrice)).toEqual(['59000', '59500', '60000', '60500']);
  });
});
