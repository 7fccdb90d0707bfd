import { Type, type Static } from 'typebox';
import type { PlanContext } from '../kind.js';
import { releaseAll } from './accounting.js';
import { cellPrices, gridOf } from './context.js';
import type { RangeGridParams } from './params.js';
import { activeCells, type RangeGridState } from './state.js';
import { readStored } from '../common/stored.js';

/** Inventory and statistics that survive an edit. Money in quote, base in base. */
const Carried = Type.Object({
  grid: Type.String(),
  inventoryRealised: Type.String(),
  priceImprovement: Type.String(),
  cycles: Type.Integer(),
  lateCycles: Type.Integer(),
  funding: Type.String({ default: '0' }),
  /** When trading began, ms; null when the strategy still waits for its trigger price. */
  startedAt: Type.Union([Type.Integer(), Type.Null()], { default: null }),
  investment: Type.String({ default: '0' }),
  profitBefore: Type.String({ default: '0' }),
  unassigned: Type.Object({ base: Type.String(), cost: Type.String(), fee: Type.String() }),
});
export type Carried = Static<typeof Carried>;

const NOTHING: Carried = {
  grid: '0',
  inventoryRealised: '0',
  priceImprovement: '0',
  cycles: 0,
  lateCycles: 0,
  funding: '0',
  startedAt: null,
  investment: '0',
  profitBefore: '0',
  unassigned: { base: '0', cost: '0', fee: '0' },
};

/** What a revision begins with; null is the very first start. @throws when it is not what `carryRangeGrid` gave. */
export function carriedFrom(carried: unknown): Carried {
  return carried === null ? NOTHING : readStored(Carried, carried, 'what is carried over');
}

/** All base goes back to unassigned at its booked cost, which changes no profit figure. No order may be live. */
export function carryRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
): Carried {
  const grid = gridOf(params, context, state.header.anchor);
  const { header } = releaseAll(state.header, activeCells(state.slots), (index, cell) =>
    cellPrices(grid, index, cell),
  );
  return {
    grid: header.grid,
    inventoryRealised: header.inventoryRealised,
    priceImprovement: header.priceImprovement,
    cycles: header.cycles,
    lateCycles: header.lateCycles,
    funding: header.funding,
    // With nothing left the next revision begins afresh.
    startedAt: header.exit?.outcome === 'flat' ? null : header.startedAt,
    investment: header.investment,
    profitBefore: header.profitBefore,
    unassigned: header.unassigned,
  };
}
