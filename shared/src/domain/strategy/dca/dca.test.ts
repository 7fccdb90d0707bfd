import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom, type FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { KindWalk, needlessCopies } from '../testing/kind-walk.js';
import { keepsPromise, type Kept } from '../testing/wake-promise.js';
import { dca } from './index.js';
import type { DcaParams } from './params.js';
import { BUY_SLOT, SELL_SLOT, type DcaState } from './state.js';

const PARAMS: DcaParams = {
  quantity: { mode: 'base', value: '1' },
  buys: 3,
  stepDeviation: '10',
  takeProfit: '5',
};
const LEG = { ...TEST_LEG, makerRate: '0', takerRate: '0', bid: 10_000, ask: 10_000 };

/** At 100.00, with the first buy filled and its take-profit resting. */
function started(params: Partial<DcaParams> = {}): KindSession<DcaParams, DcaState> {
  const session = new KindSession(dca, { ...PARAMS, ...params }, LEG);
  session.acceptAll();
  session.acceptAll();
  return session;
}

describe('cost averaging', () => {
  it('buys at once, and sells it five percent higher', () => {
    const session = started();
    expect(session.order(SELL_SLOT)).toMatchObject({ side: 'sell', price: 10_500, quantity: 1_000 });
    session.walkTo(10_499);
    expect(session.cycles).toEqual([]);
    session.quote(10_500);
    session.fill(session.order(SELL_SLOT));
    expect(session.cycles).toMatchObject([{ cycle: { buyPrice: '100', sellPrice: '105', net: '5' } }]);
    expect(session.order(BUY_SLOT)).toMatchObject({ side: 'buy', price: null });
  });

  it('buys again a step lower, and takes profit on the average of both', () => {
    const session = started();
    session.quote(9_001, 9_001);
    expect(session.commands).toEqual([]);
    session.walkTo(9_000, 9_000);
    // (100 + 90) / 2 · 1.05 = 99.75
    expect(session.order(SELL_SLOT)).toMatchObject({ price: 9_975, quantity: 2_000 });
    expect(session.exchange.live()).toHaveLength(1);
  });

  it('buys again when its time has come, and never more often than it may', () => {
    const { stepDeviation: _, ...rest } = PARAMS;
    const session = new KindSession(dca, { ...rest, intervalMinutes: 60 }, LEG);
    session.acceptAll();
    session.tick(3_599_000);
    expect(session.commands).toEqual([]);
    session.tick();
    expect(session.commands).toMatchObject([{ type: 'place', side: 'buy', price: null }]);
    for (let hour = 0; hour < 10; hour += 1) {
      session.acceptAll();
      session.cancelAsked();
      session.tick(3_600_000);
    }
    expect(session.state.header.buys).toBe(3);
    expect(dca.view(session.params, session.context, session.state).position).toBe('3');
  });

  it('keeps its position through an edit, with the take-profit of the new params', () => {
    const session = started();
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({ takeProfit: '10' });
    expect(session.order(SELL_SLOT)).toMatchObject({ price: 11_000, quantity: 1_000 });
  });

  it('ends flat when it is told to sell', () => {
    const session = started();
    session.stop('sell');
    session.cancelAsked();
    expect(session.finish).toBeNull();
    session.fill(session.order(SELL_SLOT));
    expect(session.finish).toMatchObject({ outcome: 'flat' });
  });

  it.each([
    ['NEVER_DUE', { stepDeviation: undefined }],
    ['DEVIATION_NOT_POSITIVE', { takeProfit: '0' }],
    ['BELOW_MIN_NOTIONAL', { quantity: { mode: 'quote' as const, value: '4' } }],
    ['PRICE_NOT_POSITIVE', { stepDeviation: '100' }],
  ])('is refused with %s', (code, change) => {
    const params = JSON.parse(JSON.stringify({ ...PARAMS, ...change })) as DcaParams;
    const { refusals } = dca.plan(params, { legs: [LEG] });
    expect(refusals.map((refusal) => refusal.code)).toContain(code);
  });
});

