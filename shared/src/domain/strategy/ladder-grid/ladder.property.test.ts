import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, sum } from '../../numbers/decimal.js';
import { randomFrom } from '../range-grid/test-exchange.js';
import { needlessCopies } from '../testing/kind-walk.js';
import { keepsPromise, type Kept } from '../testing/wake-promise.js';
import { isLong, ladderOf, openSide } from './context.js';
import { ladderGrid } from './index.js';
import { openTarget } from './prices.js';
import { isFollowing } from './test-drift.js';
import { anyLife, live } from './test-lives.js';
import { violations } from './test-violations.js';
import type { LadderGridState } from './state.js';

const RUNS = { numRuns: 200 };
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
