import { Decimal, dec } from '../../numbers/decimal.js';
import { maxSteps, minSteps, sizeRefusal, toSteps, type Market, type Steps } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import { baseIn, feesIn } from './lots.js';
import { cellPrices, closeSide, openSide, orderLine, type Grid } from './context.js';
import type { CellState } from './state.js';

/** Whole steps of base in a cell. */
export function heldSteps(market: Market, cell: CellState): Steps {
  return toSteps(market, baseIn(cell.lots), 'down');
}

/**
 * Steps the closing order of a cell asks for: all its base, or in `base` mode only what brings the quote back whole,
 * `ceil_step((cost + buy fees) / (p_{i+1}·(1−f)))`, less what earlier SELLs of the same round brought already.
 */
export function closeSteps(grid: Grid, index: number, cell: CellState): Steps {
  const { market, makerRate } = grid.leg;
  const all = Math.min(heldSteps(market, cell), maxSteps(market));
  if (grid.params.profit !== 'base') return all;
  const { open, close } = cellPrices(grid, index, cell);
  const round = cell.closeRound ?? { cost: '0', proceeds: '0' };
  const owed = open.times(baseIn(cell.lots)).plus(feesIn(cell.lots)).plus(round.cost).minus(round.proceeds);
  const perBase = close.times(new Decimal(1).minus(dec(makerRate)));
  return Math.min(all, toSteps(market, owed.div(perBase), 'up'));
}

/** Steps a cell lacks of its quantity. */
export function missingSteps(grid: Grid, cell: CellState): Steps {
  return Math.max(0, cell.openQuantity - heldSteps(grid.leg.market, cell));
}

/** Steps the opening order of a cell asks for: what it lacks, but never less than the venue takes. */
export function openSteps(grid: Grid, index: number, cell: CellState): Steps {
  const { market } = grid.leg;
  return Math.max(missingSteps(grid, cell), minSteps(market, orderLine(grid, index, openSide(cell))));
}

export function isClosable(grid: Grid, index: number, cell: CellState): boolean {
  const line = orderLine(grid, index, closeSide(cell));
  return sizeRefusal(grid.leg.market, line, closeSteps(grid, index, cell)) === null;
}

/** Whether what the cell lacks makes an order of its own. */
export function isOpenable(grid: Grid, index: number, cell: CellState): boolean {
  const line = orderLine(grid, index, openSide(cell));
  return sizeRefusal(grid.leg.market, line, missingSteps(grid, cell)) === null;
}

/** The side a cell wants next: the preferred one if that makes an order, else the other, else an opening one. */
export function nextSide(grid: Grid, index: number, cell: CellState, preferred: 'open' | 'close'): Side {
  if (preferred === 'open' && isOpenable(grid, index, cell)) return openSide(cell);
  return isClosable(grid, index, cell) ? closeSide(cell) : openSide(cell);
}

/** Whether the rest of the cell's order is more than the cell now has to close, or lacks. */
export function isOversized(grid: Grid, cell: CellState): boolean {
  const { order } = cell;
  if (order === null) return false;
  const most = order.side === closeSide(cell) ? heldSteps(grid.leg.market, cell) : missingSteps(grid, cell);
  return order.quantity - order.filled > most;
}
