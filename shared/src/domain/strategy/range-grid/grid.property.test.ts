import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, sum } from '../../numbers/decimal.js';
import { stepRangeGrid } from './machine.js';
import type { RangeGridState } from './state.js';
import { deadCells, needlessCopies, violations } from './test-invariants.js';
import { Walk, type Life } from './test-walk.js';

const RUNS = { numRuns: 200 };

/** Draws parameters that pass the plan, a fee mode, a start price and faults. */
function anyLife(fixed: Partial<Life> = {}): fc.Arbitrary<Life> {
  const quantity = fc.constantFrom(
    { quantity: { mode: 'base', value: '0.1' } } as const,
    { quantity: { mode: 'base', value: '0.437' } } as const,
    { quantity: { mode: 'quote', value: '25' } } as const,
    { quantity: { mode: 'total', value: '300' } } as const,
  );
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      quantity,
      levels: fc.integer({ min: 2, max: 8 }),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const),
      profit: fc.constantFrom('quote' as const, 'compound' as const, 'base' as const),
      initialInventory: fc.constantFrom('buy' as const, 'have' as const, 'none' as const),
      postOnly: fc.boolean(),
      feeMode: fc.constantFrom('received' as const, 'quote' as const, 'third' as const),
      start: fc.integer({ min: 13_500, max: 17_500 }),
      steps: fc.integer({ min: 20, max: 150 }),
      lateNews: fc.boolean(),
      edits: fc.boolean(),
    })
    .map(({ seed, feeMode, start, steps, lateNews, edits, quantity: amount, ...params }) => ({
      seed,
      feeMode,
      start,
      steps,
      lateNews,
      edits,
      params: { lower: '140', upper: '170', ...params, ...amount },
      ...fixed,
    }));
}

function walk(life: Life, check: (at: Walk) => void): Walk {
  const at = new Walk(life);
  at.session.afterEvent = () => check(at);
  check(at);
  at.run();
  return at;
}

describe('range grid accounting', { timeout: 60_000 }, () => {
  it('explains the equity change to the last digit after every event', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        walk(life, ({ session }) => {
          const { claimed, real } = session.profit();
          expect(claimed).toBe(real);
        });
      }),
      RUNS,
    );
  });

  it('explains it even where a venue takes the fees of both sides in base', () => {
    fc.assert(
      fc.property(anyLife({ feeMode: 'base' }), (life) => {
        walk(life, ({ session }) => {
          const { claimed, real } = session.profit();
          expect(claimed).toBe(real);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('counts each cycle once, and the cycles and the SELL in progress add up to the grid profit', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        walk(life, ({ session }) => {
          const { header } = session.state;
          const open = session
            .cells()
            .flatMap(([, { openCycle }]) =>
              openCycle === null ? [] : [dec(openCycle.gross).minus(openCycle.fees)],
            );
          const closed = session.cycles.map(({ cycle }) => cycle.net);
          expect(decStr(sum([...closed, ...open]))).toBe(header.grid);
          expect(header.cycles).toBe(session.cycles.length);
          const names = session.cycles.map(({ slot, cycle }) => `${slot}/${cycle.generation}/${cycle.part}`);
          expect(new Set(names).size).toBe(names.length);
        });
      }),
      RUNS,
    );
  });

  it('knows the position of the exchange', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        walk(life, ({ session }) => {
          const held = session.cells().flatMap(([, cell]) => cell.lots.map((lot) => lot.base));
          const position = sum([...held, session.state.header.unassigned.base]);
          expect(decStr(position)).toBe(decStr(session.exchange.base));
        });
      }),
      RUNS,
    );
  });
});

function isCanceling(state: RangeGridState, slot: number): boolean {
  return state.slots.get(slot)?.order?.canceling === true;
}

describe('range grid invariants', { timeout: 60_000 }, () => {
  it('holds every cell to one order at its level, or a reason, whatever the exchange does', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = new Walk(life);
        walk.session.afterEvent = () => expect(violations(walk.session)).toEqual([]);
        expect(violations(walk.session)).toEqual([]);
        walk.run();
      }),
      RUNS,
    );
  });

  it('never leaves a cell dead: once faults end, every cell rests an order or waits for a price', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = new Walk(life);
        walk.run();
        walk.settle();
        expect(deadCells(walk.session)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps the identity of everything that did not change', () => {
    fc.assert(
      fc.property(anyLife(), (life) => {
        const walk = new Walk(life);
        walk.session.afterEvent = (event, before) =>
          expect(needlessCopies(event, before, walk.session.state)).toEqual([]);
        walk.run();
      }),
      RUNS,
    );
  });

  it('goes on after a restart at any point as if it had never stopped', () => {
    fc.assert(
      fc.property(anyLife({ edits: false }), fc.integer({ min: 1, max: 200 }), (life, point) => {
        const walk = new Walk(life);
        const { session } = walk;
        let twin: RangeGridState | null = null;
        let events = 0;
        session.afterEvent = (event, before) => {
          const { params, context, now } = session;
          events += 1;
          if (twin === null && events >= point && event.type === 'quote') {
            const first = stepRangeGrid(
              params,
              context,
              { ...session.restored(before), sight: before.sight },
              event,
              now,
            );
            // Cancellations may have been lost with the process: they are asked for again.
            const again = first.commands.filter(
              (command) => !(command.type === 'cancel' && isCanceling(before, command.key.slot)),
            );
            expect(again).toEqual(session.commands);
            twin = first.state;
          } else if (twin !== null) {
            const step = stepRangeGrid(params, context, twin, event, now);
            expect(step.commands).toEqual(session.commands);
            twin = step.state;
          }
          if (twin !== null) expect(twin).toEqual(session.state);
        };
        walk.run();
      }),
      RUNS,
    );
  });
});
