import { lineAt, type Grid } from './context.js';
import { cellFits, cellSteps, orderBudget } from './infinity.js';
import { edgesOf, freshCell } from './layout.js';
import { assignToCells } from './purchase.js';
import { SlotDraft } from './slot-draft.js';
import type { CellState, RangeGridState } from './state.js';

/** The highest cell an infinity grid needs at this bid: as many above the market as may rest. */
function topFor(grid: Grid, high: number, bid: number): number {
  const { anchor, params, leg } = grid;
  const ahead = orderBudget(params) ?? 0;
  let top = high;
  while (anchor !== null && lineAt(grid, top + 2 - ahead) <= bid && cellFits(params, leg, anchor, top + 1))
    top += 1;
  return top;
}

/**
 * An infinity grid grows with the price: cells above get their base out of the reserve, booked at their level like
 * every base that is dealt out. Cells never go away; those far from the market are virtual.
 */
export function extendUp(grid: Grid, state: RangeGridState): RangeGridState {
  const { anchor, leg } = grid;
  const { quote, slots } = state;
  if (anchor === null || quote === null) return state;
  const { low, high } = edgesOf(slots);
  if (low > high) return state;
  const top = topFor(grid, high, quote.bid);
  if (top === high) return state;
  const added = new Map<number, CellState>();
  for (let index = high + 1; index <= top; index += 1) {
    const steps = cellSteps(leg.market, anchor.value, lineAt(grid, index), lineAt(grid, index + 1));
    added.set(index, freshCell('sell', steps, state.header.firstGeneration));
  }
  // While base is being bought, all cells get theirs at the end of it.
  const dealt =
    state.header.phase === 'trading'
      ? assignToCells(grid, state.header, added)
      : { header: state.header, cells: added };
  const draft = new SlotDraft(slots);
  for (const [index, cell] of dealt.cells) draft.set(index, cell);
  return { ...state, header: dealt.header, slots: draft.slots };
}
