import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PlanDto, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams, strategyBody } from '../testing/fixtures.js';
import { startTestApi, type Caller, type TestApi } from '../testing/test-api.js';

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
  api.node.funds = { base: '1', quote: '100000' };
});

const stored = async (): Promise<number[]> =>
  Promise.all(['strategy', 'strategy_leg', 'strategy_revision'].map((table) => api.count(table)));

describe('creating a strategy', () => {
  test('stores it stopped, with the defaults of its kind filled in', async () => {
    const strategy = await createStrategy(ann, accountId);
    expect(strategy).toMatchObject({
      name: 'Grid',
      kind: 'range-grid',
      params: {
        ...gridParams(),
        spacing: 'arithmetic',
        initialInventory: 'buy',
        initialOrder: 'market',
        postOnly: false,
      },
      revision: 1,
      legs: [{ leg: 0, accountId, venue: 'binance', environment: 'sim', market: 'BTC/USDT' }],
      desiredState: 'stopped',
      isDeleted: false,
      status: { state: 'stopped', reason: null, isRunning: false, runId: null, position: '0', profit: null },
    });
    expect((await ann('GET', `/api/strategies/${strategy.id}`)).body).toEqual(strategy);
    const list = (await ann('GET', '/api/strategies')).body as { items: Strategy[] };
    // Refusals and the reason of the trading state come only with one strategy.
    const { refusals, tradingReason, tradingChangedBy, ...listed } = strategy;
    expect({ refusals, tradingReason, tradingChangedBy }).toEqual({
      refusals: [],
      tradingReason: null,
      tradingChangedBy: null,
    });
    expect(list.items).toContainEqual(listed);
    expect((await ann('GET', `/api/strategies/${strategy.id}/levels`)).body).toEqual({ items: [] });
  });

  test('does not ask for funds: they may come before the start', async () => {
    api.node.funds = { base: '0', quote: '0' };
    await createStrategy(ann, accountId);
  });

  const withParams = (overrides: Record<string, unknown>): Record<string, unknown> => ({
    params: gridParams(overrides),
  });

  test.each([
    ['zero levels', withParams({ levels: 0 }), 400, 'VALIDATION_FAILED', 'body.params.levels'],
    ['levels as text', withParams({ levels: '5' }), 400, 'VALIDATION_FAILED', 'body.params.levels'],
    ['half a level', withParams({ levels: 2.5 }), 400, 'VALIDATION_FAILED', 'body.params.levels'],
    ['a price as number', withParams({ lower: 59000 }), 400, 'VALIDATION_FAILED', 'body.params.lower'],
    ['a negative price', withParams({ lower: '-1' }), 400, 'VALIDATION_FAILED', 'body.params.lower'],
    ['an exponent', withParams({ lower: '1e5' }), 400, 'VALIDATION_FAILED', 'body.params.lower'],
    ['a missing price', withParams({ upper: undefined }), 400, 'VALIDATION_FAILED', 'body.params.upper'],
    ['an unknown spacing', withParams({ spacing: 'log' }), 400, 'VALIDATION_FAILED', 'body.params.spacing'],
    ['an unknown parameter', withParams({ leverage: 5 }), 400, 'VALIDATION_FAILED', 'body.params.leverage'],
    ['lower above upper', withParams({ lower: '62000' }), 422, 'PLAN_REFUSED', 'body.params.upper'],
    ['lower equal to upper', withParams({ lower: '61000' }), 422, 'PLAN_REFUSED', 'body.params.upper'],
    [
      'no quantity',
      withParams({ quantity: { value: '0' } }),
      422,
      'PLAN_REFUSED',
      'body.params.quantity.value',
    ],
    [
      'a price beyond all ticks',
      withParams({ upper: '999999999999999999' }),
      422,
      'PLAN_REFUSED',
      'body.params.upper',
    ],
    [
      'more than can be counted',
      withParams({ quantity: { value: '999999999999999999' } }),
      422,
      'PLAN_REFUSED',
      'body.params.quantity.value',
    ],
    ['params that are a list', { params: [] }, 400, 'VALIDATION_FAILED', 'body.params'],
    ['an unknown kind', { kind: 'money-printer' }, 400, 'KIND_UNKNOWN', 'body.kind'],
    ['no legs', { legs: [] }, 400, 'VALIDATION_FAILED', 'body.legs'],
    ['no name', { name: undefined }, 400, 'VALIDATION_FAILED', 'body.name'],
    ['an unknown field', { desiredState: 'running' }, 400, 'VALIDATION_FAILED', 'body.desiredState'],
    [
      'a second leg, which nothing would trade',
      { legs: ['BTC/USDT', 'ETH/USDT'].map((market) => ({ accountId: 1, market })) },
      400,
      'VALIDATION_FAILED',
      'body.legs.1',
    ],
  ])('refuses %s, with the field, and stores nothing', async (_name, change, status, code, field) => {
    const before = await stored();
    const answer = await ann('POST', '/api/strategies', { ...strategyBody(accountId), ...change });
    expect([answer.status, answer.error.code], answer.text).toEqual([status, code]);
    expect(answer.error.details.map((detail) => detail.field)).toContain(field);
    expect(new Set(answer.error.details.map((detail) => `${detail.field} ${detail.message}`)).size).toBe(
      answer.error.details.length,
    );
    expect(await stored()).toEqual(before);
  });

  test.each([
    [
      'an unknown market',
      (id: number) => ({ accountId: id, market: 'NO/SUCH' }),
      'MARKET_UNKNOWN',
      'body.legs.0.market',
    ],
    [
      'a foreign account id',
      () => ({ accountId: 999_999, market: 'BTC/USDT' }),
      'VALIDATION_FAILED',
      'body.legs.0.accountId',
    ],
    [
      'an account id as text',
      () => ({ accountId: '1', market: 'BTC/USDT' }),
      'VALIDATION_FAILED',
      'body.legs.0.accountId',
    ],
  ])('refuses %s, with the field, and stores nothing', async (_name, leg, code, field) => {
    const before = await stored();
    const answer = await ann('POST', '/api/strategies', {
      ...strategyBody(accountId),
      legs: [leg(accountId)],
    });
    expect([answer.status, answer.error.code], answer.text).toEqual([400, code]);
    expect(answer.error.details).toHaveLength(1);
    expect(answer.error.details[0]).toMatchObject({ field });
    expect(await stored()).toEqual(before);
  });

  test('names every refused level only as often as it is refused', async () => {
    const answer = await ann(
      'POST',
      '/api/strategies',
      strategyBody(accountId, gridParams({ levels: 1000 })),
    );
    expect([answer.status, answer.error.code]).toEqual([422, 'PLAN_REFUSED']);
    expect(answer.error.details.map(({ code }) => code)).toContain('TOO_MANY_ORDERS');
  });
});

