import { sizeRefusal } from '../../market/market.js';
import type { Command } from '../events.js';
export { cancelStray, waitingAfterFailure } from '../common/order-faults.js';
import { closeSteps, isClosable, isOpenable, openSteps } from './cell-size.js';
import { closeSide, isReduceOnly, keyOf, lineAt, orderLine, type Grid } from './context.js';
import type { CellState, Quote } from './state.js';

function crosses(side: 'buy' | 'sell', price: number, quote: Quote): boolean {
  return side === 'buy' ? price >= quote.ask : price <= quote.bid;
}

/** The reason why a cell has no order; the same cell when that is known. */
export function wait(cell: CellState, code: string, message: string): CellState {
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
  const price = orderLine(grid, index, side);
  const closes = side === closeSide(cell);
  const quantity = closes ? closeSteps(grid, index, cell) : openSteps(grid, index, cell);
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
        reduceOnly: isReduceOnly(grid, closes),
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
  const isReached =
    order.side === 'buy' ? quote.bid >= lineAt(grid, index + 1) : quote.ask <= lineAt(grid, index);
  const isOvertaken =
    isReached && (order.side === closeSide(cell) ? isOpenable : isClosable)(grid, index, cell);
  return isOvertaken ? cancelOrder(grid, index, cell) : { cell, commands: [] };
}
