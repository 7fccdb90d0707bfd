import { toTicks, ticksToPrice, type Ticks } from '../../market/market.js';
import type { Side, SlotKey } from '../../order/order.js';
import type { CellPrices } from './accounting.js';
import type { LegContext, PlanContext } from '../kind.js';
import { infinityTicks, isInfinity, type Anchor } from './infinity.js';
import { levelTicks, lineFormula } from './levels.js';
import type { RangeGridParams } from './params.js';
import type { CellState } from './state.js';

/** Everything about a grid that does not change while a revision is in force. */
export interface Grid {
  params: RangeGridParams;
  leg: LegContext;
  /** The lines of the range as configured. */
  levels: readonly Ticks[];
  /** Lines beyond them that a moved grid has needed so far. */
  beyond: Map<number, Ticks>;
  /** Infinity grids: where line 0 is; null for others, and before their start. */
  anchor: Anchor | null;
}

/** The only leg of a grid. @throws RangeError when the strategy has none. */
export function onlyLeg(context: PlanContext): LegContext {
  const leg = context.legs[0];
  if (leg === undefined) throw new RangeError('a range grid needs one leg');
  return leg;
}

const grids = new WeakMap<PlanContext, Grid>();

/** Levels are computed once per context and anchor: contexts are immutable and live as long as their revision. */
export function gridOf(params: RangeGridParams, context: PlanContext, anchor: Anchor | null): Grid {
  const known = grids.get(context);
  if (known?.params === params && isSame(known.anchor, anchor)) return known;
  const leg = onlyLeg(context);
  const levels = isInfinity(params) ? [] : levelTicks(params, leg.market);
  const grid = { params, leg, levels, beyond: new Map<number, Ticks>(), anchor };
  grids.set(context, grid);
  return grid;
}

function isSame(a: Anchor | null, b: Anchor | null): boolean {
  return a === b || (a?.price === b?.price && a?.value === b?.value);
}

/** The same grid when it is anchored there already. */
export function withAnchor(grid: Grid, anchor: Anchor | null): Grid {
  return isSame(grid.anchor, anchor) ? grid : { ...grid, anchor, beyond: new Map() };
}

/** Price of line i, any integer: a moved grid computes its lines from the unrounded formula. */
export function lineAt(grid: Grid, i: number): Ticks {
  const known = grid.levels[i] ?? grid.beyond.get(i);
  if (known !== undefined) return known;
  const { market } = grid.leg;
  const ticks =
    grid.anchor === null
      ? toTicks(market, lineFormula(grid.params)(i), 'nearest')
      : infinityTicks(grid.params, market, grid.anchor, i);
  grid.beyond.set(i, ticks);
  return ticks;
}

/** The order of a cell on one side is at this line. */
export function orderLine(grid: Grid, index: number, side: Side): Ticks {
  return lineAt(grid, side === 'buy' ? index : index + 1);
}

export function openSide(cell: CellState): Side {
  return cell.short ? 'sell' : 'buy';
}

export function closeSide(cell: CellState): Side {
  return cell.short ? 'buy' : 'sell';
}

export function cellPrices(grid: Grid, index: number, cell: CellState): CellPrices {
  const low = ticksToPrice(grid.leg.market, lineAt(grid, index));
  const high = ticksToPrice(grid.leg.market, lineAt(grid, index + 1));
  return cell.short ? { open: high, close: low, sign: -1 } : { open: low, close: high, sign: 1 };
}

export function keyOf(grid: Pick<Grid, 'params' | 'leg'>, slot: number): SlotKey {
  const { params, leg } = grid;
  const positionSide =
    params.futures?.positionMode === 'hedge' ? (params.direction === 'short' ? 'short' : 'long') : 'net';
  return { leg: leg.leg, market: leg.market.symbol, positionSide, slot };
}

/** One-way mode closes with reduce-only orders; in hedge mode the position side says it, and a neutral grid nets. */
export function isReduceOnly(grid: Grid, closes: boolean): boolean {
  const { direction, futures } = grid.params;
  return closes && futures?.positionMode === 'one-way' && direction !== 'neutral';
}
