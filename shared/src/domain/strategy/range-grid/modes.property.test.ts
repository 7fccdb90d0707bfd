import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decStr } from '../../numbers/decimal.js';
import type { Market } from '../../market/market.js';
import { isAsleep } from '../events.js';
import { startRangeGrid, stepRangeGrid } from './machine.js';
import type { RangeGridParams } from './params.js';
import type { RangeGridState } from './state.js';
import { randomFrom } from './test-exchange.js';
import { deadCells, needlessCopies, violations } from './test-invariants.js';
import { positionOf, TEST_MARKET } from './test-session.js';
import { Walk, type Life } from './test-walk.js';

const RUNS = { numRuns: 150 };
const LINEAR: Market = { ...TEST_MARKET, symbol: 'SOL/USDT:USDT', type: 'linear' };

type Exits = NonNullable<RangeGridParams['exits']>;
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Options that were not drawn are absent, as in stored params. */
function clean(params: object): Partial<RangeGridParams> {
  return JSON.parse(JSON.stringify(params)) as Partial<RangeGridParams>;
}

/** What is different without an upper end; a cell's value is a step's part of what is held. */
const INFINITY = {
  upper: undefined,
  levels: undefined,
  trailing: undefined,
  direction: 'long',
  profit: 'quote',
  initialInventory: 'buy',
  quantity: { mode: 'quote', value: '1000' },
} as const;

/** Every mode of the grid at once: directions, infinity, trailing, exits, budget, trigger, stops. */
function anyMode(fixed: Partial<Life> = {}): fc.Arbitrary<Life> {
  const stop = fc.constantFrom<Exits['stop']>('keep', 'cancel', 'sell', 'buy');
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 0xffff_ffff }),
      direction: fc.constantFrom('long' as const, 'short' as const, 'neutral' as const, 'reverse' as const),
      hedge: fc.boolean(),
      levels: fc.integer({ min: 2, max: 8 }),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const, 'infinity' as const),
      stepPercent: fc.constantFrom('0.7', '3'),
      profit: fc.constantFrom('quote' as const, 'compound' as const),
      initialInventory: fc.constantFrom('buy' as const, 'none' as const),
      initialOrder: fc.constantFrom('market' as const, 'limit' as const),
      postOnly: fc.boolean(),
      value: fc.constantFrom('0.1', '0.437'),
      maxOrders: optional(fc.integer({ min: 2, max: 5 })),
      trigger: optional(fc.constantFrom('150', '160')),
      outOfRange: fc.constantFrom('hold' as const, 'stop' as const, 'sell' as const),
      trailing: optional(
        fc.record({
          direction: fc.constantFrom('up' as const, 'down' as const, 'both' as const),
          highest: optional(fc.constant('185')),
          lowest: optional(fc.constant('125')),
        }),
      ),
      exits: optional(
        fc.record({
          stopLoss: optional(fc.constantFrom('130', '180')),
          trailingStopPercent: optional(fc.constantFrom('8', '20')),
          profitTarget: optional(fc.constant('1.5')),
          timeLimitHours: optional(fc.constant('0.05')),
          stop,
        }),
      ),
      feeMode: fc.constantFrom('received' as const, 'quote' as const, 'third' as const),
      start: fc.integer({ min: 13_500, max: 17_500 }),
      steps: fc.integer({ min: 20, max: 200 }),
      lateNews: fc.boolean(),
      edits: fc.boolean(),
      stops: fc.uniqueArray(stop),
    })
    .map(({ seed, hedge, value, feeMode, start, steps, lateNews, edits, stops, ...chosen }) => {
      const isInfinity = chosen.spacing === 'infinity';
      const isPerpetual = !isInfinity && (chosen.direction === 'short' || chosen.direction === 'neutral');
      const positionMode = hedge && chosen.direction === 'short' ? ('hedge' as const) : ('one-way' as const);
      return {
        seed,
        feeMode: isPerpetual && feeMode === 'received' ? ('quote' as const) : feeMode,
        start,
        steps,
        lateNews,
        edits,
        stops,
        market: isPerpetual ? LINEAR : TEST_MARKET,
        params: clean({
          lower: '140',
          upper: '170',
          quantity: { mode: 'base' as const, value },
          ...chosen,
          ...(isInfinity ? INFINITY : { stepPercent: undefined }),
          ...(isPerpetual && {
            futures: { leverage: 3, marginMode: 'isolated' as const, positionMode },
          }),
        }),
        ...fixed,
      };
    });
}

function lived(life: Life, check: (at: Walk) => void = () => undefined): Walk {
  const at = new Walk(life);
  at.session.afterEvent = () => check(at);
  at.run();
  return at;
}

