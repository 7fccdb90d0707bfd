import { Decimal, dec, sum } from '../../numbers/decimal.js';
import { sizeRefusal, stepsToQuantity, toSteps, type Steps, type Ticks } from '../../market/market.js';
import { isFinal } from '../../order/order.js';
import type { Command, OrderUpdate, Reason } from '../events.js';
import { assignBase, bookUnassigned } from './accounting.js';
import { cancelStray, waitingAfterFailure } from './cell.js';
import { isSellable } from './cell-size.js';
import { keyOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import { PURCHASE_SLOT, type CellState, type Header, type PurchaseState, type Quote } from './state.js';

/** Places the market order of the initial purchase, or gives the same purchase back when there is nothing to do. */
export function armPurchase(
  grid: Grid,
  purchase: PurchaseState,
  now: number,
): { purchase: PurchaseState; commands: Command[] } {
  if (purchase.order !== null || purchase.remaining <= 0) return { purchase, commands: [] };
  if (purchase.waiting?.retryAt != null && now < purchase.waiting.retryAt) return { purchase, commands: [] };
  const { next: generation, remaining: quantity } = purchase;
  return {
    purchase: {
      ...purchase,
      next: generation + 1,
      order: { side: 'buy', generation, price: null, quantity, filled: 0, state: 'intent', canceling: false },
    },
    commands: [
      {
        type: 'place',
        key: keyOf(grid, PURCHASE_SLOT),
        side: 'buy',
        generation,
        orderType: 'market',
        timeInForce: 'GTC',
        postOnly: false,
        reduceOnly: false,
        price: null,
        quantity,
      },
    ],
  };
}

/** Books fills that belong to no cell. */
export function bookOutsideCells(grid: Grid, header: Header, update: OrderUpdate): Header {
  return update.fills.reduce((at, fill) => bookUnassigned(at, update.side, fill, grid.leg.market), header);
}

/** Less to buy; a rest that is too small for an order is let go. */
function afterBuying(grid: Grid, purchase: PurchaseState, bought: Steps, price: Ticks): PurchaseState {
  if (bought === 0 || purchase.remaining === 0) return purchase;
  const left = Math.max(0, purchase.remaining - bought);
  return { ...purchase, remaining: sizeRefusal(grid.leg.market, price, left) === null ? left : 0 };
}

/** One update of the purchase's order. What it bought is unassigned until the purchase is over. */
export function updatePurchase(
  grid: Grid,
  state: { header: Header; quote: Quote | null },
  purchase: PurchaseState,
  update: OrderUpdate,
  now: number,
): { header: Header; purchase: PurchaseState; commands: Command[] } {
  const header = bookOutsideCells(grid, state.header, update);
  const price = state.quote?.ask ?? header.startPrice;
  const { order } = purchase;
  if (order === null || order.generation !== update.generation) {
    // What it bought after all need not be bought again.
    const late = sum(update.fills.map((fill) => fill.quantity));
    return {
      header,
      purchase: afterBuying(grid, purchase, toSteps(grid.leg.market, late, 'down'), price),
      commands: cancelStray(update),
    };
  }
  const filled = Math.max(order.filled, update.filled);
  if (!isFinal(update.state)) {
    const isNews = filled !== order.filled || update.state !== order.state;
    const seen = isNews ? { ...purchase, order: { ...order, filled, state: update.state } } : purchase;
    return { header, purchase: seen, commands: [] };
  }
  const ended = afterBuying(grid, { ...purchase, order: null }, filled, price);
  const failure = ended.remaining > 0 ? failureOf(update) : null;
  const waiting =
    failure === null ? null : waitingAfterFailure(purchase.waiting, failure.code, failure.message, now);
  return { header, purchase: { ...ended, waiting }, commands: [] };
}

/** Why a purchase ended early, null when it may simply be tried again. */
function failureOf(update: OrderUpdate): Reason | null {
  if (update.refusal !== null || update.state === 'never-sent') return update.refusal;
  return { code: 'PURCHASE_INCOMPLETE', message: 'The initial purchase was not filled whole.' };
}

/**
 * Gives unassigned base to the holding cells, nearest to the market first, up to each cell's quantity. A cell that
 * gets too little to sell stays empty until price reaches its sell level.
 */
export function assignToCells(
  grid: Grid,
  header: Header,
  cells: ReadonlyMap<number, CellState>,
): { header: Header; cells: Map<number, CellState> } {
  const assigned = new Map(cells);
  let at = header;
  for (let index = 0; index < grid.levels.length - 1; index += 1) {
    const cell = assigned.get(index);
    if (cell === undefined || cell.want !== 'sell' || cell.lots.length > 0) continue;
    const available = dec(at.unassigned.base);
    const quantity = Decimal.min(available, stepsToQuantity(grid.leg.market, cell.buyQuantity));
    if (quantity.gt(0)) {
      const moved = assignBase(at, cell, quantity, grid.leg.market, levelAt(grid.levels, index));
      if (isSellable(grid, index, moved.cell)) {
        at = moved.header;
        assigned.set(index, moved.cell);
        continue;
      }
    }
    assigned.set(index, {
      ...cell,
      want: 'none',
      waiting: {
        code: 'EMPTY',
        message: 'No base for this cell: it rests a BUY once price reaches its sell level.',
        retryAt: null,
        failures: 0,
      },
    });
  }
  return { header: at, cells: assigned };
}
