import fc from 'fast-check';
import type { FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { KindWalk, type WalkOptions } from '../testing/kind-walk.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';

const EDITS: Partial<LadderGridParams>[] = [
  { levels: 1, openDeviation: '1' },
  { levels: 6, closeDeviation: '2' },
  { quantity: { mode: 'quote', value: '40' }, maxPositions: 2 },
  { anchor: 'fixed', tolerance: '0' },
];

/** For tests only: a random ladder and what it goes through. */
export interface Life {
  params: LadderGridParams;
  feeMode: FeeMode;
  options: WalkOptions<LadderGridParams>;
}

/** For tests only. */
export function anyLife(fixed: { edits?: boolean; lateNews?: boolean } = {}): fc.Arbitrary<Life> {
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

/** For tests only. */
export type LadderSession = KindSession<LadderGridParams, LadderGridState>;

/** For tests only: a walk through a life; shorts need a perpetual. */
export function live({ params, feeMode, options }: Life): KindWalk<LadderGridParams, LadderGridState> {
  const leg = params.side === 'long' ? TEST_LEG : LINEAR_LEG;
  return new KindWalk(new KindSession(ladderGrid, params, leg, feeMode), options);
}
