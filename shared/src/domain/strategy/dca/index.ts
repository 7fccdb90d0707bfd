import type { StrategyKind } from '../kind.js';
import { carryDca } from './carry.js';
import { keyOf, onlyLeg } from './context.js';
import { startDca, stepDca } from './machine.js';
import { DcaParams } from './params.js';
import { planDca } from './plan.js';
import { restoreDca, type DcaState } from './state.js';
import { viewDca } from './view.js';

export { DcaParams } from './params.js';
export type { DcaState } from './state.js';

/** Buys step by step, and sells everything above the average price paid. */
export const dca: StrategyKind<DcaParams, DcaState> = {
  kind: 'dca',
  title: 'Cost averaging',
  params: DcaParams,
  plan: (params, context) => planDca(params, onlyLeg(context)),
  start: startDca,
  on: stepDca,
  carry: (_params, _context, state) => carryDca(state),
  restore: restoreDca,
  slotKey: (_params, context, slot) => keyOf(onlyLeg(context), slot),
  view: (params, context, state) => viewDca(params, onlyLeg(context), state),
};
