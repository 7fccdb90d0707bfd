import { Decimal, dec } from '../../numbers/decimal.js';
import {
  maxSteps,
  minSteps,
  sizeRefusal,
  ticksToPrice,
  toSteps,
  type Market,
  type Steps,
} from '../../market/market.js';
import { baseIn, feesIn } from './accounting.js';
import type { Grid } from './context.js';
import { levelAt } from './levels.js';
import type { CellState } from './state.js';

/** Whole steps of base in a cell. */
export function heldSteps(market: Market, cell: CellState): Steps {
  return toSteps(market, baseIn(cell.lots), 'down');
}

/**
 * Steps the SELL of a cell asks for: all its base, or in `base` mode only what brings the quote back whole,
 * `ceil_step((cost + buy fees) / (p_{i+1}·(1−f)))`, less what earlier SELLs of the same round brought already.
 */
export function sellSteps(grid: Grid, index: number, cell: CellState): Steps {
  const { market, makerRate } = grid.leg;
  const all = Math.min(heldSteps(market, cell), maxSteps(market));
  if (grid.params.profitMode !== 'base') return all;
  const round = cell.sellRound ?? { cost: '0', proceeds: '0' };
  const owed = ticksToPrice(market, levelAt(grid.levels, index))
    .times(baseIn(cell.lots))
    .plus(feesIn(cell.lots))
    .plus(round.cost)
    .minus(round.proceeds);
  const perBase = ticksToPrice(market, levelAt(grid.levels, index + 1)).times(
    new Decimal(1).minus(dec(makerRate)),
  );
  return Math.min(all, toSteps(market, owed.div(perBase), 'up'));
}

/** Steps a cell lacks of its quantity. */
export function missingSteps(grid: Grid, cell: CellState): Steps {
  return Math.max(0, cell.buyQuantity - heldSteps(grid.leg.market, cell));
}

/** Steps the BUY of a cell asks for: what it lacks, but never less than the venue takes. */
export function buySteps(grid: Grid, index: number, cell: CellState): Steps {
  const { market } = grid.leg;
  return Math.max(missingSteps(grid, cell), minSteps(market, levelAt(grid.levels, index)));
}

export function isSellable(grid: Grid, index: number, cell: CellState): boolean {
  return sizeRefusal(grid.leg.market, levelAt(grid.levels, index + 1), sellSteps(grid, index, cell)) === null;
}

/** Whether what the cell lacks makes an order of its own. */
export function isBuyable(grid: Grid, index: number, cell: CellState): boolean {
  return sizeRefusal(grid.leg.market, levelAt(grid.levels, index), missingSteps(grid, cell)) === null;
}

/** The side a cell wants next: the preferred one if that makes an order, else the other, else a BUY to get there. */
export function nextSide(
  grid: Grid,
  index: number,
  cell: CellState,
  preferred: 'buy' | 'sell',
): 'buy' | 'sell' {
  if (preferred === 'buy' && isBuyable(grid, index, cell)) return 'buy';
  return isSellable(grid, index, cell) ? 'sell' : 'buy';
}

/** Whether the rest of the cell's order is more than the cell now has to sell, or lacks. */
export function isOversized(grid: Grid, cell: CellState): boolean {
  const { order } = cell;
  if (order === null) return false;
  const most = order.side === 'sell' ? heldSteps(grid.leg.market, cell) : missingSteps(grid, cell);
  return order.quantity - order.filled > most;
}
