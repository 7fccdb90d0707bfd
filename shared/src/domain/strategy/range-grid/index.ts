import type { StrategyKind } from '../kind.js';
import { keyOf, onlyLeg } from './context.js';
import { carryRangeGrid } from './carry.js';
import { startRangeGrid, stepRangeGrid } from './machine.js';
import { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { restoreRangeGrid, type RangeGridState } from './state.js';
import { viewRangeGrid } from './view.js';

export { RangeGridParams } from './params.js';
export type { RangeGridState } from './state.js';

/** Buys low and sells high between fixed levels; one order per cell. */
export const rangeGrid: StrategyKind<RangeGridParams, RangeGridState> = {
  kind: 'range-grid',
  title: 'Range grid',
  params: RangeGridParams,
  plan: (params, context) => planRangeGrid(params, onlyLeg(context)),
  start: startRangeGrid,
  on: stepRangeGrid,
  carry: carryRangeGrid,
  restore: restoreRangeGrid,
  slotKey: (params, context, slot) => keyOf({ params, leg: onlyLeg(context) }, slot),
  view: viewRangeGrid,
};