describe('cost averaging on a contract', () => {
  it('is refused unless somebody says that it may do without a stop-loss', () => {
    const codes = (params: Partial<DcaParams>, leg = LINEAR_LEG): string[] =>
      dca.plan({ ...PARAMS, ...params }, { legs: [leg] }).refusals.map(({ code }) => code);
    expect(codes({})).toEqual(['STOP_LOSS_MISSING']);
    expect(codes({ allowUnprotected: true })).toEqual([]);
    expect(codes({}, LEG)).toEqual([]);
  });
});

describe('cost averaging under faults', { timeout: 30_000 }, () => {
  const anyLife = fc.record({
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    steps: fc.integer({ min: 20, max: 120 }),
    lateNews: fc.boolean(),
    feeMode: fc.constantFrom<FeeMode>('received', 'base', 'quote', 'third'),
    quantity: fc.constantFrom(
      { mode: 'base' as const, value: '0.06' },
      { mode: 'quote' as const, value: '33' },
    ),
    buys: fc.integer({ min: 1, max: 4 }),
    intervalMinutes: fc.integer({ min: 1, max: 5 }),
    stepDeviation: fc.constantFrom('0.5', '2'),
    takeProfit: fc.constantFrom('0.3', '2'),
  });

  it('explains equity to the last digit, copies nothing for nothing, and goes on after a restart', () => {
    fc.assert(
      fc.property(anyLife, fc.integer({ min: 1, max: 150 }), (life, point) => {
        const { seed, steps, lateNews, feeMode, ...params } = life;
        const session = new KindSession(dca, params, TEST_LEG, feeMode);
        let events = 0;
        session.afterEvent = (event, before) => {
          const { claimed, real } = session.profit();
          expect(claimed).toBe(real);
          expect(needlessCopies(before, session.state)).toEqual([]);
          const names = session.exchange.live().filter((at) => !at.cancelRequested);
          expect(new Set(names.map(({ key }) => key.slot)).size).toBe(names.length);
          events += 1;
          if (events !== point || event.type !== 'quote') return;
          const restored = { ...session.restored(before), sight: before.sight };
          const step = dca.on(session.params, session.context, restored, event, session.now);
          expect(step.state.header).toEqual(session.state.header);
          expect(step.commands.filter(({ type }) => type === 'place')).toEqual(
            session.commands.filter(({ type }) => type === 'place'),
          );
        };
        new KindWalk(session, { seed, steps, lateNews, edits: [{ takeProfit: '1' }] }).run();
      }),
      { numRuns: 200 },
    );
  });

  it('means it when it says what it need not see', () => {
    const answers = new Set<Kept>();
    fc.assert(
      fc.property(anyLife, ({ seed, steps, lateNews, feeMode, ...params }) => {
        const random = randomFrom(seed);
        const session = new KindSession(dca, params, TEST_LEG, feeMode);
        session.afterEvent = () => {
          const answer = keepsPromise(session, random);
          answers.add(answer);
          expect(answer).not.toBe('broken');
        };
        new KindWalk(session, { seed, steps, lateNews, edits: [{ takeProfit: '1' }] }).run();
      }),
      { numRuns: 200 },
    );
    expect(answers).toContain('kept');
  });

  it('holds a take-profit for everything it holds once faults end', () => {
    fc.assert(
      fc.property(anyLife, ({ seed, steps, lateNews, feeMode, ...params }) => {
        const session = new KindSession(dca, params, TEST_LEG, feeMode);
        const walk = new KindWalk(session, { seed, steps, lateNews, edits: [] });
        walk.run();
        walk.settle();
        const { target, held } = session.state.header;
        const selling = session.exchange.live().filter(({ key }) => key.slot === SELL_SLOT);
        const steps_ = Math.max(0, Math.floor(Number(held.base) * 1000 + 1e-6));
        expect(selling.map(({ price, quantity, filled }) => [price, quantity - filled])).toEqual(
          target === null || steps_ * target < 500_000 ? [] : [[target, steps_]],
        );
      }),
      { numRuns: 100 },
    );
  });
});
