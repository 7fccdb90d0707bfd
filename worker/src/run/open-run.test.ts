import { strategyKinds } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { SOL_LEG } from '../testing/sol-leg.js';
import { isHopeless, reasonOf } from './failure-reason.js';
import type { LoadedRun } from './load-run.js';
import { openRun, RunFailure } from './open-run.js';
import type { StepStore } from './step-store.js';

const PARAMS = { lower: '140', upper: '150', levels: 11, quantity: { value: '1' }, initialInventory: 'none' };
const LEG = { ...SOL_LEG, makerRate: '0', takerRate: '0' };

/** A grid as MySQL has it after its first step, with parts of it replaced. */
function stored(change: {
  header?: string;
  context?: string;
  slot?: string;
  params?: string;
  kind?: string;
}): LoadedRun {
  const context = { legs: [LEG] };
  const kind = strategyKinds.get('range-grid')?.bind(PARAMS);
  const started = kind?.start({ ...context, firstGeneration: 1, carried: null }, 1_000).state;
  const slots = new Map([...(started?.slots ?? [])].map(([slot, state]) => [slot, JSON.stringify(state)]));
  if (change.slot !== undefined) slots.set(0, change.slot);
  return {
    strategy: { id: 7, kind: change.kind ?? 'range-grid', params: JSON.stringify(PARAMS), revision: 1 },
    run: { id: 3 },
    legs: [],
    fence: 2,
    salt: 'ab12',
    formerSalts: [],
    state: {
      revision: 1,
      context: change.context ?? JSON.stringify(context),
      header: change.header ?? JSON.stringify(started?.header),
    },
    stateParams: change.params ?? JSON.stringify(PARAMS),
    slots,
    liveOrders: [],
    refused: [],
  } as unknown as LoadedRun;
}

const open = (loaded: LoadedRun) => openRun(loaded, [], {} as StepStore, 1_000);

describe('a stored run', () => {
  it('goes on from what is stored', async () => {
    const { revision, memory } = await open(stored({}));
    expect(revision).toBe(1);
    expect(memory.machine.slots.size).toBeGreaterThanOrEqual(10);
  });

  it('of a contract without a stop, stored before that had to be allowed, goes on and is shown as unprotected', async () => {
    const futures = { leverage: 2, marginMode: 'isolated', positionMode: 'one-way' };
    const market = { ...LEG.market, symbol: 'SOL/USDT:USDT', type: 'linear' };
    const context = { legs: [{ ...LEG, market }] };
    const params = JSON.stringify({ ...PARAMS, futures });
    const { frame, memory } = await open(stored({ params, context: JSON.stringify(context) }));
    expect(frame.kind.plan(frame.context).refusals.map(({ code }) => code)).toEqual(['STOP_LOSS_MISSING']);
    expect(frame.kind.view(frame.context, memory.machine).hasStop).toBe(false);
  });

  it.each([
    ['a header that is no JSON', { header: '{"phase":' }, 'STATE_UNREADABLE'],
    ['a header of another form', { header: '{"phase":"dancing"}' }, 'STATE_UNREADABLE'],
    ['a slot of another form', { slot: '{"want":"buy"}' }, 'STATE_UNREADABLE'],
    ['a slot that is no JSON', { slot: 'x' }, 'STATE_UNREADABLE'],
    ['a context without its market', { context: '{"legs":[{}]}' }, 'STATE_UNREADABLE'],
    ['a context without legs', { context: '{}' }, 'STATE_UNREADABLE'],
    ['params with names of another version', { params: '{"lowerPrice":"140"}' }, 'PARAMS_UNREADABLE'],
    ['params that are no JSON', { params: '' }, 'PARAMS_UNREADABLE'],
    ['a kind that is not known here', { kind: 'martingale' }, 'KIND_UNKNOWN'],
  ])('with %s fails with a reason instead of being tried for ever', async (_, change, code) => {
    const error: unknown = await open(stored(change)).then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(RunFailure);
    const reason = reasonOf(error);
    expect(reason.code).toBe(code);
    expect(reason.message).not.toBe('');
    expect(isHopeless(error)).toBe(false);
  });
});
