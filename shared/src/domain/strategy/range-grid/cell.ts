import { sizeRefusal } from '../../market/market.js';
import type { Command, OrderUpdate } from '../events.js';
import { buySteps, isBuyable, isSellable, sellSteps } from './cell-size.js';
import { keyOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { CellState, Quote, Waiting } from './state.js';

/** A refused order is tried again after 5 s, then twice as long each time, up to a minute. */
const RETRY_BASE_MS = 5_000;
const RETRY_MAX_MS = 60_000;

export function waitingAfterFailure(
  previous: Waiting | null,
  code: string,
  message: string,
  now: number,
): Waiting {
  const failures = (previous?.failures ?? 0) + 1;
  const delay = Math.min(RETRY_BASE_MS * 2 ** Math.min(failures - 1, 10), RETRY_MAX_MS);
  return { code, message, retryAt: now + delay, failures };
}

function crosses(side: 'buy' | 'sell', price: number, quote: Quote): boolean {
  return side === 'buy' ? price >= quote.ask : price <= quote.bid;
}

function wait(cell: CellState, code: string, message: string): CellState {
  if (cell.waiting?.code === code) return cell;
  return { ...cell, waiting: { code, message, retryAt: null, failures: cell.waiting?.failures ?? 0 } };
}

/**
 * Gives a cell without an order the order it should have, or the reason why not. The same cell object comes back when
 * nothing changes.
 */
export function armCell(
  grid: Grid,
  index: number,
  cell: CellState,
  quote: Quote | null,
  now: number,
): { cell: CellState; commands: Command[] } {
  const nothing = { cell, commands: [] };
  if (cell.order !== null || cell.want === 'none') return nothing;
  if (cell.waiting?.retryAt != null && now < cell.waiting.retryAt) return nothing;
  // After a restart the market is unknown until the first quote.
  if (grid.params.postOnly && quote === null) return nothing;
  const { market } = grid.leg;
  const side = cell.want;
  const price = levelAt(grid.levels, side === 'buy' ? index : index + 1);
  const quantity = side === 'buy' ? buySteps(grid, index, cell) : sellSteps(grid, index, cell);
  const refusal = sizeRefusal(market, price, quantity);
  if (refusal !== null) {
    const message = `The cell's next order (${quantity} steps of ${market.stepSize}) is outside the venue's size rules.`;
    return { cell: wait(cell, refusal, message), commands: [] };
  }
  if (grid.params.postOnly && quote !== null && crosses(side, price, quote)) {
    return {
      cell: wait(cell, 'WOULD_CROSS', 'The level would take from the book; post-only waits.'),
      commands: [],
    };
  }
  const generation = side === 'buy' ? cell.nextBuy : cell.nextSell;
  return {
    cell: {
      ...cell,
      waiting: cell.waiting === null ? null : { ...cell.waiting, retryAt: null },
      nextBuy: side === 'buy' ? generation + 1 : cell.nextBuy,
      nextSell: side === 'sell' ? generation + 1 : cell.nextSell,
      order: { side, generation, price, quantity, filled: 0, state: 'intent', canceling: false },
    },
    commands: [
      {
        type: 'place',
        key: keyOf(grid, index),
        side,
        generation,
        orderType: 'limit',
        timeInForce: 'GTC',
        postOnly: grid.params.postOnly,
        reduceOnly: false,
        price,
        quantity,
      },
    ],
  };
}

/** Asks for the cancellation of the cell's order. */
export function cancelOrder(
  grid: Grid,
  index: number,
  cell: CellState,
): { cell: CellState; commands: Command[] } {
  const { order } = cell;
  if (order === null) return { cell, commands: [] };
  return {
    cell: order.canceling ? cell : { ...cell, order: { ...order, canceling: true } },
    commands: [{ type: 'cancel', key: keyOf(grid, index), side: order.side, generation: order.generation }],
  };
}

/**
 * An order that was thought to be over but lives must not live on: its place may be taken, and two live orders of one
 * slot are one too many.
 */
export function cancelStray(update: OrderUpdate): Command[] {
  const { key, side, generation, state } = update;
  return state === 'open' || state === 'partially-filled' ? [{ type: 'cancel', key, side, generation }] : [];
}

/**
 * A partly filled order whose counter level the market has reached is cancelled, so that the filled part can be
 * traded there; when that part is too small for an order, it goes on resting.
 */
export function cancelOvertaken(
  grid: Grid,
  index: number,
  cell: CellState,
  quote: Quote,
): { cell: CellState; commands: Command[] } {
  const { order } = cell;
  const isPartlyFilled = order !== null && order.filled > 0 && order.filled < order.quantity;
  if (!isPartlyFilled || order.canceling) return { cell, commands: [] };
  const isOvertaken =
    order.side === 'buy'
      ? quote.bid >= levelAt(grid.levels, index + 1) && isSellable(grid, index, cell)
      : quote.ask <= levelAt(grid.levels, index) && isBuyable(grid, index, cell);
  return isOvertaken ? cancelOrder(grid, index, cell) : { cell, commands: [] };
}
