import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, sum } from '../../numbers/decimal.js';
import { randomFrom, type FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { KindWalk, needlessCopies, type WalkOptions } from '../testing/kind-walk.js';
import { keepsPromise, type Kept } from '../testing/wake-promise.js';
import { isLong, ladderOf, openSide } from './context.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import { openTarget } from './prices.js';
import { isFollowing } from './test-drift.js';
import { violations } from './test-violations.js';
import type { LadderGridState } from './state.js';

const RUNS = { numRuns: 200 };
const EDITS: Partial<LadderGridParams>[] = [
  { levels: 1, openDeviation: '1' },
  { levels: 6, closeDeviation: '2' },
  { quantity: { mode: 'quote', value: '40' }, maxPositions: 2 },
  { anchor: 'fixed', tolerance: '0' },
];

interface Life {
  params: LadderGridParams;
  feeMode: FeeMode;
  options: WalkOptions<LadderGridParams>;
}

function anyLife(fixed: { edits?: boolean; lateNews?: boolean } = {}): fc.Arbitrary<Life> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      steps: fc.integer({ min: 20, max: 150 }),
      lateNews: fc.boolean(),
      edits: fc.boolean(),
      feeMode: fc.constantFrom<FeeMode>('received', 'base', 'quote', 'third'),
      side: fc.constantFrom('long' as const, 'short' as const, 'both' as const),
      levels: fc.integer({ min: 1, max: 5 }),
      openDeviation: fc.constantFrom('0.2', '0.5', '1.37'),
      closeDeviation: fc.constantFrom('0.5', '1'),
      quantity: fc.constantFrom(
        { mode: 'base' as const, value: '0.437' },
        { mode: 'base' as const, value: '0.06' },
        { mode: 'quote' as const, value: '25' },
      ),
      anchor: fc.constantFrom('trail-up' as const, 'trail-both' as const, 'fixed' as const),
      tolerance: fc.constantFrom('0', '0.1', '0.4'),
      positionMode: fc.constantFrom('one-way' as const, 'hedge' as const),
      postOnly: fc.boolean(),
      maxPositions: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      stopLoss: fc.option(fc.constantFrom('0.7', '3'), { nil: undefined }),
      maxHoldingMinutes: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
    })
    .map(
      ({ seed, steps, lateNews, edits, feeMode, maxPositions, stopLoss, maxHoldingMinutes, ...params }) => ({
        feeMode,
        params: {
          ...params,
          ...(maxPositions === undefined ? {} : { maxPositions }),
          ...(stopLoss === undefined ? {} : { stopLoss }),
          ...(maxHoldingMinutes === undefined ? {} : { maxHoldingMinutes }),
        },
        options: {
          seed,
          steps,
          lateNews: fixed.lateNews ?? lateNews,
          edits: (fixed.edits ?? edits) ? EDITS : [],
        },
      }),
    );
}

