import { Decimal, dec } from '../../numbers/decimal.js';
import { sizeRefusal, stepsToQuantity, type Ticks } from '../../market/market.js';
import { isFinal } from '../../order/order.js';
import type { Command, OrderUpdate } from '../events.js';
import { assignBase, bookUnassigned } from './accounting.js';
import { isSellable, waitingAfterFailure } from './cell.js';
import { keyOf, PURCHASE_SLOT, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { CellState, Header, PurchaseState, Quote } from './state.js';

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

/** One update of the purchase's order. What it bought is unassigned until the purchase is over. */
export function updatePurchase(
  grid: Grid,
  header: Header,
  purchase: PurchaseState,
  update: OrderUpdate,
  quote: Quote | null,
  now: number,
): { header: Header; purchase: PurchaseState } {
  const booked = update.fills.reduce((at, fill) => bookUnassigned(at, fill, grid.leg.market), header);
  const order = purchase.order;
  if (order === null || order.generation !== update.generation) return { header: booked, purchase };
  if (!isFinal(update.state)) {
    return {
      header: booked,
      purchase: {
        ...purchase,
        order: { ...order, filled: Math.max(order.filled, update.filled), state: update.state },
      },
    };
  }
  const remaining = Math.max(0, purchase.remaining - Math.max(order.filled, update.filled));
  const price: Ticks = quote?.ask ?? header.startPrice;
  const tooSmall = remaining > 0 && sizeRefusal(grid.leg.market, price, remaining) !== null;
  const failed = remaining > 0 && !tooSmall && update.state !== 'never-sent';
  const reason = update.refusal ?? {
    code: 'PURCHASE_INCOMPLETE',
    message: 'The initial purchase was not filled whole.',
  };
  return {
    header: booked,
    purchase: {
      ...purchase,
      order: null,
      remaining: tooSmall ? 0 : remaining,
      waiting: failed ? waitingAfterFailure(purchase.waiting, reason.code, reason.message, now) : null,
    },
  };
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
