import { toTicks } from '../../market/market.js';
import type { Step } from '../events.js';
import { armNearest } from './budget.js';
import { armCell } from './cell.js';
import { closeSide, withAnchor, type Grid } from './context.js';
import { exitCause } from './exit-causes.js';
import { advanceExit } from './exit-run.js';
import { extendUp } from './extend.js';
import { orderBudget } from './infinity.js';
import { layOut } from './layout.js';
import { inventoryOf, middleOf, profitOf } from './profit.js';
import { armPurchase, assignToCells } from './purchase.js';
import { SlotDraft } from './slot-draft.js';
import {
  activeCells,
  auxiliaryAt,
  isAuxiliary,
  PURCHASE_SLOT,
  type Header,
  type RangeGridState,
} from './state.js';
import { trail } from './trailing.js';

type GridStep = Step<RangeGridState>;

/** Whether the trigger price is reached; a gap over it counts. */
function isTriggered(grid: Grid, { header, quote }: RangeGridState): boolean {
  const { trigger } = grid.params;
  if (quote === null) return false;
  if (header.trigger === null || trigger === undefined) return true;
  const price = toTicks(grid.leg.market, trigger);
  return header.trigger === 'below' ? quote.ask >= price : quote.bid <= price;
}

/** The same state when nothing changed. */
function withChanges(state: RangeGridState, header: Header, slots: RangeGridState['slots']): RangeGridState {
  return header === state.header && slots === state.slots ? state : { ...state, header, slots };
}

/** A strategy that goes on after its end counts time and profit from now. */
function withStart(grid: Grid, state: RangeGridState, now: number): RangeGridState {
  const { header, quote } = state;
  if (header.startedAt !== null || quote === null) return state;
  const profitBefore = profitOf(state, inventoryOf(grid, state), middleOf(grid, quote)).total;
  return { ...state, header: { ...header, startedAt: now, profitBefore } };
}

/** Initial purchase, then the hand-out of its base. */
function advancePurchase(grid: Grid, state: RangeGridState, now: number): GridStep {
  const purchase = auxiliaryAt(state.slots, PURCHASE_SLOT);
  if (state.header.phase !== 'buying' || purchase === null) return { state, commands: [] };
  const draft = new SlotDraft(state.slots);
  const armed = armPurchase(grid, purchase, state.quote, now);
  draft.set(PURCHASE_SLOT, armed.slot);
  let { header } = state;
  if (purchase.order === null && purchase.remaining <= 0) {
    const assigned = assignToCells(grid, header, activeCells(state.slots));
    header = { ...assigned.header, phase: 'trading' };
    for (const [index, cell] of assigned.cells) draft.set(index, cell);
  }
  return { state: withChanges(state, header, draft.slots), commands: armed.commands };
}

function armCells(grid: Grid, state: RangeGridState, now: number): GridStep {
  const draft = new SlotDraft(state.slots);
  const budget = orderBudget(grid.params);
  const isBuying = state.header.phase === 'buying';
  const commands: GridStep['commands'] = [];
  // While inventory is being bought, only what needs none rests; with a budget nothing does.
  if (budget !== undefined) {
    if (!isBuying) commands.push(...armNearest(grid, draft, state.quote, budget, now));
  } else {
    for (const [index, slot] of draft.slots) {
      if (isAuxiliary(slot) || !slot.active) continue;
      if (isBuying && slot.want === closeSide(slot)) continue;
      const armed = armCell(grid, index, slot, state.quote, now);
      draft.set(index, armed.cell);
      commands.push(...armed.commands);
    }
  }
  return { state: withChanges(state, state.header, draft.slots), commands };
}

/** Does what the state calls for: start, exit, purchase, moves after the market, one order for each cell. */
export function advance(earlier: Grid, before: RangeGridState, now: number): GridStep {
  const { phase, paused } = before.header;
  if (paused || phase === 'finished') return { state: before, commands: [] };
  if (phase === 'exiting') return advanceExit(earlier, before, now);
  let state = before;
  if (phase === 'waiting') {
    if (state.quote === null || !isTriggered(earlier, state)) return { state, commands: [] };
    state = layOut(earlier, state, state.quote, true, now);
  }
  const grid = withAnchor(earlier, state.header.anchor);
  state = extendUp(grid, withStart(grid, state, now));
  const exit = exitCause(grid, state, now);
  if (exit !== null) {
    return advanceExit(grid, { ...state, header: { ...state.header, phase: 'exiting', exit } }, now);
  }
  const bought = advancePurchase(grid, state, now);
  const trailed =
    bought.state.header.phase === 'trading'
      ? trail(grid, bought.state)
      : { state: bought.state, commands: [] };
  const armed = armCells(grid, trailed.state, now);
  return { state: armed.state, commands: [...bought.commands, ...trailed.commands, ...armed.commands] };
}
