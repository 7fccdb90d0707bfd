import type { StrategyKind } from '../kind.js';
import { keyOf, onlyLeg, startSingleOrder, stepSingleOrder } from './machine.js';
import { SingleOrderParams } from './params.js';
import { planSingleOrder } from './plan.js';
import { restoreSingleOrder, type SingleOrderState } from './state.js';
import { viewSingleOrder } from './view.js';

export { SingleOrderParams } from './params.js';

/** One order of an operator on the path of every order. Not offered as a strategy. */
export const singleOrder: StrategyKind<SingleOrderParams, SingleOrderState> = {
  kind: 'single-order',
  title: 'Single order',
  params: SingleOrderParams,
  plan: (params, context) => planSingleOrder(params, onlyLeg(context)),
  start: startSingleOrder,
  on: stepSingleOrder,
  carry: () => null,
  restore: restoreSingleOrder,
  slotKey: (_params, context) => keyOf(onlyLeg(context)),
  view: (params, context, state) => viewSingleOrder(params, onlyLeg(context), state),
};
