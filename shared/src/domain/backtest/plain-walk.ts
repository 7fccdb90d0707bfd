import { levelAt } from '../strategy/range-grid/levels.js';
import type { Candles } from './candles.js';
import type { FillLog } from './fill-log.js';
import type { FillModel } from './fill-model.js';
import type { PlainGrid } from './plain-grid.js';
import type { PriceScale } from './price-scale.js';

/** What a walk changes: a cell's quantities as its orders fill. */
export interface CellBook {
  /** Base arrived without a BUY of the cell and has not been sold yet. */
  first: Uint8Array;
  empty: Uint8Array;
  buySteps: Float64Array;
  sellSteps: Float64Array;
  firstSellSteps: Float64Array;
  /** `compound`: the next BUY after selling `steps`; null in the other modes. */
  grow: ((cell: number, steps: number) => number) | null;
}

/** Prices at which the orders of each cell fill, in units of the candles. */
interface Thresholds {
  /** BUY fills at or below. */
  buyAt: Float64Array;
  /** SELL fills at or above. */
  sellAt: Float64Array;
  /** An empty cell is reached at or above. */
  reachAt: Float64Array;
}

function thresholdsOf(grid: PlainGrid, scale: PriceScale, isStrict: boolean): Thresholds {
  const column = (valueAt: (cell: number) => number): Float64Array =>
    Float64Array.from({ length: grid.cells }, (_, cell) => valueAt(cell));
  const buy = (cell: number): number => levelAt(grid.levels, cell);
  const sell = (cell: number): number => levelAt(grid.levels, cell + 1);
  return {
    buyAt: column((cell) => (isStrict ? scale.priceAbove(buy(cell)) - 1 : scale.priceBelow(buy(cell)))),
    sellAt: column((cell) => (isStrict ? scale.priceBelow(sell(cell)) + 1 : scale.priceAbove(sell(cell)))),
    reachAt: column((cell) => scale.priceAbove(sell(cell))),
  };
}

/** Fills of one grid: what both walks do when an order of a cell fills. */
class CellFills {
  constructor(
    readonly grid: PlainGrid,
    readonly book: CellBook,
    readonly log: FillLog,
  ) {}

  buy(row: number, cell: number): void {
    this.log.push(row, cell, 'buy', this.grid.levels[cell] ?? 0, this.book.buySteps[cell] ?? 0);
  }

  /** A SELL, or an empty cell that is reached and from now on buys. */
  sell(row: number, cell: number): void {
    const { book } = this;
    if (book.empty[cell] === 1) {
      book.empty[cell] = 0;
      return;
    }
    let steps: number;
    if (book.first[cell] === 1) {
      book.first[cell] = 0;
      steps = book.firstSellSteps[cell] ?? 0;
    } else if (book.grow === null) {
      steps = book.sellSteps[cell] ?? 0;
    } else {
      steps = book.buySteps[cell] ?? 0;
    }
    this.log.push(row, cell, 'sell', this.grid.levels[cell + 1] ?? 0, steps);
    if (book.grow !== null) book.buySteps[cell] = book.grow(cell, steps);
  }
}

/**
 * `path` and `close`: price moves through every point in order, so the cells below it buy, those above sell, and the
 * grid's whole position is one index. Most candles touch neither neighbour.
 */
function walkPoints(fills: CellFills, candles: Candles, at: Thresholds, isPath: boolean): number {
  const { open, high, low, close } = candles;
  const { cells } = fills.grid;
  const rows = close.length;
  // The highest cell that buys; -1 when none does.
  let top = -1;
  while (top + 1 < cells && fills.book.first[top + 1] === 0 && fills.book.empty[top + 1] === 0) top += 1;
  let buyAt = top >= 0 ? (at.buyAt[top] ?? 0) : -Infinity;
  let sellAt = top + 1 < cells ? (at.sellAt[top + 1] ?? 0) : Infinity;
  const moveTo = (row: number, price: number): void => {
    while (price <= buyAt) {
      fills.buy(row, top);
      sellAt = at.sellAt[top] ?? 0;
      top -= 1;
      buyAt = top >= 0 ? (at.buyAt[top] ?? 0) : -Infinity;
    }
    while (price >= sellAt) {
      top += 1;
      fills.sell(row, top);
      buyAt = at.buyAt[top] ?? 0;
      sellAt = top + 1 < cells ? (at.sellAt[top + 1] ?? 0) : Infinity;
    }
  };
  const lows = isPath ? low : close;
  const highs = isPath ? high : close;
  for (let row = 1; row < rows; row += 1) {
    const least = lows[row] ?? 0;
    const most = highs[row] ?? 0;
    if (least > buyAt && most < sellAt) continue;
    const last = close[row] ?? 0;
    if (isPath) {
      const first = open[row] ?? 0;
      moveTo(row, first);
      moveTo(row, last >= first ? least : most);
      moveTo(row, last >= first ? most : least);
    }
    moveTo(row, last);
  }
  return top;
}