function live({ params, feeMode, options }: Life): KindWalk<LadderGridParams, LadderGridState> {
  const leg = params.side === 'long' ? TEST_LEG : LINEAR_LEG;
  return new KindWalk(new KindSession(ladderGrid, params, leg, feeMode), options);
}
describe('ladder grid', { timeout: 60_000 }, () => {
  it('explains the equity change to the last digit after every event', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = live(life);
        walk.session.afterEvent = () => {
          const { claimed, real } = walk.session.profit();
          expect(claimed).toBe(real);
        };
        walk.run();
      }),
      RUNS,
    );
  });

  it('counts each cycle once, and the cycles and those in progress add up to what is realised', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = live(life);
        const { session } = walk;
        session.afterEvent = () => {
          const open = [...session.state.slots.values()].flatMap(({ openCycle }) =>
            openCycle === null ? [] : [dec(openCycle.gross).minus(openCycle.fees)],
          );
          const closed = session.cycles.map(({ cycle }) => cycle.net);
          expect(decStr(sum([...closed, ...open]))).toBe(session.state.header.realised);
          expect(session.state.header.cycles).toBe(session.cycles.length);
          const names = session.cycles.map(({ slot, cycle }) => `${slot}/${cycle.generation}/${cycle.part}`);
          expect(new Set(names).size).toBe(names.length);
        };
        walk.run();
      }),
      RUNS,
    );
  });

  it('has one order or a reason in every slot and never more than it may, whatever the exchange does', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = live(life);
        walk.session.afterEvent = () => expect(violations(walk.session)).toEqual([]);
        walk.run();
      }),
      RUNS,
    );
  });

  it('never takes an untouched opening order away from a market that comes towards it', () => {
    fc.assert(
      fc.property(anyLife({ lateNews: false, edits: false }), (life) => {
        fc.pre(life.params.anchor !== 'trail-both');
        const walk = live(life);
        const { session } = walk;
        session.afterEvent = () => {
          const ladder = ladderOf(session.params, session.context);
          for (const command of session.commands) {
            if (command.type !== 'cancel' || command.side !== openSide(command.key.slot)) continue;
            const { slot } = command.key;
            const order = session.exchange.orders.find(
              (at) =>
                at.key.slot === slot && at.side === command.side && at.generation === command.generation,
            );
            if (order?.price == null || order.filled > 0) continue;
            const quote = session.state.quote;
            const reference = isLong(slot) ? quote?.bid : quote?.ask;
            const target = reference === undefined ? 0 : openTarget(ladder, slot, reference);
            expect(life.params.anchor).toBe('trail-up');
            expect(isFollowing(slot, order.price, target)).toBe(true);
          }
        };
        walk.run();
      }),
      RUNS,
    );
  });

  it('never leaves a slot dead: once faults end, each rests an order or says what it waits for', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = live(life);
        walk.run();
        walk.settle();
        const patient = ['MAX_POSITIONS', 'WOULD_CROSS', 'SLOT_REMOVED'];
        const dead = [...walk.session.state.slots].filter(
          ([, { order, waiting }]) =>
            (order === null && !patient.includes(waiting?.code ?? '')) ||
            order?.state === 'intent' ||
            order?.state === 'sent',
        );
        expect(dead).toEqual([]);
      }),
      RUNS,
    );
  });

  it('means it when it says what it need not see', () => {
    const answers = new Set<Kept>();
    fc.assert(
      fc.property(anyLife(), (life) => {
        const random = randomFrom(life.options.seed);
        const walk = live(life);
        walk.session.afterEvent = () => {
          const answer = keepsPromise(walk.session, random);
          answers.add(answer);
          expect(answer).not.toBe('broken');
        };
        walk.run();
      }),
      RUNS,
    );
    expect(answers).toContain('kept');
  });

  it('keeps the identity of everything that did not change', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = live(life);
        walk.session.afterEvent = (_, before) =>
          expect(needlessCopies(before, walk.session.state)).toEqual([]);
        walk.run();
      }),
      RUNS,
    );
  });

  it('goes on after a restart at any point as if it had never stopped', () => {
    fc.assert(
      fc.property(anyLife({ edits: false }), fc.integer({ min: 1, max: 200 }), (life, point) => {
        const walk = live(life);
        const { session } = walk;
        let twin: LadderGridState | null = null;
        let events = 0;
        session.afterEvent = (event, before) => {
          const { params, context, now } = session;
          events += 1;
          const isRestart = twin === null && events >= point && event.type === 'quote';
          if (!isRestart && twin === null) return;
          const at: LadderGridState = twin ?? session.restored(before);
          const step = ladderGrid.on(params, context, at, event, now);
          // Cancellations may have been lost with the process: they are asked for again.
          const expected = step.commands.filter(
            (command) =>
              !isRestart ||
              command.type !== 'cancel' ||
              before.slots.get(command.key.slot)?.order?.canceling !== true,
          );
          expect(expected).toEqual(session.commands);
          twin = step.state;
          expect(new Map([...twin.slots].sort(([a], [b]) => a - b))).toEqual(
            new Map([...session.state.slots].sort(([a], [b]) => a - b)),
          );
          expect(twin.header).toEqual(session.state.header);
        };
        walk.run();
      }),
      RUNS,
    );
  });
});
