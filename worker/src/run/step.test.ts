import { dec, decStr, strategyKinds, type PlanContext } from '@gridfleet/shared/domain';
import { describe, expect, it } from 'vitest';
import { FREE, policy } from '../testing/policies.js';
import { SOL_LEG } from '../testing/sol-leg.js';
import type { AdmissionView } from './admission.js';
import type { ValuedReport } from './live-order.js';
import { firstStep, forgetOld, hasEffects, stepAll, type RunFrame, type StepResult } from './step.js';

const CONTEXT: PlanContext = { legs: [SOL_LEG] };
const PARAMS = { lower: '140', upper: '150', levels: 11, quantity: { value: '1' }, initialInventory: 'none' };
const NOW = 1_000_000;
const HALTED: AdmissionView = { policies: [policy({ state: 'HALTED' })], holdings: null };
const REDUCING: AdmissionView = { policies: [policy({ state: 'REDUCING' })], holdings: null };

function frame(): RunFrame {
  const kind = strategyKinds.get('range-grid')?.bind(PARAMS);
  if (kind === undefined) throw new Error('no such kind');
  return { strategyId: 7, runId: 3, fence: 2, salt: 'ab12', kind, context: CONTEXT, accountIds: [4] };
}

function begin(view: AdmissionView = FREE): { frame: RunFrame; step: StepResult } {
  const run = frame();
  const start = run.kind.start({ ...CONTEXT, firstGeneration: 1, carried: null }, NOW);
  return { frame: run, step: firstStep(run, start, view, NOW) };
}

const report = (id: string, change: Partial<ValuedReport>): ValuedReport => ({
  clientOrderId: id,
  exchangeOrderId: '9',
  state: 'open',
  filledQuantity: '0',
  fill: null,
  refusal: null,
  ...change,
});

