import { dec, decStr } from '../../numbers/decimal.js';
import { notional, stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { PlanLevel, Refusal } from '../plan.js';
import {
  anchorAt,
  heldAtStart,
  infinityFunds,
  infinityLine,
  lowestLine,
  orderBudget,
  startCells,
} from './infinity.js';
import type { RangeGridParams } from './params.js';
import type { PlanShape, PlannedCell } from './plan-cell.js';
import { levelRefusals } from './plan-shape.js';

/** Cells below the start that one strategy may have; each is a row of its state. */
const MAX_CELLS = 1_000;

function planned(context: LegContext, at: PlannedCell): PlanLevel {
  const { market } = context;
  const { cell, buy, sell, quantity } = at;
  const holdsBase = cell >= 0;
  const amount = decStr(stepsToQuantity(market, quantity));
  return {
    cell,
    side: holdsBase ? 'sell' : 'buy',
    price: decStr(ticksToPrice(market, holdsBase ? sell : buy)),
    buyPrice: decStr(ticksToPrice(market, buy)),
    sellPrice: decStr(ticksToPrice(market, sell)),
    quantity: amount,
    reserved: holdsBase ? amount : decStr(notional(market, buy, quantity)),
    reservedAsset: holdsBase ? market.base : market.quote,
    holdsBase,
  };
}

/** Refusals that come before any cell can be computed. */
function boundRefusals(params: RangeGridParams, context: LegContext): Refusal[] {
  const { market, ask } = context;
  const anchor = { price: ask, value: '0' };
  if (dec(params.lower).gt(ticksToPrice(market, ask))) {
    const message = `The lower price ${params.lower} must be below the market, ${decStr(ticksToPrice(market, ask))}.`;
    return [{ code: 'RANGE_EMPTY', field: 'params.lower', message }];
  }
  const next = infinityLine(params, market, anchor, 1);
  if (next.div(market.tickSize).gt(Number.MAX_SAFE_INTEGER)) {
    const message = `The first level above the market is beyond what a tick of ${market.tickSize} can count.`;
    return [{ code: 'PRICE_TOO_HIGH', field: 'params.stepPercent', message }];
  }
  // Below one tick two lines next to the start are the same.
  if (next.minus(ticksToPrice(market, ask)).lt(market.tickSize)) {
    const message = `A step of ${params.stepPercent ?? '0'} % is less than one tick of ${market.tickSize}.`;
    return [{ code: 'LEVELS_COLLAPSE', field: 'params.stepPercent', message }];
  }
  // The unrounded count: where lines are closer than a tick, looking for the rounded one would never end.
  const below = lowestLine(params, market, anchor).neg();
  if (below.lte(MAX_CELLS)) return [];
  const message = `${below.toFixed()} levels down to ${params.lower} are more than ${MAX_CELLS}: use a wider step or a higher lower price.`;
  return [{ code: 'TOO_MANY_LEVELS', field: 'params.stepPercent', message }];
}

/** What an infinity grid plans: every BUY down to the lower price counts, the nearest levels are shown. */
export function infinityShape(params: RangeGridParams, context: LegContext): PlanShape | Refusal[] {
  const { market, ask } = context;
  const refused = boundRefusals(params, context);
  if (refused.length > 0) return refused;
  const anchor = anchorAt(params, context);
  const cells = startCells(params, context, anchor);
  const lines = [...cells.map(({ buy }) => buy), ...cells.slice(-1).map(({ sell }) => sell)];
  const collapsed = levelRefusals(lines, market, cells[0]?.cell ?? 0).map((refusal) => ({
    ...refusal,
    field: 'params.stepPercent',
  }));
  if (collapsed.length > 0) return collapsed;
  const distance = ({ cell, buy, sell }: PlannedCell): number => Math.abs((cell < 0 ? buy : sell) - ask);
  const nearest = cells
    .toSorted((a, b) => distance(a) - distance(b) || a.cell - b.cell)
    .slice(0, orderBudget(params))
    .sort((a, b) => a.cell - b.cell);
  const base = cells
    .filter(({ cell }) => cell < 0)
    .reduce(
      (total, { quantity }) => total.plus(stepsToQuantity(market, quantity)),
      stepsToQuantity(market, heldAtStart(market, anchor)),
    );
  return {
    cells,
    levels: nearest.map((at) => planned(context, at)),
    funds: infinityFunds(params, context, anchor, cells),
    worst: { base, value: base.times(ticksToPrice(market, lines[0] ?? ask)) },
  };
}
