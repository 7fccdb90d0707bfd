import { Decimal, dec, truncateTo, ZERO } from '../numbers/decimal.js';
import { maxSteps, ticksToPrice, toSteps, type Market, type Steps, type Ticks } from '../market/market.js';
import type { LegContext } from '../strategy/kind.js';
import { withDefaults } from '../strategy/params-check.js';
import { isInfinity } from '../strategy/range-grid/infinity.js';
import { levelAt, levelTicks } from '../strategy/range-grid/levels.js';
import { RangeGridParams } from '../strategy/range-grid/params.js';
import { cellQuantities, startsHolding } from '../strategy/range-grid/quantities.js';
import { at } from './candles.js';
import type { BacktestSetup } from './setup.js';

/** Params that the plain form gives meaning to; every other one must be at its default, which is "off". */
const PLAIN = new Set<string>([
  'lower',
  'upper',
  'levels',
  'spacing',
  'quantity',
  'profit',
  'initialInventory',
]);
/** Notional of one fill must stay exact in a double, with room for the sum of two. */
const MAX_NOTIONAL = 2 ** 51;
/** In `compound` mode orders grow; this leaves them room for a factor of a thousand. */
const MAX_COMPOUND_NOTIONAL = 2 ** 41;
/** Places a fee is cut at when only a part of a lot is sold, as the machine does. */
const FEE_PLACES = 18;

/** A range grid without any option that needs the whole machine, as columns: a cell is an index. */
export interface PlainGrid {
  params: RangeGridParams;
  levels: readonly Ticks[];
  cells: number;
  /** 1 where the cell starts with base, and where it starts empty. */
  holding: Uint8Array;
  empty: Uint8Array;
  /** Steps of a cell's BUY. */
  buySteps: Float64Array;
  /** Steps of the SELL of base it started with, and of base it bought itself. */
  firstSellSteps: Float64Array;
  sellSteps: Float64Array;
  /** Purchase fee of the base a cell starts with, quote. */
  firstFees: Decimal[];
  /** Steps held at the start, and how many of them are bought then. */
  held: Steps;
  purchase: Steps;
  maxSteps: Steps;
}

const plainParams = new WeakMap<RangeGridParams, boolean>();

/** Every option beyond the plain ones as it is when nobody sets it. */
function isPlain(params: RangeGridParams): boolean {
  const known = plainParams.get(params);
  if (known !== undefined) return known;
  const { lower, upper, levels, quantity } = params;
  const defaults = withDefaults(RangeGridParams, { lower, upper, levels, quantity }) as Record<
    string,
    unknown
  >;
  const plain =
    !isInfinity(params) &&
    Object.entries(params).every(
      ([name, value]) => PLAIN.has(name) || JSON.stringify(value) === JSON.stringify(defaults[name]),
    );
  plainParams.set(params, plain);
  return plain;
}

/** Steps a `base` mode SELL needs to bring cost and fee back: what `sellSteps` of the machine says of a fresh lot. */
function sellOfLot(grid: PlainGrid, leg: LegContext, cell: number, steps: Steps, fee: Decimal): Steps {
  const { market } = leg;
  const buy = levelAt(grid.levels, cell);
  const sell = levelAt(grid.levels, cell + 1);
  const owed = ticksToPrice(market, buy).times(market.stepSize).times(steps).plus(fee);
  const perBase = ticksToPrice(market, sell).times(new Decimal(1).minus(dec(leg.makerRate)));
  return Math.min(steps, toSteps(market, owed.div(perBase), 'up'));
}

/** Purchase fee of a lot that the cell bought itself, quote. */
export function ownFee(grid: PlainGrid, setup: BacktestSetup, cell: number, steps: Steps): Decimal {
  const { market, fees } = setup;
  return ticksToPrice(market, levelAt(grid.levels, cell))
    .times(market.stepSize)
    .times(steps)
    .times(fees.maker);
}

/** Share of a lot's purchase fee that goes with the part that is sold. */
export function feeShare(fee: Decimal, sold: Steps, lot: Steps): Decimal {
  return sold >= lot ? fee : truncateTo(fee.times(sold).div(lot), FEE_PLACES);
}