/** Side of a cell in `touch` and `strict`, where neighbours may be out of order after a wide candle. */
const BUYS = 0;
const SELLS = 1;
const BOUGHT_NOW = 2;

/** `touch` and `strict`: what stood at the candle's start fills, BUYs from the top, then SELLs from the bottom. */
function walkBars(fills: CellFills, candles: Candles, at: Thresholds): Uint8Array {
  const { high, low } = candles;
  const { cells } = fills.grid;
  const { first, empty } = fills.book;
  const { buyAt, sellAt, reachAt } = at;
  const sides = Uint8Array.from({ length: cells }, (_, cell) =>
    first[cell] === 1 || empty[cell] === 1 ? SELLS : BUYS,
  );
  let topBuy = cells - 1;
  while (topBuy >= 0 && sides[topBuy] !== BUYS) topBuy -= 1;
  let lowSell = 0;
  while (lowSell < cells && sides[lowSell] !== SELLS) lowSell += 1;
  const rows = low.length;
  let nextBuy = topBuy >= 0 ? (buyAt[topBuy] ?? 0) : -Infinity;
  let nextSell = lowSell < cells ? (reachAt[lowSell] ?? 0) : Infinity;
  for (let row = 1; row < rows; row += 1) {
    const least = low[row] ?? 0;
    const most = high[row] ?? 0;
    if (least > nextBuy && most < nextSell) continue;
    let bottom = topBuy + 1;
    for (let cell = topBuy; cell >= 0 && (buyAt[cell] ?? 0) >= least; cell -= 1) {
      bottom = cell;
      if (sides[cell] !== BUYS) continue;
      fills.buy(row, cell);
      sides[cell] = BOUGHT_NOW;
    }
    const firstSell = lowSell;
    let last = lowSell - 1;
    for (let cell = lowSell; cell < cells && (reachAt[cell] ?? 0) <= most; cell += 1) {
      last = cell;
      if (sides[cell] !== SELLS || (empty[cell] === 0 && (sellAt[cell] ?? 0) > most)) continue;
      fills.sell(row, cell);
      sides[cell] = BUYS;
    }
    for (let cell = bottom; cell <= topBuy; cell += 1) if (sides[cell] === BOUGHT_NOW) sides[cell] = SELLS;
    lowSell = Math.min(bottom, firstSell);
    while (lowSell < cells && sides[lowSell] !== SELLS) lowSell += 1;
    topBuy = Math.max(topBuy, last);
    while (topBuy >= 0 && sides[topBuy] !== BUYS) topBuy -= 1;
    nextBuy = topBuy >= 0 ? (buyAt[topBuy] ?? 0) : -Infinity;
    nextSell = lowSell < cells ? (reachAt[lowSell] ?? 0) : Infinity;
  }
  return sides;
}

/** Walks all candles; the log gets the fills. @returns 1 for each cell that has a SELL at the end, or is empty. */
export function walkPlainGrid(
  grid: PlainGrid,
  book: CellBook,
  log: FillLog,
  candles: Candles,
  scale: PriceScale,
  model: FillModel,
): Uint8Array {
  const fills = new CellFills(grid, book, log);
  const thresholds = thresholdsOf(grid, scale, model === 'strict');
  if (model === 'touch' || model === 'strict') return walkBars(fills, candles, thresholds);
  const top = walkPoints(fills, candles, thresholds, model === 'path');
  return Uint8Array.from({ length: grid.cells }, (_, cell) => (cell > top ? 1 : 0));
}
