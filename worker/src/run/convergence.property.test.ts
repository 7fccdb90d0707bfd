import { strategyKinds, type PlanContext } from '@gridfleet/shared/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExchangeTruth } from '../testing/exchange-truth.js';
import { FREE } from '../testing/policies.js';
import type { OrderReport, VenueMarkets } from '../venue/venue.js';
import { FeeValuer } from './fee-valuer.js';
import { LetterReader } from './letters.js';
import type { Letter } from './mailbox.js';
import { inspectVenue } from './reconcile.js';
import { firstStep, stepAll, type RunFrame, type RunMemory } from './step.js';

const MARKET = {
  symbol: 'SOL/USDT',
  type: 'spot',
  base: 'SOL',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: '90000',
  minNotional: '0.1',
  active: true,
} as const;
const CONTEXT: PlanContext = {
  legs: [
    {
      leg: 0,
      market: MARKET,
      bid: 15_499,
      ask: 15_500,
      makerRate: '0',
      takerRate: '0',
      baseFree: null,
      quoteFree: null,
    },
  ],
};
const PARAMS = {
  lower: '140',
  upper: '145',
  levels: 6,
  quantity: { mode: 'base', value: '1' },
  initialInventory: 'none',
};
const NOW = 1_790_000_000_000;

/** A grid's run without database and network: the letters it gets are all it knows. */
class Run {
  readonly frame: RunFrame;
  readonly letters: LetterReader;
  memory: RunMemory;
  now = NOW;

  constructor() {
    const kind = strategyKinds.get('range-grid')?.bind(PARAMS);
    if (kind === undefined) throw new Error('no such kind');
    this.frame = { strategyId: 7, runId: 3, fence: 2, salt: 'ab12', kind, context: CONTEXT, accountIds: [4] };
    const start = kind.start({ ...CONTEXT, firstGeneration: 1, carried: null }, NOW);
    this.memory = firstStep(this.frame, start, FREE, NOW).memory;
    this.letters = new LetterReader({
      order: (id) => this.memory.orders.get(id),
      orderByExchangeId: (id) =>
        [...this.memory.orders.values()].find(({ row }) => row.exchangeOrderId === id),
      market: () => MARKET,
      neverExpires: () => false,
      valuer: new FeeValuer({} as VenueMarkets),
      sender: { isInFlight: () => false, validUntil: () => this.now + 4_000 } as never,
    });
  }

  async read(letter: Letter): Promise<void> {
    this.now += 1;
    const inputs = await this.letters.inputs(letter, this.now);
    this.memory = stepAll(this.frame, this.memory, inputs, FREE, this.now).memory;
  }

  async reconcile(truth: ExchangeTruth): Promise<void> {
    const live = [...this.memory.orders.values()].filter(({ row }) => !row.isFinal);
    const known = (id: string): boolean => this.memory.orders.has(id);
    const findings = await inspectVenue(truth.account(), 'SOL/USDT', live, 0, 'ab12', known, this.now);
    await this.read({ type: 'findings', findings, startedAt: this.now, cause: 'RECONCILIATION' });
  }

  /** What the books say of every order the exchange knows. */
  books(truth: ExchangeTruth): unknown {
    return [...truth.orders.keys()].map((id) => {
      const order = this.memory.orders.get(id);
      const trades = [...(order?.tradeIds ?? [])].sort();
      return { id, state: order?.row.state, filled: Number(order?.row.filledQuantity), trades };
    });
  }
}

function truthOf(truth: ExchangeTruth): unknown {
  return [...truth.orders.values()].map((order) => ({
    id: order.clientOrderId,
    state: order.state,
    filled: Number(order.filledQuantity),
    trades: truth.fills
      .filter(({ exchangeOrderId }) => exchangeOrderId === order.exchangeOrderId)
      .map(({ tradeId }) => tradeId)
      .sort(),
  }));
}

type Act = { act: 'fill'; order: number; amount: number } | { act: 'cancel'; order: number };
const anyActs = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        act: fc.constant('fill' as const),
        order: fc.nat(),
        amount: fc.integer({ min: 50, max: 1_000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('cancel' as const), order: fc.nat() }) },
  ),
  { maxLength: 25 },
);

/** What happens at the exchange to the five orders of the grid. */
function play(truth: ExchangeTruth, run: Run, acts: readonly Act[]): void {
  const ids = [...run.memory.orders.keys()];
  for (const { row } of run.memory.orders.values())
    truth.accept(row.clientOrderId, row.side, row.price ?? '0', row.quantity);
  for (const [index, act] of acts.entries()) {
    const id = ids[act.order % ids.length] ?? '';
    if (act.act === 'fill') truth.fill(id, act.amount, NOW + index);
    else truth.cancel(id);
  }
}

/** The stream as a bad network delivers it: each event dropped, once or twice, in any order. */
function delivery(events: readonly OrderReport[]): fc.Arbitrary<OrderReport[]> {
  return fc
    .array(fc.constantFrom(0, 1, 1, 1, 2), { minLength: events.length, maxLength: events.length })
    .chain((copies) => {
      const delivered = events.flatMap((event, i) => Array<OrderReport>(copies[i] ?? 1).fill(event));
      return fc.shuffledSubarray(delivered, { minLength: delivered.length, maxLength: delivered.length });
    });
}

describe('updates shuffled, repeated, delayed and lost', () => {
  it('end in the exchange’s truth after one look, and a second look changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyActs.chain((acts) => {
          const truth = new ExchangeTruth();
          play(truth, new Run(), acts);
          return fc.record({ acts: fc.constant(acts), stream: delivery(truth.events) });
        }),
        fc.integer({ min: 0, max: 60 }),
        async ({ acts, stream }, lookAt) => {
          const run = new Run();
          const truth = new ExchangeTruth();
          play(truth, run, acts);
          for (const [index, report] of stream.entries()) {
            // One look somewhere in the middle; what the stream brings after it is old news.
            if (index === lookAt) await run.reconcile(truth);
            await run.read({ type: 'report', report });
          }
          await run.reconcile(truth);
          expect(run.books(truth)).toEqual(truthOf(truth));
          const { machine, orders } = run.memory;
          await run.reconcile(truth);
          for (const report of stream) await run.read({ type: 'report', report });
          expect(run.books(truth)).toEqual(truthOf(truth));
          expect(run.memory.machine).toEqual(machine);
          expect([...run.memory.orders.keys()]).toEqual([...orders.keys()]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never leave a slot with two unfinished orders', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyActs.chain((acts) => {
          const truth = new ExchangeTruth();
          play(truth, new Run(), acts);
          return fc.record({ acts: fc.constant(acts), stream: delivery(truth.events) });
        }),
        async ({ acts, stream }) => {
          const run = new Run();
          const truth = new ExchangeTruth();
          play(truth, run, acts);
          for (const report of stream) {
            await run.read({ type: 'report', report });
            const live = [...run.memory.orders.values()].filter(({ row }) => !row.isFinal);
            const slots = live.map(({ row }) => row.slot);
            expect(new Set(slots).size).toBe(slots.length);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
