import { Decimal, dec, decStr } from '../../numbers/decimal.js';
import { maxSteps, stepsToQuantity, ticksToPrice, toSteps } from '../../market/market.js';
import type { Command } from '../events.js';
import { keepAsProfit } from './accounting.js';
import { heldSteps } from './cell-size.js';
import { keyOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { CellState, Header } from './state.js';

/** A cell on its way through one event. */
export interface CellStep {
  header: Header;
  cell: CellState;
  commands: Command[];
}

/**
 * Reports what a SELL that is over has sold as a cycle. `part` is 0 for the cell's present SELL, which ends once; a
 * late fill's own small cycle gets a number that never comes back.
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
      buyPrice: decStr(ticksToPrice(market, levelAt(grid.levels, index))),
      sellPrice: decStr(ticksToPrice(market, levelAt(grid.levels, index + 1))),
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

/** What the profit mode makes of a SELL that filled whole: more to buy, or base kept as profit. */
export function takeProfit(grid: Grid, index: number, step: CellStep): CellStep {
  const { market } = grid.leg;
  const { cell } = step;
  const held = heldSteps(market, cell);
  if (grid.params.profitMode === 'compound' && cell.sellRound !== null) {
    const buyPrice = ticksToPrice(market, levelAt(grid.levels, index));
    const affordable = Decimal.max(0, dec(cell.sellRound.proceeds)).div(buyPrice);
    const grown = Math.min(held + toSteps(market, affordable, 'down'), maxSteps(market));
    if (grown > cell.buyQuantity) return { ...step, cell: { ...cell, buyQuantity: grown } };
  }
  if (grid.params.profitMode === 'base' && held > 0) {
    const whole = stepsToQuantity(market, held);
    return { ...step, ...keepAsProfit(step.header, cell, whole, market, levelAt(grid.levels, index)) };
  }
  return step;
}
