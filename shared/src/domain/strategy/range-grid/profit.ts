import { dec, decStr, sum, type Decimal } from '../../numbers/decimal.js';
import { ticksToPrice } from '../../market/market.js';
import type { ProfitSplit } from '../view.js';
import { baseIn, feesIn } from './lots.js';
import { cellPrices, type Grid } from './context.js';
import { isAuxiliary, type CellState, type Quote, type RangeGridState } from './state.js';

/** What the strategy holds; base and cost are negative where it is short. */
export interface Inventory {
  base: Decimal;
  /** Booked cost, quote. */
  cost: Decimal;
  fees: Decimal;
}

const counted = new WeakMap<CellState, { grid: Grid; index: number; inventory: Inventory }>();

/** What one cell holds: counted once for each of its states, while quotes come many times a second. */
function inventoryIn(grid: Grid, index: number, cell: CellState): Inventory {
  const known = counted.get(cell);
  if (known?.grid === grid && known.index === index) return known.inventory;
  const { open, sign } = cellPrices(grid, index, cell);
  const base = baseIn(cell.lots).times(sign);
  const inventory = { base, cost: open.times(base), fees: feesIn(cell.lots) };
  counted.set(cell, { grid, index, inventory });
  return inventory;
}

export function inventoryOf(grid: Grid, state: Pick<RangeGridState, 'header' | 'slots'>): Inventory {
  const { unassigned } = state.header;
  let base = dec(unassigned.base);
  let cost = dec(unassigned.cost);
  let fees = dec(unassigned.fee);
  for (const [index, slot] of state.slots) {
    if (isAuxiliary(slot) || slot.lots.length === 0) continue;
    const held = inventoryIn(grid, index, slot);
    base = base.plus(held.base);
    cost = cost.plus(held.cost);
    fees = fees.plus(held.fees);
  }
  return { base, cost, fees };
}

/** Middle of the quotes as a price. */
export function middleOf(grid: Grid, { bid, ask }: Quote): Decimal {
  const { market } = grid.leg;
  return ticksToPrice(market, bid).plus(ticksToPrice(market, ask)).div(2);
}

/** `mark` is the price inventory is valued at, quote per base. */
export function profitOf(
  state: Pick<RangeGridState, 'header'>,
  inventory: Inventory,
  mark: Decimal,
): ProfitSplit {
  const { grid, inventoryRealised, priceImprovement, funding } = state.header;
  const unrealised = inventory.base.times(mark).minus(inventory.cost);
  return {
    grid,
    inventoryRealised,
    inventoryUnrealised: decStr(unrealised),
    priceImprovement,
    funding,
    openFees: decStr(inventory.fees),
    total: decStr(
      sum([grid, inventoryRealised, unrealised, priceImprovement, funding]).minus(inventory.fees),
    ),
  };
}
