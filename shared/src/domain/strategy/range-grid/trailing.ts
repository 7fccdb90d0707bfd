import { dec, decStr } from '../../numbers/decimal.js';
import { toTicks, type Steps } from '../../market/market.js';
import type { Command } from '../events.js';
import { baseIn } from './lots.js';
import { cancelOrder } from './cell.js';
import { cellPrices, lineAt, openSide, type Grid } from './context.js';
import { edgesOf, freshCell } from './layout.js';
import { SlotDraft } from './slot-draft.js';
import { isAuxiliary, type CellState, type Header, type Quote, type RangeGridState } from './state.js';

type Direction = 'up' | 'down';

/** Whether the price has left the grid by one full step on this side, and the next level may be used. */
function isCalledFor(
  grid: Grid,
  slots: RangeGridState['slots'],
  quote: Quote,
  direction: Direction,
): boolean {
  const { trailing } = grid.params;
  const { market } = grid.leg;
  if (trailing === undefined || (trailing.direction !== direction && trailing.direction !== 'both'))
    return false;
  const { low, high } = edgesOf(slots);
  if (direction === 'up') {
    const line = lineAt(grid, high + 2);
    const isAllowed = trailing.highest === undefined || line <= toTicks(market, trailing.highest, 'down');
    return isAllowed && quote.bid >= line;
  }
  const line = lineAt(grid, low - 1);
  const isAllowed = trailing.lowest === undefined || line >= toTicks(market, trailing.lowest, 'up');
  return isAllowed && line > 0 && quote.ask <= line;
}

/** Whether trailing will move the grid on this side once the price is far enough, so that it is not over there. */
export function followsBeyond(grid: Grid, slots: RangeGridState['slots'], direction: Direction): boolean {
  const { low, high } = edgesOf(slots);
  const line = lineAt(grid, direction === 'up' ? high + 2 : low - 1);
  return isCalledFor(grid, slots, { bid: line, ask: line }, direction);
}

/** Steps of a moved cell: one that waits to open keeps its value in quote, one that holds keeps its base. */
function movedQuantity(grid: Grid, from: number, to: number, cell: CellState): Steps {
  if (cell.want !== openSide(cell)) return cell.openQuantity;
  const before = cellPrices(grid, from, cell).open;
  return before
    .times(cell.openQuantity)
    .div(cellPrices(grid, to, cell).open)
    .floor()
    .toNumber();
}

/**
 * Takes a cell without an order to the other end of the grid. Base in it is booked anew at its new opening level: what
 * that changes is realised inventory profit, so a loss of following the market down shows.
 */
function relocate(
  grid: Grid,
  state: RangeGridState,
  from: number,
  to: number,
  cell: CellState,
): { header: Header; draft: SlotDraft } {
  const draft = new SlotDraft(state.slots);
  const known = state.slots.get(to);
  const place =
    known !== undefined && !isAuxiliary(known)
      ? known
      : freshCell(cell.want, cell.openQuantity, state.header.firstGeneration);
  const before = cellPrices(grid, from, cell);
  const after = cellPrices(grid, to, cell);
  const profit = after.open.minus(before.open).times(before.sign).times(baseIn(cell.lots));
  draft.set(to, {
    ...place,
    want: cell.want,
    waiting: cell.waiting,
    openQuantity: movedQuantity(grid, from, to, cell),
    lots: cell.lots,
    short: cell.short,
    active: true,
  });
  draft.set(from, {
    ...cell,
    want: 'none',
    waiting: null,
    lots: [],
    openCycle: null,
    closeRound: null,
    active: false,
    leaving: null,
  });
  const header = profit.isZero()
    ? state.header
    : { ...state.header, inventoryRealised: decStr(dec(state.header.inventoryRealised).plus(profit)) };
  return { header, draft };
}

/** One move towards a side, or the cancellation that has to come first; null when nothing is to be done. */
function moveOnce(
  grid: Grid,
  state: RangeGridState,
  quote: Quote,
  direction: Direction,
): { state: RangeGridState; commands: Command[]; isMoved: boolean } | null {
  const { low, high } = edgesOf(state.slots);
  const from = direction === 'up' ? low : high;
  const cell = state.slots.get(from);
  if (cell === undefined || isAuxiliary(cell)) return null;
  // Only what waits on the far side moves: an order the price has passed is about to fill.
  const isFar = cell.want === 'none' || cell.want === (direction === 'up' ? 'buy' : 'sell');
  const wanted = isFar && isCalledFor(grid, state.slots, quote, direction);
  const draft = new SlotDraft(state.slots);
  if (!wanted) {
    if (cell.leaving !== direction || cell.order !== null) return null;
    draft.set(from, { ...cell, leaving: null });
    return { state: { ...state, slots: draft.slots }, commands: [], isMoved: false };
  }
  if (cell.order === null) {
    const moved = relocate(grid, state, from, direction === 'up' ? high + 1 : low - 1, cell);
    return {
      state: { ...state, header: moved.header, slots: moved.draft.slots },
      commands: [],
      isMoved: true,
    };
  }
  if (cell.leaving === direction) return null;
  const canceled = cell.order.canceling ? { cell, commands: [] } : cancelOrder(grid, from, cell);
  draft.set(from, { ...canceled.cell, leaving: direction });
  return { state: { ...state, slots: draft.slots }, commands: canceled.commands, isMoved: false };
}

/** Moves the grid after the market, cell by cell; each order is cancelled first, and its end is waited for. */
export function trail(grid: Grid, state: RangeGridState): { state: RangeGridState; commands: Command[] } {
  const { quote } = state;
  if (grid.params.trailing === undefined || quote === null) return { state, commands: [] };
  const commands: Command[] = [];
  let at = state;
  for (const direction of ['up', 'down'] as const) {
    for (let isMoving = true; isMoving;) {
      const step = moveOnce(grid, at, quote, direction);
      if (step === null) break;
      at = step.state;
      commands.push(...step.commands);
      isMoving = step.isMoved;
    }
  }
  return { state: at, commands };
}

/** Prices at which trailing has something to do; null where it never does. */
export function trailLines(
  grid: Grid,
  slots: RangeGridState['slots'],
): { lower: number | null; upper: number | null } {
  const { low, high } = edgesOf(slots);
  return {
    lower: followsBeyond(grid, slots, 'down') ? lineAt(grid, low - 1) : null,
    upper: followsBeyond(grid, slots, 'up') ? lineAt(grid, high + 2) : null,
  };
}
