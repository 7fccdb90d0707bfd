import { decStr, type Decimal } from '../../numbers/decimal.js';
import { sizeRefusal, stepsToQuantity, ticksToPrice, type Steps, type Ticks } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { PlanLevel, Refusal } from '../plan.js';
import { isInfinity } from './infinity.js';
import type { RangeGridParams } from './params.js';
import { cycleFigures, cycleSellSteps, type CycleFigures } from './plan-cycle.js';
import type { StartFunds } from './quantities.js';

/** A cell with its lines and the size of its orders. */
export interface PlannedCell {
  cell: number;
  buy: Ticks;
  sell: Ticks;
  quantity: Steps;
}

/** What a grid would lay out: cells to check, levels to show, funds, and what it holds at worst. */
export interface PlanShape {
  cells: readonly PlannedCell[];
  levels: PlanLevel[];
  funds: StartFunds;
  worst: { base: Decimal; value: Decimal };
  liquidation?: { price: string | null; refusals: Refusal[] };
}

/** What is wrong with the orders of one cell, and what a cycle of it brings. */
export function checkCell(
  params: RangeGridParams,
  context: LegContext,
  { cell, buy, sell, quantity }: PlannedCell,
): { refusals: Refusal[]; cycle: CycleFigures } {
  const { market } = context;
  const refusals: Refusal[] = [];
  const field = 'params.quantity.value';
  const amount = (steps: Steps): string => `${decStr(stepsToQuantity(market, steps))} ${market.base}`;
  const size = sizeRefusal(market, buy, quantity);
  if (size !== null) {
    const message = `Cell ${cell}: ${amount(quantity)} at ${decStr(ticksToPrice(market, buy))} is outside the venue's size rules (${size}).`;
    refusals.push({ code: size, level: cell, field, message });
  }
  const net = cycleSellSteps(params, context, buy, sell, quantity);
  if (size === null && sizeRefusal(market, sell, net) !== null) {
    const message = `Cell ${cell}: a cycle sells only ${amount(net)} after the buy's fee, which the venue refuses.`;
    refusals.push({ code: 'NET_QUANTITY_TOO_SMALL', level: cell, field, message });
  }
  const cycle = cycleFigures(context, buy, sell, quantity);
  if (quantity > 0 && cycle.net.lte(0)) {
    refusals.push({
      code: 'CYCLE_NOT_PROFITABLE',
      level: cell,
      field: isInfinity(params) ? 'params.stepPercent' : 'params.levels',
      message: `Cell ${cell}: a cycle earns ${decStr(cycle.gross)} and pays ${decStr(cycle.fees)} ${market.quote} in fees: use a wider step between levels.`,
    });
  }
  return { refusals, cycle };
}
