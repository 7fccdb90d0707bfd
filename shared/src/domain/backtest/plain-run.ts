import { dec, ZERO, type Decimal } from '../numbers/decimal.js';
import { stepsToQuantity } from '../market/market.js';
import { AUXILIARY_SLOT } from '../order/client-order-id.js';
import { levelAt } from '../strategy/range-grid/levels.js';
import { at, type Candles } from './candles.js';
import { ExactSum } from './exact-sum.js';
import { FillLog } from './fill-log.js';
import type { FillModel } from './fill-model.js';
import { feeShare, ownFee, plainGrid, type PlainGrid } from './plain-grid.js';
import { walkPlainGrid, type CellBook } from './plain-walk.js';
import { PriceScale } from './price-scale.js';
import { legAt, type BacktestSetup, type OpenOrder, type Run } from './setup.js';

/** `floor(sold · p_{i+1} · (1 − f) / p_i)`, at least what the cell bought before, at most what the venue takes. */
function compoundGrowth(grid: PlainGrid, setup: BacktestSetup, book: CellBook): CellBook['grow'] {
  if (grid.params.profit !== 'compound') return null;
  const rate = dec(setup.fees.maker);
  const scale = 10n ** BigInt(rate.decimalPlaces());
  const kept = scale - BigInt(rate.times(scale.toString()).toFixed(0));
  return (cell, sold) => {
    const proceeds = BigInt(levelAt(grid.levels, cell + 1)) * BigInt(sold) * kept;
    const affordable = Number(proceeds / (BigInt(levelAt(grid.levels, cell)) * scale));
    return Math.max(book.buySteps[cell] ?? 0, Math.min(affordable, grid.maxSteps));
  };
}

/** Gross and net profit of every SELL in the log, quote. */
function gridProfit(
  grid: PlainGrid,
  setup: BacktestSetup,
  log: FillLog,
): { cellCycles: Map<number, number>; gross: Decimal; net: Decimal } {
  const { market, fees } = setup;
  const first = Uint8Array.from(grid.holding);
  const gross = new ExactSum();
  /** Notional of the SELLs and of the BUYs they close, where whole lots are sold. */
  const turnover = new ExactSum();
  let lotFees = ZERO;
  const cycles = new Uint32Array(grid.cells);
  const isPartial = grid.params.profit === 'base';
  const ownShares = isPartial
    ? Array.from({ length: grid.cells }, (_, cell) => {
        const lot = at(grid.buySteps, cell);
        return feeShare(ownFee(grid, setup, cell, lot), at(grid.sellSteps, cell), lot);
      })
    : [];
  const ownSales = new Uint32Array(grid.cells);
  for (let index = 0; index < log.length; index += 1) {
    if (log.sells[index] === 0) continue;
    const cell = log.slots[index] ?? 0;
    const steps = log.quantities[index] ?? 0;
    const price = log.prices[index] ?? 0;
    const buyPrice = grid.levels[cell] ?? 0;
    cycles[cell] = (cycles[cell] ?? 0) + 1;
    gross.add((price - buyPrice) * steps);
    turnover.add(price * steps);
    if (first[cell] === 1) {
      first[cell] = 0;
      lotFees = lotFees.plus(
        feeShare(grid.firstFees[cell] ?? ZERO, at(grid.firstSellSteps, cell), at(grid.buySteps, cell)),
      );
    } else if (isPartial) {
      ownSales[cell] = (ownSales[cell] ?? 0) + 1;
    } else {
      turnover.add(buyPrice * steps);
    }
  }
  ownShares.forEach((share, cell) => {
    lotFees = lotFees.plus(share.times(ownSales[cell] ?? 0));
  });
  const unit = dec(market.tickSize).times(market.stepSize);
  const total = gross.exact().times(unit);
  const orderFees = turnover.exact().times(unit).times(fees.maker);
  const cellCycles = new Map([...cycles.entries()].filter(([, count]) => count > 0));
  return { cellCycles, gross: total, net: total.minus(orderFees).minus(lotFees) };
}

function openOrders(grid: PlainGrid, book: CellBook, sells: Uint8Array): OpenOrder[] {
  return Array.from(sells, (isSell, cell): OpenOrder => {
    if (isSell === 0)
      return { side: 'buy', price: levelAt(grid.levels, cell), quantity: at(book.buySteps, cell) };
    const own = grid.params.profit === 'compound' ? book.buySteps : book.sellSteps;
    const column = book.first[cell] === 1 ? book.firstSellSteps : own;
    return { side: 'sell', price: levelAt(grid.levels, cell + 1), quantity: at(column, cell) };
  }).filter((_, cell) => book.empty[cell] === 0);
}

/**
 * The fast backtest of a plain range grid: the fills of the event-by-event machine, found by looking only at the orders
 * next to the price. Null when the strategy is not one of these.
 */
export function runPlainGrid(setup: BacktestSetup, candles: Candles, model: FillModel): Run | null {
  const scale = new PriceScale(setup.market, candles.places);
  const close = at(candles.close, 0);
  const leg = legAt(setup, scale.ticksBelow(close));
  const price = scale.toDecimal(close).times(dec(setup.slippage ?? '0').plus(1));
  const grid = plainGrid(setup, leg, price);
  if (grid === null) return null;
  const log = new FillLog();
  if (grid.purchase > 0) {
    log.exactPrices.set(0, price);
    log.push(0, AUXILIARY_SLOT, 'buy', leg.ask, grid.purchase, true);
  }
  const startFills = log.length;
  const book: CellBook = {
    first: Uint8Array.from(grid.holding),
    empty: Uint8Array.from(grid.empty),
    buySteps: Float64Array.from(grid.buySteps),
    sellSteps: grid.sellSteps,
    firstSellSteps: grid.firstSellSteps,
    grow: null,
  };
  book.grow = compoundGrowth(grid, setup, book);
  const sells = walkPlainGrid(grid, book, log, candles, scale, model);
  const profit = gridProfit(grid, setup, log);
  return {
    log,
    startFills,
    initialBase: stepsToQuantity(setup.market, grid.held),
    cellCycles: profit.cellCycles,
    ended: null,
    grossGridProfit: profit.gross,
    netGridProfit: profit.net,
    openOrders: openOrders(grid, book, sells),
  };
}
