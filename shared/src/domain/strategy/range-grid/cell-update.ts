import { isFinal } from '../../order/order.js';
import type { OrderUpdate } from '../events.js';
import { bookClose, bookOpen } from './accounting.js';
import { cancelStray, failureOf, waitingAfterFailure } from '../common/order-faults.js';
import { cancelOrder } from './cell.js';
import { isClosable, isOversized, nextSide } from './cell-size.js';
import { cellPrices, closeSide, openSide, type Grid } from './context.js';
import { closeCycle, takeProfit, type CellStep } from './cycle.js';
import type { CellState, Header, SlotOrder } from './state.js';

/** Books the fills of an update, whichever order of the cell they belong to: late fills count like any other. */
function bookFills(grid: Grid, index: number, step: CellStep, update: OrderUpdate): CellStep {
  const { market } = grid.leg;
  const prices = cellPrices(grid, index, step.cell);
  const book = update.side === openSide(step.cell) ? bookOpen : bookClose;
  return update.fills.reduce<CellStep>(
    (at, fill) => ({ ...at, ...book(at.header, at.cell, fill, market, prices) }),
    step,
  );
}

/** What the cell has closed counts for its next closing order only as long as it goes on closing. */
function withSide(cell: CellState, want: CellState['want']): CellState {
  const closeRound = want === closeSide(cell) ? cell.closeRound : null;
  return want === cell.want && closeRound === cell.closeRound ? cell : { ...cell, want, closeRound };
}

/** News of the cell's present order that goes on living. */
function whileLive(step: CellStep, order: SlotOrder, update: OrderUpdate): CellStep {
  const { cell } = step;
  const filled = Math.max(order.filled, update.filled);
  const isAnswered = update.state !== 'intent' && update.state !== 'sent';
  const waiting = isAnswered ? null : cell.waiting;
  if (filled === order.filled && update.state === order.state && waiting === cell.waiting) return step;
  return { ...step, cell: { ...cell, order: { ...order, filled, state: update.state }, waiting } };
}

/** The cell's present order is over. */
function whenOver(
  grid: Grid,
  index: number,
  step: CellStep,
  order: SlotOrder,
  update: OrderUpdate,
  now: number,
): CellStep {
  let at: CellStep = { ...step, cell: { ...step.cell, order: null } };
  let preferred: 'open' | 'close' = 'close';
  if (update.side === closeSide(step.cell)) {
    at = closeCycle(grid, index, at, update.generation, false);
    if (update.state === 'filled') at = takeProfit(grid, index, at);
    // A SELL that the market overtook on its way down has sold its part; the rest waits for the BUY to fill up again.
    if (update.state === 'filled' || (update.filled > 0 && order.canceling)) preferred = 'open';
  }
  const cell = withSide(at.cell, nextSide(grid, index, at.cell, preferred));
  const failure = failureOf(update, order.canceling || at.header.paused);
  const waiting = failure === null ? null : waitingAfterFailure(cell.waiting, failure, now, update);
  return { ...at, cell: { ...cell, waiting } };
}

/** News of an order that is no longer the cell's own; its fills are booked already. */
function whenEarlier(grid: Grid, index: number, step: CellStep, update: OrderUpdate): CellStep {
  let at: CellStep = { ...step, commands: [...step.commands, ...cancelStray(update)] };
  const closes = closeSide(step.cell);
  if (update.side === closes && isFinal(update.state) && at.cell.order?.side !== closes) {
    at = closeCycle(grid, index, at, update.generation, true);
  }
  if (update.fills.length === 0) return at;
  const { cell } = at;
  if (cell.order !== null) {
    const settled = withSide(cell, cell.want);
    if (cell.order.canceling || !isOversized(grid, cell)) return { ...at, cell: settled };
    const canceled = cancelOrder(grid, index, settled);
    return { ...at, cell: canceled.cell, commands: [...at.commands, ...canceled.commands] };
  }
  if (cell.want === 'none' && !isClosable(grid, index, cell)) return { ...at, cell: withSide(cell, 'none') };
  const preferred = update.side === closes && cell.want === openSide(cell) ? 'open' : 'close';
  return { ...at, cell: withSide(cell, nextSide(grid, index, cell, preferred)) };
}

/**
 * One order update of a cell. Fills are booked first; only an update of the cell's present order changes what the
 * cell does next.
 */
export function updateCell(
  grid: Grid,
  index: number,
  header: Header,
  cell: CellState,
  update: OrderUpdate,
  now: number,
): CellStep {
  const booked = bookFills(grid, index, { header, cell, commands: [] }, update);
  const { order } = booked.cell;
  if (order === null || order.side !== update.side || order.generation !== update.generation) {
    return whenEarlier(grid, index, booked, update);
  }
  return isFinal(update.state)
    ? whenOver(grid, index, booked, order, update, now)
    : whileLive(booked, order, update);
}
