import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { dec, decStr } from '../../numbers/decimal.js';
import { ticksToPrice } from '../../market/market.js';
import type { PlanContext } from '../kind.js';
import { gridOf } from './context.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';
import { isPurchase, type RangeGridState } from './state.js';

/** Inventory and statistics that survive an edit. Money in quote, base in base. */
const Carried = Type.Object({
  grid: Type.String(),
  inventoryRealised: Type.String(),
  priceImprovement: Type.String(),
  cycles: Type.Integer(),
  lateCycles: Type.Integer(),
  unassigned: Type.Object({ base: Type.String(), cost: Type.String(), fee: Type.String() }),
});
export type Carried = Static<typeof Carried>;

const NOTHING: Carried = {
  grid: '0',
  inventoryRealised: '0',
  priceImprovement: '0',
  cycles: 0,
  lateCycles: 0,
  unassigned: { base: '0', cost: '0', fee: '0' },
};

/** What a revision begins with; null is the very first start. @throws when it is not what `carryRangeGrid` gave. */
export function carriedFrom(carried: unknown): Carried {
  return carried === null ? NOTHING : Value.Parse(Carried, carried);
}

/** All base goes back to unassigned at its booked cost, which changes no profit figure. No order may be live. */
export function carryRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
): Carried {
  const grid = gridOf(params, context);
  let { base, cost, fee } = state.header.unassigned;
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    const booked = ticksToPrice(grid.leg.market, levelAt(grid.levels, index));
    for (const lot of slot.lots) {
      base = decStr(dec(base).plus(lot.base));
      cost = decStr(dec(cost).plus(booked.times(lot.base)));
      fee = decStr(dec(fee).plus(lot.fee));
    }
  }
  const { grid: profit, inventoryRealised, priceImprovement, cycles, lateCycles } = state.header;
  return {
    grid: profit,
    inventoryRealised,
    priceImprovement,
    cycles,
    lateCycles,
    unassigned: { base, cost, fee },
  };
}