/** Its grid moves up as far as it may and ends below the very quote that moved it: the next event closes it. */
const TRAILED_OUT: Life = {
  seed: 1_611_584_640,
  feeMode: 'received',
  start: 16_281,
  steps: 73,
  lateNews: false,
  edits: false,
  stops: [],
  market: { ...TEST_MARKET, maxQuantity: '1000', minQuantity: '0.002', minNotional: '5' },
  params: {
    lower: '140',
    upper: '170',
    quantity: { mode: 'base', value: '0.1' },
    direction: 'reverse',
    levels: 4,
    spacing: 'arithmetic',
    profit: 'quote',
    initialInventory: 'none',
    initialOrder: 'market',
    postOnly: false,
    outOfRange: 'sell',
    trailing: { direction: 'up', highest: '185' },
  },
};

describe('every mode of the range grid', { timeout: 120_000 }, () => {
  it('explains the equity change to the last digit after every event, shorts and moved grids included', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        lived(life, ({ session }) => {
          const { claimed, real } = session.profit();
          expect(claimed).toBe(real);
        });
      }),
      RUNS,
    );
  });

  it('knows the position of the exchange', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        lived(life, ({ session }) => {
          expect(decStr(positionOf(session.state))).toBe(decStr(session.exchange.base));
        });
      }),
      RUNS,
    );
  });

  it('has one order per cell in a named state, within the budget, whatever the exchange does', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        lived(life, ({ session }) => expect(violations(session)).toEqual([]));
      }),
      RUNS,
    );
  });

  it('never leaves a cell or an exit dead once faults end', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        const at = lived(life);
        at.settle();
        expect(deadCells(at.session)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps the identity of everything that did not change', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        const at = new Walk(life);
        at.session.afterEvent = (event, before) => {
          // Beginning again lays everything out anew; an exit passes a late fill through its cell.
          if (event.type === 'lifecycle' || before.header.phase === 'exiting') return;
          expect(needlessCopies(event, before, at.session.state)).toEqual([]);
        };
        at.run();
      }),
      RUNS,
    );
  });

  it('comes to the same state when its event log is replayed', () => {
    fc.assert(
      fc.property(anyMode({ edits: false }), (life) => {
        const { session } = lived(life);
        const context = { ...session.context, firstGeneration: 1, carried: null };
        let state = startRangeGrid(session.params, context, 1_700_000_000_000).state;
        for (const { event, now } of session.log)
          state = stepRangeGrid(session.params, context, state, event, now).state;
        expect(state).toEqual(session.state);
      }),
      RUNS,
    );
  });

  it('goes on after a restart at any point as if it had never stopped', () => {
    fc.assert(
      fc.property(anyMode({ edits: false }), fc.integer({ min: 1, max: 200 }), (life, point) => {
        const at = new Walk(life);
        const { session } = at;
        let twin: RangeGridState | null = null;
        let events = 0;
        session.afterEvent = (event, before) => {
          const { params, context, now } = session;
          events += 1;
          if (twin === null && events >= point && event.type === 'quote') {
            twin = stepRangeGrid(
              params,
              context,
              { ...session.restored(before), sight: before.sight },
              event,
              now,
            ).state;
          } else if (twin !== null) {
            const step = stepRangeGrid(params, context, twin, event, now);
            expect(step.commands).toEqual(session.commands);
            twin = step.state;
          }
          if (twin !== null) expect(twin).toEqual(session.state);
        };
        at.run();
      }),
      RUNS,
    );
  });

  it('means it when it says what it need not see', () => {
    fc.assert(
      fc.property(anyMode(), (life) => {
        const random = randomFrom(life.seed);
        lived(life, ({ session }) => {
          const { wake, params, context, state, now } = session;
          if (wake === undefined) return;
          const ask = 12_000 + Math.floor(random() * 7_000);
          const bid = ask - 1 - Math.floor(random() * 3);
          const unseen = [];
          if (isAsleep(wake, 0, session.market.symbol, bid, ask))
            unseen.push({ type: 'quote' as const, leg: 0, market: session.market.symbol, bid, ask });
          if (wake.timerAt === null || now + 700 < wake.timerAt)
            unseen.push({ type: 'timer' as const, name: 'tick' as const });
          for (const event of unseen) {
            const step = stepRangeGrid(params, context, state, event, now + 700);
            expect(step.commands).toEqual([]);
            expect(step.state.header).toEqual(state.header);
            expect(step.state.slots).toEqual(state.slots);
          }
        });
      }),
      { ...RUNS, examples: [[TRAILED_OUT]] },
    );
  });
});
