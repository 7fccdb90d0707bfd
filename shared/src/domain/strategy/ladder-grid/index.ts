import type { StrategyKind } from '../kind.js';
import { carryLadderGrid } from './carry.js';
import { keyOf, ladderOf } from './context.js';
import { startLadderGrid, stepLadderGrid } from './machine.js';
import { LadderGridParams } from './params.js';
import { planLadderGrid } from './plan.js';
import { restoreLadderGrid, type LadderGridState } from './state.js';
import { viewLadderGrid } from './view.js';

export { LadderGridParams } from './params.js';
export type { LadderGridState } from './state.js';

/** A moving ladder of opening orders beside the market, each position with its own take-profit. */
export const ladderGrid: StrategyKind<LadderGridParams, LadderGridState> = {
  kind: 'ladder-grid',
  title: 'Ladder grid',
  params: LadderGridParams,
  plan: planLadderGrid,
  start: startLadderGrid,
  on: stepLadderGrid,
  carry: carryLadderGrid,
  restore: restoreLadderGrid,
  slotKey: (params, context, slot) => keyOf(ladderOf(params, context), slot),
  view: viewLadderGrid,
};
