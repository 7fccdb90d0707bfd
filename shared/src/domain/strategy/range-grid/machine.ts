import { sightOf } from '../common/closing.js';
import { cancelStray, retryNow } from '../common/order-faults.js';
import type { OrderUpdate, Reason, Step, StopOption, StrategyEvent } from '../events.js';
import type { PlanContext, StartContext } from '../kind.js';
import { decStr, dec } from '../../numbers/decimal.js';
import { toTicks } from '../../market/market.js';
import { advance } from './advance.js';
import { carriedFrom } from './carry.js';
import { cancelOrder, cancelOvertaken } from './cell.js';
import { updateCell } from './cell-update.js';
import { cancelAuxiliary } from './auxiliary.js';
import { gridOf, lineAt, openSide, withAnchor, type Grid } from './context.js';
import { withBest } from './exit-causes.js';
import { updateExit, withoutExitRun } from './exit-run.js';
import { layOut } from './layout.js';
import type { RangeGridParams } from './params.js';
import { bookOutsideCells, updatePurchase } from './purchase.js';
import { SlotDraft } from './slot-draft.js';
import {
  activeCells,
  EXIT_SLOT,
  isAuxiliary,
  PURCHASE_SLOT,
  type CellState,
  type Exit,
  type Header,
  type Quote,
  type RangeGridState,
  type Slot,
} from './state.js';
import { wakeOf } from './wake.js';

type GridStep = Step<RangeGridState>;

function stepOf(grid: Grid, state: RangeGridState, commands: GridStep['commands']): GridStep {
  const wake = wakeOf(grid, state);
  return wake === undefined ? { state, commands } : { state, commands, wake };
}

/** From which side the price comes to the trigger price; null when it is there, or when there is none. */
function triggerSide(grid: Grid, quote: Quote): Header['trigger'] {
  if (grid.params.trigger === undefined) return null;
  const trigger = toTicks(grid.leg.market, grid.params.trigger);
  if (quote.ask < trigger) return 'below';
  return quote.bid > trigger ? 'above' : null;
}

/** The strategy begins, waits for its trigger price, or goes on as a new revision with what it carried over. */
export function startRangeGrid(params: RangeGridParams, context: StartContext, now: number): GridStep {
  const grid = gridOf(params, context, null);
  const { leg } = grid;
  const quote = { bid: leg.bid, ask: leg.ask };
  const carried = carriedFrom(context.carried);
  const isRunning = carried.startedAt !== null;
  const header: Header = {
    ...carried,
    phase: 'waiting',
    trigger: isRunning ? null : triggerSide(grid, quote),
    exit: null,
    best: null,
    startPrice: leg.ask,
    anchor: null,
    paused: false,
    firstGeneration: context.firstGeneration,
  };
  const purchase: Slot = {
    order: null,
    waiting: null,
    next: context.firstGeneration,
    remaining: 0,
    side: 'buy',
    since: null,
    exit: null,
  };
  const before: RangeGridState = {
    header,
    quote,
    sight: null,
    slots: new Map([[PURCHASE_SLOT, purchase]]),
  };
  const state = header.trigger === null ? layOut(grid, before, quote, !isRunning, now) : before;
  const advanced = advance(grid, state, now);
  return stepOf(withAnchor(grid, advanced.state.header.anchor), advanced.state, advanced.commands);
}

/** The same state when nothing changed. */
function withSlot(state: RangeGridState, header: Header, index: number, slot: Slot): RangeGridState {
  const draft = new SlotDraft(state.slots);
  draft.set(index, slot);
  return header === state.header && draft.slots === state.slots
    ? state
    : { ...state, header, slots: draft.slots };
}

function onOrder(grid: Grid, state: RangeGridState, update: OrderUpdate, now: number): GridStep {
  const index = update.key.slot;
  const slot = state.slots.get(index);
  if (slot === undefined || (!isAuxiliary(slot) && !slot.active)) {
    // Late news of a place that an edit removed or trailing left.
    const header = bookOutsideCells(grid, state.header, update);
    return { state: header === state.header ? state : { ...state, header }, commands: cancelStray(update) };
  }
  if (isAuxiliary(slot)) {
    const updateSlot = index === EXIT_SLOT ? updateExit : updatePurchase;
    const updated = updateSlot(grid, state, slot, update, now);
    return { state: withSlot(state, updated.header, index, updated.slot), commands: updated.commands };
  }
  const { header, cell, commands } = updateCell(grid, index, state.header, slot, update, now);
  return { state: withSlot(state, header, index, cell), commands };
}