/**
 * Fees of the lots that the initial purchase becomes: shares of its fee in proportion, cell by cell from below, each
 * cut at 18 places, the last taking the rest. The machine deals them out the same way.
 */
function firstFees(grid: PlainGrid, fee: Decimal): Decimal[] {
  let left = fee;
  let steps = grid.purchase;
  return Array.from({ length: grid.cells }, (_, cell) => {
    const lot = grid.buySteps[cell] ?? 0;
    if (steps === 0 || grid.holding[cell] === 0) return ZERO;
    const share = feeShare(left, lot, steps);
    left = left.minus(share);
    steps -= lot;
    return share;
  });
}

/** Which cells start with base, which empty, and how many steps are held. */
function dealSides(grid: PlainGrid, leg: LegContext): Steps {
  let held = 0;
  for (let cell = 0; cell < grid.cells; cell += 1) {
    if (!startsHolding(grid.levels, cell, leg.ask)) continue;
    if (grid.params.initialInventory === 'none') {
      grid.empty[cell] = 1;
    } else {
      grid.holding[cell] = 1;
      held += grid.buySteps[cell] ?? 0;
    }
  }
  return held;
}

/** Whether every order this grid will ever place is one the venue takes; if not, cells wait, as only the machine does. */
function isTradable(grid: PlainGrid, market: Market): boolean {
  const limit = grid.params.profit === 'compound' ? MAX_COMPOUND_NOTIONAL : MAX_NOTIONAL;
  const least = Math.max(1, toSteps(market, market.minQuantity, 'up'));
  const unit = dec(market.tickSize).times(market.stepSize);
  const leastNotional = dec(market.minNotional).div(unit).ceil().toNumber();
  const fits = (price: Ticks, steps: Steps): boolean =>
    steps >= least && steps <= grid.maxSteps && price * steps >= leastNotional && price * steps < limit;
  for (let cell = 0; cell < grid.cells; cell += 1) {
    const buy = levelAt(grid.levels, cell);
    const sell = levelAt(grid.levels, cell + 1);
    if (buy <= 0 || sell <= buy || !fits(buy, at(grid.buySteps, cell))) return false;
    if (!fits(sell, at(grid.firstSellSteps, cell)) || !fits(sell, at(grid.sellSteps, cell))) return false;
  }
  return true;
}

/**
 * The grid in plain form, or null when it needs the whole machine.
 * @param price what the initial purchase costs, quote per base
 */
export function plainGrid(setup: BacktestSetup, leg: LegContext, price: Decimal): PlainGrid | null {
  const { market, fees } = setup;
  if (setup.kind !== 'range-grid' || market.type !== 'spot' || fees.currency === 'base') return null;
  const params = setup.strategy.params as RangeGridParams;
  if (!isPlain(params)) return null;
  const levels = levelTicks(params, market);
  const cells = levels.length - 1;
  const quantities = cellQuantities(params, leg, levels);
  const grid: PlainGrid = {
    params,
    levels,
    cells,
    holding: new Uint8Array(cells),
    empty: new Uint8Array(cells),
    buySteps: Float64Array.from(quantities),
    firstSellSteps: Float64Array.from(quantities),
    sellSteps: Float64Array.from(quantities),
    firstFees: [],
    held: 0,
    purchase: 0,
    maxSteps: maxSteps(market),
  };
  grid.held = dealSides(grid, leg);
  if (params.initialInventory === 'buy') grid.purchase = grid.held;
  const purchaseFee = price.times(market.stepSize).times(grid.purchase).times(fees.taker);
  grid.firstFees = firstFees(grid, purchaseFee);
  if (params.profit === 'base') {
    for (let cell = 0; cell < cells; cell += 1) {
      const steps = grid.buySteps[cell] ?? 0;
      grid.firstSellSteps[cell] = sellOfLot(grid, leg, cell, steps, grid.firstFees[cell] ?? ZERO);
      grid.sellSteps[cell] = sellOfLot(grid, leg, cell, steps, ownFee(grid, setup, cell, steps));
    }
  }
  return isTradable(grid, market) ? grid : null;
}
