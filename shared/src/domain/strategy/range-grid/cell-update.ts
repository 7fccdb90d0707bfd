import { dec, decStr } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice, toSteps } from '../../market/market.js';
import { isFinal } from '../../order/order.js';
import type { Command, OrderUpdate } from '../events.js';
import { baseIn, bookBuy, bookSell, keepAsProfit } from './accounting.js';
import { isSellable, waitingAfterFailure, wantAfterBuy } from './cell.js';
import { keyOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { CellState, Header } from './state.js';

export interface CellStep {
  header: Header;
  cell: CellState;
  commands: Command[];
}

/** Books the fills of an update, whichever order of the cell they belong to: late fills count like any other. */
function bookFills(grid: Grid, index: number, step: CellStep, update: OrderUpdate): CellStep {
  const { market } = grid.leg;
  const buy = levelAt(grid.levels, index);
  const sell = levelAt(grid.levels, index + 1);
  return update.fills.reduce<CellStep>((at, fill) => {
    const booked =
      update.side === 'buy'
        ? bookBuy(at.header, at.cell, fill, market, buy)
        : bookSell(at.header, at.cell, fill, market, buy, sell);
    return { ...at, ...booked };
  }, step);
}

/** Closes the cycle of a SELL that is over, and prepares the next BUY as the profit mode says. */
function closeCycle(grid: Grid, index: number, step: CellStep, update: OrderUpdate): CellStep {
  const open = step.cell.openCycle;
  if (open === null || dec(open.quantity).isZero()) return step;
  const { market } = grid.leg;
  const buyPrice = ticksToPrice(market, levelAt(grid.levels, index));
  const sellPrice = ticksToPrice(market, levelAt(grid.levels, index + 1));
  const net = dec(open.gross).minus(open.fees);
  let header: Header = { ...step.header, cycles: step.header.cycles + 1 };
  let cell: CellState = { ...step.cell, openCycle: null, cycles: step.cell.cycles + 1 };
  if (grid.params.profitMode === 'compound' && update.state === 'filled') {
    const proceeds = buyPrice.times(open.quantity).plus(net);
    const grown = toSteps(market, proceeds.div(buyPrice), 'down');
    cell = { ...cell, buyQuantity: Math.max(cell.buyQuantity, grown) };
  }
  if (grid.params.profitMode === 'base' && update.state === 'filled') {
    const whole = stepsToQuantity(market, toSteps(market, baseIn(cell.lots), 'down'));
    if (whole.gt(0))
      ({ header, cell } = keepAsProfit(header, cell, whole, market, levelAt(grid.levels, index)));
  }
  const command: Command = {
    type: 'cycle',
    key: keyOf(grid, index),
    cycle: {
      generation: update.generation,
      buyPrice: decStr(buyPrice),
      sellPrice: decStr(sellPrice),
      quantity: open.quantity,
      gross: open.gross,
      fees: open.fees,
      net: decStr(net),
    },
  };
  return { header, cell, commands: [...step.commands, command] };
}

/** A stop of the order that nobody here asked for is answered with a pause, then the order is placed again. */
function afterEnd(cell: CellState, update: OrderUpdate, wasCanceling: boolean, now: number): CellState {
  switch (update.state) {
    case 'rejected':
    case 'expired': {
      const reason = update.refusal ?? {
        code: update.state === 'expired' ? 'ORDER_EXPIRED' : 'ORDER_REJECTED',
        message: `The exchange ended the ${update.side} order of this cell (${update.state}).`,
      };
      return { ...cell, waiting: waitingAfterFailure(cell.waiting, reason.code, reason.message, now) };
    }
    case 'canceled':
      if (wasCanceling) return { ...cell, waiting: null };
      return {
        ...cell,
        waiting: waitingAfterFailure(
          cell.waiting,
          'CANCELED_OUTSIDE',
          `The ${update.side} order of this cell was cancelled from outside; it will be placed again.`,
          now,
        ),
      };
    default:
      return { ...cell, waiting: null };
  }
}

/** What the cell wants once its order is over. */
function nextWant(
  grid: Grid,
  index: number,
  cell: CellState,
  update: OrderUpdate,
  wasCanceling: boolean,
): 'buy' | 'sell' {
  if (update.side === 'buy') return wantAfterBuy(grid, index, cell);
  // A SELL that the market overtook on its way down has sold its part; the rest waits for the BUY to fill up again.
  if (update.state === 'filled' || (update.filled > 0 && wasCanceling)) return 'buy';
  return isSellable(grid, index, cell) ? 'sell' : 'buy';
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
  const order = booked.cell.order;
  if (order === null || order.side !== update.side || order.generation !== update.generation) {
    // A late fill of an earlier SELL completes its own small cycle.
    return update.side === 'sell' &&
      update.fills.length > 0 &&
      isFinal(update.state) &&
      order?.side !== 'sell'
      ? closeCycle(grid, index, booked, update)
      : booked;
  }
  if (!isFinal(update.state)) {
    const seen = { ...order, filled: Math.max(order.filled, update.filled), state: update.state };
    const answered = update.state !== 'intent' && update.state !== 'sent';
    return {
      ...booked,
      cell: { ...booked.cell, order: seen, waiting: answered ? null : booked.cell.waiting },
    };
  }
  const closed = update.side === 'sell' ? closeCycle(grid, index, booked, update) : booked;
  const want = nextWant(grid, index, closed.cell, update, order.canceling);
  const ended = afterEnd(
    { ...closed.cell, order: null, want },
    update,
    order.canceling || header.paused,
    now,
  );
  return { ...closed, cell: ended };
}
