import { dec, decStr, sum, type Decimal } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { PlanContext } from '../kind.js';
import type { LevelView, ProfitSplit, StrategyView } from '../view.js';
import { baseIn, feesIn } from './accounting.js';
import { heldSteps } from './cell-size.js';
import { gridOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';
import { isPurchase, PURCHASE_SLOT, type CellState, type RangeGridState } from './state.js';

interface Inventory {
  base: Decimal;
  /** Booked cost, quote. */
  cost: Decimal;
  fees: Decimal;
}

function inventoryOf(grid: Grid, state: RangeGridState): Inventory {
  const { unassigned } = state.header;
  let base = dec(unassigned.base);
  let cost = dec(unassigned.cost);
  let fees = dec(unassigned.fee);
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    const held = baseIn(slot.lots);
    base = base.plus(held);
    cost = cost.plus(ticksToPrice(grid.leg.market, levelAt(grid.levels, index)).times(held));
    fees = fees.plus(feesIn(slot.lots));
  }
  return { base, cost, fees };
}

/** `mark` is the price inventory is valued at, quote per base. */
function profitOf(state: RangeGridState, inventory: Inventory, mark: Decimal): ProfitSplit {
  const { grid, inventoryRealised, priceImprovement } = state.header;
  const unrealised = inventory.base.times(mark).minus(inventory.cost);
  return {
    grid,
    inventoryRealised,
    inventoryUnrealised: decStr(unrealised),
    priceImprovement,
    funding: '0',
    openFees: decStr(inventory.fees),
    total: decStr(sum([grid, inventoryRealised, unrealised, priceImprovement]).minus(inventory.fees)),
  };
}

function levelOf(grid: Grid, state: RangeGridState, index: number, cell: CellState): LevelView {
  const { market } = grid.leg;
  const buyPrice = decStr(ticksToPrice(market, levelAt(grid.levels, index)));
  const sellPrice = decStr(ticksToPrice(market, levelAt(grid.levels, index + 1)));
  const side = cell.order?.side ?? (cell.want === 'none' ? 'buy' : cell.want);
  const order = cell.order;
  const shared = {
    slot: index,
    buyPrice,
    sellPrice,
    side,
    price: side === 'buy' ? buyPrice : sellPrice,
    cycles: cell.cycles,
  };
  if (order !== null) {
    const quantity = decStr(stepsToQuantity(market, order.quantity - order.filled));
    if (order.state === 'intent') return { ...shared, quantity, state: 'in-flight', reason: null };
    if (order.state === 'sent') {
      const reason = {
        code: 'OUTCOME_UNKNOWN',
        message:
          'The exchange has not answered; the order is looked up and nothing is sent until its fate is known.',
      };
      return { ...shared, quantity, state: 'frozen', reason };
    }
    return { ...shared, quantity, state: 'resting', reason: null };
  }
  const held = baseIn(cell.lots);
  const quantity = decStr(side === 'sell' && held.gt(0) ? held : stepsToQuantity(market, cell.buyQuantity));
  let reason = cell.waiting === null ? null : { code: cell.waiting.code, message: cell.waiting.message };
  if (state.header.paused)
    reason = {
      code: 'STOPPED',
      message: 'The strategy is stopped; the level gets its order at the next start.',
    };
  else if (reason === null && state.header.phase === 'buying') {
    reason = { code: 'INITIAL_PURCHASE', message: 'Waiting for the initial purchase of base.' };
  }
  return { ...shared, quantity, state: 'waiting', reason };
}

function rangeOf(grid: Grid, state: RangeGridState): StrategyView['range'] {
  if (state.quote === null) return null;
  if (state.quote.bid > levelAt(grid.levels, grid.levels.length - 1)) return 'above-range';
  return state.quote.ask < levelAt(grid.levels, 0) ? 'below-range' : 'in-range';
}

function phaseOf(state: RangeGridState): string {
  if (state.header.paused) return 'paused';
  return state.header.phase === 'buying' ? 'buying initial inventory' : 'trading';
}

/** Levels with reasons, inventory and profit at the middle of the last best quotes (the start price before any). */
export function viewRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
): StrategyView {
  const grid = gridOf(params, context);
  const { quote } = state;
  const mark =
    quote === null
      ? ticksToPrice(grid.leg.market, state.header.startPrice)
      : ticksToPrice(grid.leg.market, quote.bid).plus(ticksToPrice(grid.leg.market, quote.ask)).div(2);
  const inventory = inventoryOf(grid, state);
  const levels: LevelView[] = [];
  let holding = 0;
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    levels.push(levelOf(grid, state, index, slot));
    // Residue below one step is not a position.
    if (heldSteps(grid.leg.market, slot) > 0) holding += 1;
  }
  levels.sort((a, b) => a.slot - b.slot);
  const purchase = state.slots.get(PURCHASE_SLOT);
  const blocked = purchase !== undefined && isPurchase(purchase) ? purchase.waiting : null;
  return {
    levels,
    range: rangeOf(grid, state),
    position: decStr(inventory.base),
    positionCost: decStr(inventory.cost),
    positionCount: holding,
    cycles: state.header.cycles,
    profit: profitOf(state, inventory, mark),
    phase: phaseOf(state),
    blocked: blocked === null ? null : { code: blocked.code, message: blocked.message },
  };
}
