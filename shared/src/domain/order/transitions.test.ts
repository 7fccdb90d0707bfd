import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal, ORDER_STATES, type OrderState } from './order.js';
import { isSurprising, judgeMove, nextState, TRANSITIONS, type Move } from './transitions.js';

/**
 * The whole matrix, written down once more. Columns are the updates, in the order of the rows: = says what is known,
 * + moves, ! moves and must be reported, . is older than what is known, x contradicts it and must be reported.
 */
const MATRIX: Record<OrderState, string> = {
  //                   int sent open part fill canc expi reje never
  intent: '             =   +    +    +    +    +    +    +    +',
  sent: '               .   =    +    +    +    +    +    +    +',
  open: '               .   .    =    +    +    +    +    .    .',
  'partially-filled': ' .   .    .    =    +    +    +    .    .',
  filled: '             .   .    .    .    =    .    .    .    .',
  canceled: '           .   .    .    .    !    =    x    .    .',
  expired: '            .   .    .    .    !    x    =    .    .',
  rejected: '           .   .    !    !    !    !    !    =    x',
  'never-sent': '       .   .    !    !    !    !    !    x    =',
};

const MEANING: Readonly<Record<string, Move>> = {
  '=': 'repeat',
  '+': 'step',
  '!': 'surprise',
  '.': 'stale',
  x: 'contradiction',
};

const PAIRS = ORDER_STATES.flatMap((from) =>
  ORDER_STATES.map((to, column) => {
    const move = MEANING[MATRIX[from].trim().split(/\s+/)[column] ?? ''];
    return { from, to, move, moves: move === 'step' || move === 'surprise' };
  }),
);

/** A life the exchange can give an order, state by state. */
const anyLife: fc.Arbitrary<OrderState[]> = fc
  .array(fc.nat(), { minLength: 1, maxLength: 8 })
  .map((choices) => {
    const life: OrderState[] = ['intent'];
    for (const choice of choices) {
      const last = life.at(-1) ?? 'intent';
      const next = TRANSITIONS[last];
      const state = next[choice % Math.max(1, next.length)];
      if (state !== undefined) life.push(state);
    }
    return life;
  });

describe('order transitions', () => {
  it.each(PAIRS)('$from, then $to: $move', ({ from, to, move, moves }) => {
    expect(judgeMove(from, to)).toBe(move);
    expect(nextState(from, to)).toBe(moves ? to : from);
  });

  it('end in the same state however updates are shuffled and repeated', () => {
    const shuffled = anyLife.chain((life) =>
      fc.record({
        life: fc.constant(life),
        updates: fc
          .array(fc.constantFrom(...life), { maxLength: 10 })
          .chain((again) =>
            fc.shuffledSubarray([...life, ...again], { minLength: life.length + again.length }),
          ),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ life, updates }) => {
        expect(updates.reduce<OrderState>(nextState, 'intent')).toBe(life.at(-1));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never lead from an exchange state back to one that says less', () => {
    for (const { from, to, moves } of PAIRS) {
      if (moves && from !== 'intent') expect(['intent', 'sent']).not.toContain(to);
    }
  });

  it('leave a final state only with a surprise that must be reported', () => {
    for (const { from, to, moves } of PAIRS) {
      if (moves) expect(isSurprising(from, to)).toBe(isFinal(from));
      expect(isSurprising(from, from)).toBe(false);
    }
  });
});
