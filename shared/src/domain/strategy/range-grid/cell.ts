import { Decimal, dec } from '../../numbers/decimal.js';
import { sizeRefusal, ticksToPrice, toSteps, type Steps } from '../../market/market.js';
import type { Command } from '../events.js';
import { baseIn, feesIn } from './accounting.js';
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

/** Steps of base a cell could sell now. */
export function sellableSteps(grid: Grid, cell: CellState): Steps {
  return toSteps(grid.leg.market, baseIn(cell.lots), 'down');
}

/**
 * Steps the SELL of a cell asks for: all its base, or in `base` mode only what brings the quote back whole,
 * `ceil_step((cost + buy fee) / (p_{i+1}·(1−f)))`.
 */
function sellSteps(grid: Grid, index: number, cell: CellState): Steps {
  const all = sellableSteps(grid, cell);
  if (grid.params.profitMode !== 'base') return all;
  const { market, makerRate } = grid.leg;
  const cost = ticksToPrice(market, levelAt(grid.levels, index))
    .times(baseIn(cell.lots))
    .plus(feesIn(cell.lots));
  const perBase = ticksToPrice(market, levelAt(grid.levels, index + 1)).times(
    new Decimal(1).minus(dec(makerRate)),
  );
  return Math.min(all, toSteps(market, cost.div(perBase), 'up'));
}

/** Steps the BUY of a cell asks for: its quantity less the base it holds already. */
function buySteps(grid: Grid, cell: CellState): Steps {
  return cell.buyQuantity - Math.min(cell.buyQuantity, sellableSteps(grid, cell));
}

export function isSellable(grid: Grid, index: number, cell: CellState): boolean {
  return sizeRefusal(grid.leg.market, levelAt(grid.levels, index + 1), sellSteps(grid, index, cell)) === null;
}

/** What the cell wants after a BUY ended: sell what it holds, or go on buying while that is too little to sell. */
export function wantAfterBuy(grid: Grid, index: number, cell: CellState): 'buy' | 'sell' {
  return isSellable(grid, index, cell) ? 'sell' : 'buy';
}

function crosses(side: 'buy' | 'sell', price: number, quote: Quote | null): boolean {
  if (quote === null) return false;
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
  const { market } = grid.leg;
  const side = cell.want;
  const price = levelAt(grid.levels, side === 'buy' ? index : index + 1);
  const quantity = side === 'buy' ? buySteps(grid, cell) : sellSteps(grid, index, cell);
  const refusal = sizeRefusal(market, price, quantity);
  if (refusal !== null) {
    const message = `The cell's next order (${quantity} steps of ${market.stepSize}) is outside the venue's size rules.`;
    return { cell: wait(cell, refusal, message), commands: [] };
  }
  if (grid.params.postOnly && crosses(side, price, quote)) {
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

/**
 * A partly filled order whose counter level the market has reached is cancelled, so that the filled part can be
 * traded there (grid.md, counter orders).
 */
export function cancelOvertaken(
  grid: Grid,
  index: number,
  cell: CellState,
  quote: Quote,
): { cell: CellState; commands: Command[] } {
  const order = cell.order;
  if (order === null || order.canceling || order.filled === 0 || order.filled >= order.quantity) {
    return { cell, commands: [] };
  }
  const overtaken =
    order.side === 'buy'
      ? quote.bid >= levelAt(grid.levels, index + 1) && isSellable(grid, index, cell)
      : quote.ask <= levelAt(grid.levels, index);
  if (!overtaken) return { cell, commands: [] };
  return {
    cell: { ...cell, order: { ...order, canceling: true } },
    commands: [{ type: 'cancel', key: keyOf(grid, index), side: order.side, generation: order.generation }],
  };
}