describe('a preview', () => {
  const preview = (params: Record<string, unknown>) => {
    const { kind, legs } = strategyBody(accountId);
    return ann('POST', '/api/strategies/preview', { kind, legs, params });
  };

  test('shows levels and requirements, and stores nothing', async () => {
    const before = await stored();
    const answer = await preview(gridParams());
    const plan = answer.body as PlanDto;
    expect(answer.status, answer.text).toBe(200);
    expect(plan.levels).toHaveLength(4);
    expect(plan.refusals).toEqual([]);
    expect(plan.requirements[0]).toMatchObject({ leg: 0, asset: 'USDT' });
    expect(await stored()).toEqual(before);
  });

  test('answers refusals as part of the plan, missing funds included', async () => {
    api.node.funds = { base: '0', quote: '1' };
    const poor = (await preview(gridParams())).body as PlanDto;
    expect(poor.refusals.map(({ code }) => code)).toEqual(['INSUFFICIENT_FUNDS']);
    const empty = await preview(gridParams({ lower: '62000' }));
    expect(empty.status).toBe(200);
    expect((empty.body as PlanDto).refusals[0]).toMatchObject({ code: 'RANGE_EMPTY', field: 'params.upper' });
    const huge = await preview(gridParams({ upper: '999999999999999999' }));
    expect((huge.body as PlanDto).refusals[0]).toMatchObject({ code: 'PRICE_TOO_HIGH' });
  });
});

describe('strategy kinds', () => {
  test('come with the schema of their params', async () => {
    const { items } = (await ann('GET', '/api/strategy-kinds')).body as {
      items: { kind: string; params: { properties: Record<string, unknown> } }[];
    };
    expect(items.map(({ kind }) => kind)).toContain('range-grid');
    expect(items[0]?.params.properties).toHaveProperty('lower');
  });
});