/** What a new price means for one cell: an empty one it has reached, an order it has overtaken. */
function onCellQuote(
  grid: Grid,
  index: number,
  cell: CellState,
  quote: Quote,
): ReturnType<typeof cancelOvertaken> {
  if (cell.want === 'none' && cell.order === null) {
    const isReached = cell.short ? quote.ask <= lineAt(grid, index) : quote.bid >= lineAt(grid, index + 1);
    return { cell: isReached ? { ...cell, want: openSide(cell), waiting: null } : cell, commands: [] };
  }
  return cancelOvertaken(grid, index, cell, quote);
}

function onQuote(grid: Grid, state: RangeGridState, bid: number, ask: number): GridStep {
  const quote = { bid, ask };
  const { phase, paused } = state.header;
  if (paused || phase === 'finished' || phase === 'waiting')
    return { state: { ...state, quote }, commands: [] };
  // A cancellation asked for before a restart may never have left; asking twice does no harm.
  const isFirst = state.quote === null;
  const commands: GridStep['commands'] = [];
  const draft = new SlotDraft(state.slots);
  for (const [index, slot] of state.slots) {
    const isCanceling = slot.order?.canceling === true;
    if (isAuxiliary(slot)) {
      if (isFirst && isCanceling) commands.push(...cancelAuxiliary(grid, index, slot).commands);
      continue;
    }
    if (!slot.active || (phase === 'exiting' && !isCanceling)) continue;
    const next =
      isFirst && isCanceling ? cancelOrder(grid, index, slot) : onCellQuote(grid, index, slot, quote);
    commands.push(...next.commands);
    draft.set(index, next.cell);
  }
  const header = phase === 'trading' ? withBest(grid, state.header, quote) : state.header;
  return { state: { ...state, header, quote, slots: draft.slots }, commands };
}

/** A strategy that has ended begins again: with its inventory, or from nothing when none is left. */
function reopened(state: RangeGridState): RangeGridState {
  const { header } = state;
  const isEmpty = header.exit?.outcome === 'flat' || activeCells(state.slots).size === 0;
  const phase = isEmpty ? 'waiting' : 'buying';
  return {
    ...state,
    header: { ...header, phase, exit: null, startedAt: null, best: null, paused: false },
  };
}

function withPause(state: RangeGridState, paused: boolean): RangeGridState {
  return state.header.paused === paused ? state : { ...state, header: { ...state.header, paused } };
}

function onLifecycle(state: RangeGridState, action: 'pause' | 'resume'): RangeGridState {
  if (action === 'resume' && state.header.phase === 'finished') return reopened(state);
  return withPause(state, action === 'pause');
}

const BY_HAND: Reason = { code: 'STOPPED', message: 'Stopped by hand.' };

/** The end as somebody asked for it. One that is under way goes on; one that is over is said again. */
function onStop(state: RangeGridState, stop: StopOption, reason: Reason): GridStep {
  const known = state.header.exit;
  if (known?.stop === stop) {
    const { code, message, outcome } = known;
    const commands: GridStep['commands'] =
      outcome === null ? [] : [{ type: 'finish', reason: { code, message }, outcome }];
    return { state: withPause(state, false), commands };
  }
  const exit: Exit = { code: reason.code, message: reason.message, stop, outcome: null };
  return {
    state: withoutExitRun({ ...state, header: { ...state.header, phase: 'exiting', exit, paused: false } }),
    commands: [],
  };
}

function react(grid: Grid, state: RangeGridState, event: StrategyEvent, now: number): GridStep {
  switch (event.type) {
    case 'order':
      return onOrder(grid, state, event.update, now);
    case 'quote':
      return onQuote(grid, state, event.bid, event.ask);
    case 'funding': {
      const funding = decStr(dec(state.header.funding).plus(event.amount));
      return { state: { ...state, header: { ...state.header, funding } }, commands: [] };
    }
    case 'lifecycle':
      return event.action === 'stop'
        ? onStop(state, event.stop, event.reason ?? BY_HAND)
        : { state: onLifecycle(state, event.action), commands: [] };
    case 'retry': {
      const slots = retryNow(state.slots, event.codes);
      return { state: slots === state.slots ? state : { ...state, slots }, commands: [] };
    }
    case 'account':
      return { state: { ...state, sight: sightOf(event) }, commands: [] };
    case 'timer':
      return { state, commands: [] };
  }
}

/** The machine of a range grid: one event, the next state and what to do. */
export function stepRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
  event: StrategyEvent,
  now: number,
): GridStep {
  const grid = gridOf(params, context, state.header.anchor);
  const stepped = react(grid, state, event, now);
  const advanced = advance(grid, stepped.state, now);
  const moved = withAnchor(grid, advanced.state.header.anchor);
  return stepOf(moved, advanced.state, [...stepped.commands, ...advanced.commands]);
}
