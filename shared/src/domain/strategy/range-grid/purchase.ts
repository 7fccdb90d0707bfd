import { Decimal, dec } from '../../numbers/decimal.js';
import { sizeRefusal, stepsToQuantity } from '../../market/market.js';
import type { Command, OrderUpdate, Reason } from '../events.js';
import { assignBase, bookUnassigned } from './accounting.js';
import {
  afterTrading,
  armAuxiliary,
  armMarketOrder,
  cancelAuxiliary,
  followOrder,
  isReady,
} from './auxiliary.js';
import { isClosable } from './cell-size.js';
import { cellPrices, closeSide, type Grid } from './context.js';
import { PURCHASE_SLOT, type AuxiliaryState, type CellState, type Header, type Quote } from './state.js';

/** A limit order of the initial purchase rests this long before the rest is traded at the market, ms. */
export const PURCHASE_LIMIT_MS = 60_000;

/**
 * Places the order of the initial purchase, takes back a limit order whose time is over, or gives the same purchase back
 * when there is nothing to do.
 */
export function armPurchase(
  grid: Grid,
  purchase: AuxiliaryState,
  quote: Quote | null,
  now: number,
): { slot: AuxiliaryState; commands: Command[] } {
  // An initial sale opens a short, or pays for BUYs with base: neither only reduces.
  if (grid.params.initialOrder !== 'limit') return armMarketOrder(grid, PURCHASE_SLOT, purchase, false, now);
  const isLate = purchase.since !== null && now - purchase.since >= PURCHASE_LIMIT_MS;
  const { order } = purchase;
  if (order !== null) {
    const isOverdue = isLate && order.price !== null && !order.canceling;
    return isOverdue ? cancelAuxiliary(grid, PURCHASE_SLOT, purchase) : { slot: purchase, commands: [] };
  }
  if (isLate) return armMarketOrder(grid, PURCHASE_SLOT, purchase, false, now);
  // Nobody knows the best quote after a restart until the first one comes.
  if (quote === null || !isReady(purchase, now)) return { slot: purchase, commands: [] };
  const price = purchase.side === 'buy' ? quote.bid : quote.ask;
  const begun = purchase.since === null ? { ...purchase, since: now } : purchase;
  return armAuxiliary(grid, PURCHASE_SLOT, begun, { price, reduceOnly: false });
}

/** Books fills that belong to no cell. */
export function bookOutsideCells(grid: Grid, header: Header, update: OrderUpdate): Header {
  return update.fills.reduce((at, fill) => bookUnassigned(at, update.side, fill, grid.leg.market), header);
}

/** One update of the purchase's order. What it bought is unassigned until the purchase is over. */
export function updatePurchase(
  grid: Grid,
  state: { header: Header; quote: Quote | null },
  purchase: AuxiliaryState,
  update: OrderUpdate,
  now: number,
): { header: Header; slot: AuxiliaryState; commands: Command[] } {
  const header = bookOutsideCells(grid, state.header, update);
  const price = state.quote?.ask ?? header.startPrice;
  const left = (slot: AuxiliaryState): AuxiliaryState =>
    // A rest that is too small for an order is let go.
    slot.remaining === 0 || sizeRefusal(grid.leg.market, price, slot.remaining) === null
      ? slot
      : { ...slot, remaining: 0 };
  const followed = followOrder(purchase, update, {
    market: grid.leg.market,
    now,
    failureOf: (news) => (purchase.order?.canceling === true ? news.refusal : failureOf(news)),
    done: (slot, traded) => left(afterTrading(slot, traded)),
  });
  return { header, ...followed };
}

/** Why a purchase ended early, null when it may simply be tried again. */
function failureOf(update: OrderUpdate): Reason | null {
  if (update.refusal !== null || update.state === 'never-sent') return update.refusal;
  return { code: 'PURCHASE_INCOMPLETE', message: 'The initial purchase was not filled whole.' };
}

/** A cell that gets nothing of the inventory: empty, or in a neutral grid one that opens the other way. */
function withoutBase(grid: Grid, cell: CellState): CellState {
  if (grid.params.direction === 'neutral') return { ...cell, short: !cell.short };
  return {
    ...cell,
    want: 'none',
    waiting: {
      code: 'EMPTY',
      message: 'No inventory for this cell: it opens once price reaches its closing level.',
      retryAt: null,
      failures: 0,
    },
  };
}

/**
 * Gives unassigned base to the holding cells, nearest to the market first, up to each cell's quantity. A cell that
 * gets too little to close stays empty until price reaches its closing level.
 */
export function assignToCells(
  grid: Grid,
  header: Header,
  cells: ReadonlyMap<number, CellState>,
): { header: Header; cells: Map<number, CellState> } {
  const assigned = new Map(cells);
  let at = header;
  const isShort = dec(header.unassigned.base).lt(0);
  const nearestFirst = [...cells.keys()].sort((a, b) => (isShort ? b - a : a - b));
  for (const index of nearestFirst) {
    const cell = assigned.get(index);
    if (cell === undefined || cell.want !== closeSide(cell) || cell.lots.length > 0) continue;
    const prices = cellPrices(grid, index, cell);
    const available = dec(at.unassigned.base).times(prices.sign);
    const quantity = Decimal.min(available, stepsToQuantity(grid.leg.market, cell.openQuantity));
    if (quantity.gt(0)) {
      const moved = assignBase(at, cell, quantity, prices);
      if (isClosable(grid, index, moved.cell)) {
        at = moved.header;
        assigned.set(index, moved.cell);
        continue;
      }
    }
    assigned.set(index, withoutBase(grid, cell));
  }
  return { header: at, cells: assigned };
}