describe('a step of the engine', () => {
  it('writes one intent for each cell, with ids that name strategy, slot, side and generation', () => {
    const { step } = begin();
    expect(step.intents).toHaveLength(10);
    expect(step.intents[0]?.row).toMatchObject({
      state: 'intent',
      clientOrderId: 'gfab12' + '000007' + '0' + '0000' + 'B' + '00001',
      accountId: 4,
      price: '140',
      quantity: '1',
      fence: '2',
    });
    expect(step.changedSlots.length).toBeGreaterThanOrEqual(10);
  });

  it('writes no intent while trading is halted, and each cell says why', () => {
    const { frame: run, step } = begin(HALTED);
    expect(step.intents).toEqual([]);
    const { levels } = run.kind.view(CONTEXT, step.memory.machine);
    expect(new Set(levels.map((level) => level.reason?.code))).toEqual(new Set(['TRADING_HALTED']));
  });

  it('lets only the denied side wait', () => {
    const { step } = begin(REDUCING);
    expect(step.intents).toEqual([]);
  });

  it('costs nothing when a quote changes nothing', () => {
    const { frame: run, step } = begin();
    const quote = { type: 'quote', leg: 0, market: 'SOL/USDT', bid: 15_400, ask: 15_401 } as const;
    expect(hasEffects(stepAll(run, step.memory, [{ type: 'event', event: quote }], FREE, NOW))).toBe(false);
  });

  it('answers a filled BUY with its SELL in the same step', () => {
    const { frame: run, step } = begin();
    const id = step.intents[9]?.row.clientOrderId ?? '';
    const fill = {
      tradeId: '1',
      price: '149',
      quantity: '1',
      quoteQuantity: '149',
      fee: '0.0001',
      feeAsset: 'SOL',
      feeQuote: '0.0149',
      maker: true,
      time: NOW,
    };
    const done = stepAll(
      run,
      step.memory,
      [{ type: 'report', report: report(id, { state: 'filled', filledQuantity: '1', fill }) }],
      FREE,
      NOW + 1,
    );
    expect(done.fills).toHaveLength(1);
    expect(done.updated.map(({ row }) => row.state)).toEqual(['filled']);
    // The fee was taken in base: only what was received, floored to the step, can be sold.
    expect(done.intents.map(({ row }) => [row.side, row.price, row.quantity])).toEqual([
      ['sell', '150', '0.999'],
    ]);
    const again = stepAll(
      run,
      done.memory,
      [{ type: 'report', report: report(id, { state: 'filled', filledQuantity: '1', fill }) }],
      FREE,
      NOW + 2,
    );
    expect(hasEffects(again)).toBe(false);
  });

  it('forgets final orders only after their time', () => {
    const { frame: run, step } = begin();
    const id = step.intents[0]?.row.clientOrderId ?? '';
    const { memory } = stepAll(
      run,
      step.memory,
      [{ type: 'report', report: report(id, { state: 'canceled' }) }],
      FREE,
      NOW,
    );
    expect(forgetOld(memory, NOW + 9 * 60_000).orders.has(id)).toBe(true);
    expect(forgetOld(memory, NOW + 11 * 60_000).orders.has(id)).toBe(false);
  });

  const tick = { type: 'event', event: { type: 'timer', name: 'tick' } } as const;
  const trade = (tradeId: string, quantity: string) => ({
    tradeId,
    price: '149',
    quantity,
    quoteQuantity: decStr(dec(quantity).times(dec('149'))),
    fee: '0',
    feeAsset: 'USDT',
    feeQuote: '0',
    maker: true,
    time: NOW,
  });

  it('arms a slot again whose order met another one of the same account, with the next generation', () => {
    const { frame: run, step } = begin();
    const first = step.intents[9]?.row;
    const refusal = {
      code: 'SELF_TRADE_PREVENTED',
      message: 'It would have met an order of the same account.',
    };
    const ended = report(first?.clientOrderId ?? '', { state: 'expired', refusal });
    const over = stepAll(run, step.memory, [{ type: 'report', report: ended }], FREE, NOW);
    expect(over.refusals).toMatchObject([{ key: { slot: 9 }, reason: refusal }]);
    const again = stepAll(run, over.memory, [tick], FREE, NOW + 10_000);
    expect(again.intents.map(({ row }) => [row.slot, row.side, row.generation])).toEqual([[9, 'buy', 2]]);
    const accepted = report(again.intents[0]?.row.clientOrderId ?? '', { state: 'open' });
    const open = stepAll(run, again.memory, [{ type: 'report', report: accepted }], FREE, NOW + 11_000);
    expect(open.cleared).toMatchObject([{ slot: 9 }]);
  });

  it('books a fill that comes after the cancel, journals it, and sells what it bought', () => {
    const { frame: run, step } = begin();
    const id = step.intents[9]?.row.clientOrderId ?? '';
    const canceled = report(id, { state: 'canceled' });
    const over = stepAll(run, step.memory, [{ type: 'report', report: canceled }], FREE, NOW);
    const late = report(id, { state: 'canceled', filledQuantity: '0.4', fill: trade('9', '0.4') });
    const { fills, corrections, updated, memory } = stepAll(
      run,
      over.memory,
      [{ type: 'report', report: late }],
      FREE,
      NOW + 1,
    );
    expect(fills).toHaveLength(1);
    expect(updated.map(({ row }) => [row.state, row.filledQuantity])).toEqual([['canceled', '0.4']]);
    expect(corrections).toMatchObject([
      { cause: 'LATE_FILL', before: { filled: '0' }, after: { state: 'canceled', filled: '0.4' } },
    ]);
    expect(run.kind.view(CONTEXT, memory.machine).position).toBe('0.4');
    const twice = stepAll(run, memory, [{ type: 'report', report: late }], FREE, NOW + 2);
    expect(hasEffects(twice)).toBe(false);
  });

  it('measures the price band from the newest quote', () => {
    const banded: AdmissionView = {
      policies: [policy({ limits: { priceBandPercent: '1' } })],
      holdings: null,
    };
    const { frame: run, step } = begin();
    const canceled = report(step.intents[9]?.row.clientOrderId ?? '', { state: 'canceled' });
    const crash = { type: 'quote', leg: 0, market: 'SOL/USDT', bid: 14_000, ask: 14_001 } as const;
    const over = stepAll(
      run,
      step.memory,
      [
        { type: 'event', event: crash },
        { type: 'report', report: canceled },
      ],
      banded,
      NOW,
    );
    expect(over.intents).toEqual([]);
    const later = stepAll(run, over.memory, [tick], banded, NOW + 60_000);
    expect(later.refusals.map(({ reason }) => reason.code)).toEqual(['PRICE_BAND']);
    const back = { ...crash, bid: 15_499, ask: 15_500 };
    const calm = stepAll(run, later.memory, [{ type: 'event', event: back }, tick], banded, NOW + 180_000);
    expect(calm.intents.map(({ row }) => row.slot)).toEqual([9]);
  });

  it('journals an update that contradicts what is known, and takes no notice of it otherwise', () => {
    const { frame: run, step } = begin();
    const id = step.intents[9]?.row.clientOrderId ?? '';
    const over = stepAll(
      run,
      step.memory,
      [{ type: 'report', report: report(id, { state: 'expired' }) }],
      FREE,
      NOW,
    );
    const contrary = { type: 'report', report: report(id, { state: 'canceled' }) } as const;
    const odd = stepAll(run, over.memory, [contrary], FREE, NOW + 1);
    expect(odd.corrections).toMatchObject([
      { cause: 'CONTRADICTORY_UPDATE', before: { state: 'expired' }, after: { state: 'canceled' } },
    ]);
    expect(odd.updated).toEqual([]);
    expect(hasEffects(odd)).toBe(true);
    expect(hasEffects(stepAll(run, odd.memory, [contrary], FREE, NOW + 2))).toBe(false);
  });

  it('shows what a gate held back, and arms the slot as soon as the gate opens', () => {
    const { frame: run, step } = begin();
    const refusal = { code: 'WEIGHT_BUDGET', message: 'Used up.' };
    const held = report(step.intents[9]?.row.clientOrderId ?? '', {
      state: 'never-sent',
      refusal,
      retryAt: NOW + 1_500,
    });
    const over = stepAll(run, step.memory, [{ type: 'report', report: held }], FREE, NOW);
    expect(over.refusals).toMatchObject([{ key: { slot: 9 }, reason: refusal }]);
    expect(stepAll(run, over.memory, [tick], FREE, NOW + 1_400).intents).toEqual([]);
    const again = stepAll(run, over.memory, [tick], FREE, NOW + 1_500);
    expect(again.intents.map(({ row }) => [row.slot, row.generation])).toEqual([[9, 2]]);
    const accepted = report(again.intents[0]?.row.clientOrderId ?? '', { state: 'open' });
    const open = stepAll(run, again.memory, [{ type: 'report', report: accepted }], FREE, NOW + 1_600);
    expect(open.cleared).toMatchObject([{ slot: 9 }]);
  });

  it('tries what a trading state refused at once when it is told that the state has changed', () => {
    const { frame: run, step } = begin(HALTED);
    expect(new Set(step.memory.refused.values())).toEqual(new Set(['TRADING_HALTED']));
    const retry = { type: 'event', event: { type: 'retry', codes: ['TRADING_HALTED'] } } as const;
    expect(stepAll(run, step.memory, [tick], FREE, NOW + 100).intents).toEqual([]);
    const open = stepAll(run, step.memory, [retry], FREE, NOW + 100);
    expect(open.intents).toHaveLength(10);
  });

  it('takes a closing order that could not trade whole for no refusal', () => {
    const { frame: run, step } = begin();
    const order = step.memory.orders.get(step.intents[9]?.row.clientOrderId ?? '');
    if (order === undefined) throw new Error('no order');
    const id = order.row.clientOrderId;
    const orders = new Map(step.memory.orders).set(id, {
      ...order,
      row: { ...order.row, timeInForce: 'IOC' },
    });
    const ended = { type: 'report', report: report(id, { state: 'expired' }) } as const;
    expect(stepAll(run, { ...step.memory, orders }, [ended], FREE, NOW).refusals).toEqual([]);
  });
});
