import type { LegContext, PlanContext } from '../kind.js';
import type { Ticks } from '../../market/market.js';
import type { SlotKey } from '../../order/order.js';
import { levelTicks } from './levels.js';
import type { RangeGridParams } from './params.js';

/** Everything about a grid that does not change while a revision is in force. */
export interface Grid {
  params: RangeGridParams;
  leg: LegContext;
  levels: readonly Ticks[];
}

/** The only leg of a grid. @throws RangeError when the strategy has none. */
export function onlyLeg(context: PlanContext): LegContext {
  const leg = context.legs[0];
  if (leg === undefined) throw new RangeError('a range grid needs one leg');
  return leg;
}

const grids = new WeakMap<PlanContext, Grid>();

/** Levels are computed once per context: contexts are immutable and live as long as their revision. */
export function gridOf(params: RangeGridParams, context: PlanContext): Grid {
  const known = grids.get(context);
  if (known?.params === params) return known;
  const leg = onlyLeg(context);
  const grid = { params, leg, levels: levelTicks(params, leg.market) };
  grids.set(context, grid);
  return grid;
}

export function keyOf(grid: Grid, slot: number): SlotKey {
  return { leg: grid.leg.leg, market: grid.leg.market.symbol, positionSide: 'net', slot };
}
