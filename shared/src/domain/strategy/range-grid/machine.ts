import { decStr } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { Command, OrderUpdate, Step, StrategyEvent } from '../events.js';
import type { PlanContext, StartContext } from '../kind.js';
import { carriedFrom } from './carry.js';
import { armCell, cancelOrder, cancelOvertaken, cancelStray } from './cell.js';
import { updateCell } from './cell-update.js';
import { gridOf, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';
import { armPurchase, assignToCells, bookOutsideCells, updatePurchase } from './purchase.js';
import { cellQuantities, grossUp, startsHolding } from './quantities.js';
import { SlotDraft } from './slot-draft.js';
import {
  isPurchase,
  PURCHASE_SLOT,
  type CellState,
  type Header,
  type PurchaseState,
  type Quote,
  type RangeGridState,
} from './state.js';

/** Sides at the start: cells whose sell level is above the price hold base, the others wait to buy. */
export function startRangeGrid(
  params: RangeGridParams,
  context: StartContext,
  now: number,
): Step<RangeGridState> {
  const grid = gridOf(params, context);
  const { leg, levels } = grid;
  const edited = context.carried !== null;
  const carried = carriedFrom(context.carried);
  const first = context.firstGeneration;
  const slots = new Map<number, CellState | PurchaseState>();
  let holding = 0;
  cellQuantities(params, leg, levels).forEach((quantity, index) => {
    const holds = startsHolding(levels, index, leg.ask);
    if (holds) holding += quantity;
    slots.set(index, {
      want: holds ? 'sell' : 'buy',
      order: null,
      waiting: null,
      nextBuy: first,
      nextSell: first,
      buyQuantity: quantity,
      lots: [],
      openCycle: null,
      sellRound: null,
      cycles: 0,
    });
  });
  // An edit never buys on its own: it deals out what is there.
  const toBuy = params.initialInventory === 'buy' && !edited ? grossUp(leg, holding) : 0;
  slots.set(PURCHASE_SLOT, { order: null, waiting: null, next: first, remaining: toBuy });
  let unassigned = carried.unassigned;
  if (params.initialInventory === 'have' && !edited) {
    const base = stepsToQuantity(leg.market, holding);
    unassigned = {
      base: decStr(base),
      cost: decStr(base.times(ticksToPrice(leg.market, leg.ask))),
      fee: '0',
    };
  }
  const header: Header = { ...carried, unassigned, phase: 'buying', startPrice: leg.ask, paused: false };
  return advance(grid, { header, slots, quote: { bid: leg.bid, ask: leg.ask } }, now);
}

/** Does what the state calls for: purchase, hand-out of its base, one order for each cell. */
function advance(grid: Grid, state: RangeGridState, now: number): Step<RangeGridState> {
  if (state.header.paused) return { state, commands: [] };
  const commands: Command[] = [];
  const draft = new SlotDraft(state.slots);
  let { header } = state;
  const purchase = state.slots.get(PURCHASE_SLOT);
  if (header.phase === 'buying' && purchase !== undefined && isPurchase(purchase)) {
    const armed = armPurchase(grid, purchase, now);
    draft.set(PURCHASE_SLOT, armed.purchase);
    commands.push(...armed.commands);
    if (purchase.order === null && purchase.remaining <= 0) {
      const assigned = assignToCells(grid, header, cellsOf(state.slots));
      header = { ...assigned.header, phase: 'trading' };
      for (const [index, cell] of assigned.cells) draft.set(index, cell);
    }
  }
  for (const [index, slot] of draft.slots) {
    // While base is being bought, cells that will get some wait for it.
    if (isPurchase(slot) || (header.phase === 'buying' && slot.want === 'sell')) continue;
    const armed = armCell(grid, index, slot, state.quote, now);
    draft.set(index, armed.cell);
    commands.push(...armed.commands);
  }
  return { state: withChanges(state, header, draft.slots), commands };
}

/** The same state when nothing changed. */
function withChanges(state: RangeGridState, header: Header, slots: RangeGridState['slots']): RangeGridState {
  return header === state.header && slots === state.slots ? state : { ...state, header, slots };
}

function cellsOf(slots: RangeGridState['slots']): Map<number, CellState> {
  const cells = new Map<number, CellState>();
  for (const [index, slot] of slots) if (!isPurchase(slot)) cells.set(index, slot);
  return cells;
}

function withSlot(
  state: RangeGridState,
  header: Header,
  index: number,
  slot: CellState | PurchaseState,
): RangeGridState {
  const draft = new SlotDraft(state.slots);
  draft.set(index, slot);
  return withChanges(state, header, draft.slots);
}

function onOrder(grid: Grid, state: RangeGridState, update: OrderUpdate, now: number): Step<RangeGridState> {
  const index = update.key.slot;
  const slot = state.slots.get(index);
  if (slot === undefined) {
    // Late news of a slot that an edit removed.
    const header = bookOutsideCells(grid, state.header, update);
    return { state: withChanges(state, header, state.slots), commands: cancelStray(update) };
  }
  if (isPurchase(slot)) {
    const { header, purchase, commands } = updatePurchase(grid, state, slot, update, now);
    return { state: withSlot(state, header, index, purchase), commands };
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
): { cell: CellState; commands: Command[] } {
  if (cell.want === 'none' && cell.order === null && quote.bid >= levelAt(grid.levels, index + 1)) {
    return { cell: { ...cell, want: 'buy', waiting: null }, commands: [] };
  }
  return cancelOvertaken(grid, index, cell, quote);
}

function onQuote(grid: Grid, state: RangeGridState, bid: number, ask: number): Step<RangeGridState> {
  const quote = { bid, ask };
  if (state.header.paused) return { state: { ...state, quote }, commands: [] };
  // A cancellation asked for before a restart may never have left; asking twice does no harm.
  const isFirst = state.quote === null;
  const commands: Command[] = [];
  const draft = new SlotDraft(state.slots);
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    const next =
      isFirst && slot.order?.canceling === true
        ? cancelOrder(grid, index, slot)
        : onCellQuote(grid, index, slot, quote);
    commands.push(...next.commands);
    draft.set(index, next.cell);
  }
  return { state: { ...state, quote, slots: draft.slots }, commands };
}

function onLifecycle(state: RangeGridState, paused: boolean): RangeGridState {
  return state.header.paused === paused ? state : { ...state, header: { ...state.header, paused } };
}

/** The machine of a range grid: one event, the next state and what to do. */
export function stepRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
  event: StrategyEvent,
  now: number,
): Step<RangeGridState> {
  const grid = gridOf(params, context);
  let stepped: Step<RangeGridState>;
  switch (event.type) {
    case 'order':
      stepped = onOrder(grid, state, event.update, now);
      break;
    case 'quote':
      stepped = onQuote(grid, state, event.bid, event.ask);
      break;
    case 'lifecycle':
      stepped = { state: onLifecycle(state, event.action === 'pause'), commands: [] };
      break;
    case 'timer':
      stepped = { state, commands: [] };
      break;
  }
  const advanced = advance(grid, stepped.state, now);
  return { state: advanced.state, commands: [...stepped.commands, ...advanced.commands] };
}
