import { Decimal, dec, decStr } from '../../numbers/decimal.js';
import { maxSteps, stepsToQuantity, ticksToPrice, toSteps } from '../../market/market.js';
import type { Command } from '../events.js';
import { releaseBase } from './accounting.js';
import { heldSteps } from './cell-size.js';
import { cellPrices, keyOf, lineAt, type Grid } from './context.js';
import type { CellState, Header } from './state.js';

/** A cell on its way through one event. */
export interface CellStep {
  header: Header;
  cell: CellState;
  commands: Command[];
}

/**
 * Reports what a closing order that is over has closed as a cycle. `part` is 0 for the cell's present order, which
 * ends once; a late fill's own small cycle gets a number that never comes back.
 */
export function closeCycle(
  grid: Grid,
  index: number,
  step: CellStep,
  generation: number,
  isLate: boolean,
): CellStep {
  const open = step.cell.openCycle;
  if (open === null) return step;
  const { market } = grid.leg;
  const { header, cell } = step;
  const lateCycles = isLate ? header.lateCycles + 1 : header.lateCycles;
  const command: Command = {
    type: 'cycle',
    key: keyOf(grid, index),
    cycle: {
      generation,
      part: isLate ? lateCycles : 0,
      buyPrice: decStr(ticksToPrice(market, lineAt(grid, index))),
      sellPrice: decStr(ticksToPrice(market, lineAt(grid, index + 1))),
      quantity: open.quantity,
      gross: open.gross,
      fees: open.fees,
      net: decStr(dec(open.gross).minus(open.fees)),
    },
  };
  return {
    header: { ...header, cycles: header.cycles + 1, lateCycles },
    cell: { ...cell, openCycle: null, cycles: cell.cycles + 1 },
    commands: [...step.commands, command],
  };
}

/** What the profit mode makes of a closing order that filled whole: more to open, or base kept as profit. */
export function takeProfit(grid: Grid, index: number, step: CellStep): CellStep {
  const { market } = grid.leg;
  const { cell } = step;
  const held = heldSteps(market, cell);
  const prices = cellPrices(grid, index, cell);
  // A reverse grid counts in base: what a SELL brings buys base again.
  const isGrowing = grid.params.profit === 'compound' || grid.params.direction === 'reverse';
  if (isGrowing && cell.closeRound !== null) {
    const affordable = Decimal.max(0, dec(cell.closeRound.proceeds)).div(prices.open);
    const grown = Math.min(held + toSteps(market, affordable, 'down'), maxSteps(market));
    if (grown > cell.openQuantity) return { ...step, cell: { ...cell, openQuantity: grown } };
  }
  if (grid.params.profit === 'base' && held > 0) {
    const whole = stepsToQuantity(market, held);
    return { ...step, ...releaseBase(step.header, cell, whole, prices) };
  }
  return step;
}
