import { dec, decStr } from '../../numbers/decimal.js';
import { ticksToPrice, type Steps } from '../../market/market.js';
import type { Side } from '../../order/order.js';
import type { LegContext } from '../kind.js';
import { releaseAll } from './accounting.js';
import { cellPrices, lineAt, type Grid } from './context.js';
import { anchorAt, infinityFunds, isInfinity, startCells, type Anchor } from './infinity.js';
import { inventoryOf, middleOf, profitOf } from './profit.js';
import { cellQuantities, holdsAtStart, startFunds, startsHolding, type StartFunds } from './quantities.js';
import {
  activeCells,
  auxiliaryAt,
  EXIT_SLOT,
  isAuxiliary,
  PURCHASE_SLOT,
  type CellState,
  type Header,
  type Quote,
  type RangeGridState,
  type Slot,
} from './state.js';

/** A cell nothing has happened to. */
export function freshCell(want: CellState['want'], openQuantity: Steps, generation: number): CellState {
  return {
    want,
    order: null,
    waiting: null,
    nextBuy: generation,
    nextSell: generation,
    openQuantity,
    lots: [],
    openCycle: null,
    closeRound: null,
    cycles: 0,
    short: false,
    active: true,
    leaving: null,
  };
}

/** Generation above every one the slots have used. */
function nextGeneration(header: Header, slots: RangeGridState['slots']): number {
  let next = header.firstGeneration;
  for (const slot of slots.values()) {
    next = Math.max(next, isAuxiliary(slot) ? slot.next : Math.max(slot.nextBuy, slot.nextSell));
  }
  return next;
}

function withCells(
  slots: RangeGridState['slots'],
  cells: ReadonlyMap<number, CellState>,
): RangeGridState['slots'] {
  return cells.size === 0 ? slots : new Map([...slots, ...cells]);
}

/** Side a cell begins with, and whether it is a short one. */
function sideOf(grid: Grid, header: Header, index: number, quote: Quote): { want: Side; short: boolean } {
  const { params, levels } = grid;
  if (isInfinity(params)) return { want: index < 0 ? 'buy' : 'sell', short: false };
  const now = { ...grid.leg, ...quote };
  const holds = holdsAtStart(params, levels, index, now);
  if (params.direction === 'short') return { want: holds ? 'buy' : 'sell', short: true };
  if (params.direction !== 'neutral') return { want: holds ? 'sell' : 'buy', short: false };
  // A neutral grid that an edit has left with a position closes it where that earns.
  const position = dec(header.unassigned.base);
  return startsHolding(levels, index, quote.ask)
    ? { want: 'sell', short: !position.gt(0) }
    : { want: 'buy', short: position.lt(0) };
}

/** What a start lays out: quantity by cell, what it needs, and where an infinity grid is anchored. */
interface Sizes {
  quantities: ReadonlyMap<number, Steps>;
  funds: StartFunds;
  anchor: Anchor | null;
}

function sizesAt({ params, levels }: Grid, leg: LegContext): Sizes {
  if (isInfinity(params)) {
    const anchor = anchorAt(params, leg);
    const cells = startCells(params, leg, anchor);
    const quantities = new Map(cells.map(({ cell, quantity }) => [cell, quantity]));
    return { quantities, funds: infinityFunds(params, leg, anchor, cells), anchor };
  }
  const quantities = cellQuantities(params, leg, levels);
  const funds = startFunds(params, leg, levels, quantities, false);
  return { quantities: new Map(quantities.entries()), funds, anchor: null };
}

/**
 * Lays the cells out at the present price: who holds, who waits to open, and what has to be bought or sold first.
 * @param buys false after an edit: it deals out what is there
 */
export function layOut(
  grid: Grid,
  earlier: Pick<RangeGridState, 'header' | 'slots' | 'sight'>,
  quote: Quote,
  buys: boolean,
  now: number,
): RangeGridState {
  const leg = { ...grid.leg, ...quote };
  // Late fills may have left base in cells of an earlier life.
  const released = releaseAll(earlier.header, activeCells(earlier.slots), (index, cell) =>
    cellPrices(grid, index, cell),
  );
  const before = { header: released.header, slots: withCells(earlier.slots, released.cells) };
  const generation = nextGeneration(before.header, before.slots);
  const { quantities, funds, anchor } = sizesAt(grid, leg);
  const slots = new Map<number, Slot>();
  for (const [index, quantity] of quantities) {
    const { want, short } = sideOf(grid, before.header, index, quote);
    slots.set(index, { ...freshCell(want, quantity, generation), short });
  }
  const remaining = buys ? funds.purchase : 0;
  const known = auxiliaryAt(before.slots, PURCHASE_SLOT);
  const isSame = known?.next === generation && known.remaining === remaining && known.side === funds.side;
  slots.set(
    PURCHASE_SLOT,
    isSame && known.since === null && known.order === null && known.waiting === null
      ? known
      : {
          order: null,
          waiting: null,
          next: generation,
          remaining,
          side: funds.side,
          since: null,
          exit: null,
        },
  );
  const exit = auxiliaryAt(before.slots, EXIT_SLOT);
  // Its generation may stay behind: it only has to be new for the exit's own orders.
  if (exit !== null) slots.set(EXIT_SLOT, exit);
  const profit = profitOf(before, inventoryOf(grid, before), middleOf(grid, quote)).total;
  let { unassigned } = before.header;
  const startPrice = ticksToPrice(leg.market, quote.ask);
  if (buys && funds.base.gt(0)) {
    unassigned = {
      ...unassigned,
      base: decStr(dec(unassigned.base).plus(funds.base)),
      cost: decStr(dec(unassigned.cost).plus(funds.base.times(startPrice))),
    };
  }
  const started: Partial<Header> =
    before.header.startedAt === null
      ? {
          startedAt: now,
          profitBefore: profit,
          investment: decStr(funds.quote.plus(funds.base.times(startPrice))),
        }
      : {};
  const header: Header = {
    ...before.header,
    ...started,
    unassigned,
    phase: 'buying',
    trigger: null,
    exit: null,
    best: null,
    startPrice: quote.ask,
    anchor,
    firstGeneration: generation,
  };
  return { header, slots, quote, sight: earlier.sight };
}

/** The lowest and the highest cell of the grid now. */
export function edgesOf(slots: RangeGridState['slots']): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const [index, slot] of slots) {
    if (isAuxiliary(slot) || !slot.active) continue;
    low = Math.min(low, index);
    high = Math.max(high, index);
  }
  return { low, high };
}

/** Where the price stands to the grid as it lies now. */
export function rangeNow(
  grid: Grid,
  state: RangeGridState,
): 'in-range' | 'above-range' | 'below-range' | null {
  const { quote } = state;
  const { low, high } = edgesOf(state.slots);
  if (quote === null || low > high) return null;
  // An infinity grid has no upper end; where its cells have become too small to trade, it holds.
  if (grid.anchor === null && quote.bid > lineAt(grid, high + 1)) return 'above-range';
  return quote.ask < lineAt(grid, low) ? 'below-range' : 'in-range';
}
