import { PriceBand } from '../common/price-band.js';
import { isAsleep, type Wake } from '../events.js';
import { lineAt, type Grid } from './context.js';
import { exitPrices, profitTarget, timeLimit, trailingStop } from './exit-causes.js';
import { orderBudget } from './infinity.js';
import { edgesOf } from './layout.js';
import { isAuxiliary, type CellState, type RangeGridState } from './state.js';
import { trailLines } from './trailing.js';

function addCell(grid: Grid, band: PriceBand, index: number, cell: CellState): void {
  const { order } = cell;
  if (order === null) {
    if (cell.want !== 'none') return;
    if (cell.short) band.below(lineAt(grid, index));
    else band.above(lineAt(grid, index + 1));
    return;
  }
  if (order.filled === 0 || order.canceling) return;
  if (order.side === 'buy') band.above(lineAt(grid, index + 1));
  else band.below(lineAt(grid, index));
}

function addParams(grid: Grid, state: RangeGridState, band: PriceBand): void {
  const { header, slots } = state;
  const exits = exitPrices(grid);
  band.below(exits.lower);
  band.above(exits.upper);
  const stop = trailingStop(grid, header);
  if (stop !== null && header.best !== null) {
    const isShort = grid.params.direction === 'short';
    if (isShort) {
      band.above(stop.ceil().toNumber());
      band.below(header.best - 1);
    } else {
      band.below(stop.floor().toNumber());
      band.above(header.best + 1);
    }
  }
  const lines = trailLines(grid, slots);
  band.below(lines.lower);
  band.above(lines.upper);
  if (grid.params.outOfRange !== 'hold') {
    const { low, high } = edgesOf(slots);
    if (lines.lower === null) band.below(lineAt(grid, low) - 1);
    if (lines.upper === null) band.above(lineAt(grid, high + 1) + 1);
  }
}

/**
 * What the machine need not see: between the prices where a cell, an exit or trailing acts, nothing happens. Undefined
 * where every event counts: before trading, with an order budget, a profit target, a level that waits to not cross, or a
 * quote that the grid, which has just moved, has not judged yet.
 */
export function wakeOf(grid: Grid, state: RangeGridState): Wake | undefined {
  const { header, quote } = state;
  const { params, leg } = grid;
  if (quote === null) return undefined;
  if (header.paused || header.phase === 'finished') return new PriceBand().wake(leg);
  if (header.phase !== 'trading') return undefined;
  if (orderBudget(params) !== undefined || profitTarget(grid, header) !== null) return undefined;
  // The first quote after the start is the first best price.
  if (params.exits?.trailingStopPercent !== undefined && header.best === null) return undefined;
  const band = new PriceBand();
  band.at(timeLimit(grid, header));
  for (const [index, slot] of state.slots) {
    if (isAuxiliary(slot) || !slot.active) continue;
    if (slot.waiting?.code === 'WOULD_CROSS') return undefined;
    const retryAt = slot.order === null ? (slot.waiting?.retryAt ?? null) : null;
    // Whatever comes first after the pause places the order, be it a quote.
    if (retryAt !== null) return undefined;
    addCell(grid, band, index, slot);
  }
  addParams(grid, state, band);
  const wake = band.wake(leg);
  return isAsleep(wake, leg.leg, leg.market.symbol, quote.bid, quote.ask) ? wake : undefined;
}
