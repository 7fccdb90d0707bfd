import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { dec, decStr } from '../../numbers/decimal.js';
import { stepsToQuantity, ticksToPrice } from '../../market/market.js';
import type { Command, OrderUpdate, Step, StrategyEvent } from '../events.js';
import type { PlanContext, StartContext } from '../kind.js';
import { armCell, cancelOvertaken } from './cell.js';
import { updateCell } from './cell-update.js';
import { gridOf, PURCHASE_SLOT, type Grid } from './context.js';
import { levelAt } from './levels.js';
import type { RangeGridParams } from './params.js';
import { armPurchase, assignToCells, updatePurchase } from './purchase.js';
import { cellQuantities, grossUp, startsHolding } from './quantities.js';
import { isPurchase, type CellState, type Header, type PurchaseState, type RangeGridState } from './state.js';

/** Inventory and statistics that survive an edit. Money in quote, base in base. */
const Carried = Type.Object({
  grid: Type.String(),
  inventoryRealised: Type.String(),
  priceImprovement: Type.String(),
  cycles: Type.Integer(),
  unassigned: Type.Object({ base: Type.String(), cost: Type.String(), fee: Type.String() }),
});
type Carried = Static<typeof Carried>;

const NOTHING: Carried = {
  grid: '0',
  inventoryRealised: '0',
  priceImprovement: '0',
  cycles: 0,
  unassigned: { base: '0', cost: '0', fee: '0' },
};

/** All base goes back to unassigned at its booked cost, which changes no profit figure. */
export function carryRangeGrid(
  params: RangeGridParams,
  context: PlanContext,
  state: RangeGridState,
): Carried {
  const grid = gridOf(params, context);
  let { base, cost, fee } = state.header.unassigned;
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    const booked = ticksToPrice(grid.leg.market, levelAt(grid.levels, index));
    for (const lot of slot.lots) {
      base = decStr(dec(base).plus(lot.base));
      cost = decStr(dec(cost).plus(booked.times(lot.base)));
      fee = decStr(dec(fee).plus(lot.fee));
    }
  }
  const { grid: profit, inventoryRealised, priceImprovement, cycles } = state.header;
  return { grid: profit, inventoryRealised, priceImprovement, cycles, unassigned: { base, cost, fee } };
}

/** Sides at the start (grid.md): cells whose sell level is above the price hold base, the others wait to buy. */
export function startRangeGrid(
  params: RangeGridParams,
  context: StartContext,
  now: number,
): Step<RangeGridState> {
  const grid = gridOf(params, context);
  const { leg, levels } = grid;
  const edited = context.carried !== null;
  const carried = edited ? Value.Parse(Carried, context.carried) : NOTHING;
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
  let { header } = state;
  let slots: Map<number, CellState | PurchaseState> | null = null;
  const set = (index: number, value: CellState | PurchaseState): void => {
    slots ??= new Map(state.slots);
    slots.set(index, value);
  };
  const purchase = state.slots.get(PURCHASE_SLOT);
  if (header.phase === 'buying' && purchase !== undefined && isPurchase(purchase)) {
    const armed = armPurchase(grid, purchase, now);
    if (armed.purchase !== purchase) set(PURCHASE_SLOT, armed.purchase);
    commands.push(...armed.commands);
    if (purchase.order === null && purchase.remaining <= 0) {
      const assigned = assignToCells(grid, header, cellsOf(state.slots));
      header = { ...assigned.header, phase: 'trading' };
      for (const [index, cell] of assigned.cells) if (cell !== state.slots.get(index)) set(index, cell);
    }
  }
  for (const [index, slot] of slots ?? state.slots) {
    // While base is being bought, cells that will get some wait for it.
    if (isPurchase(slot) || (header.phase === 'buying' && slot.want === 'sell')) continue;
    const armed = armCell(grid, index, slot, state.quote, now);
    if (armed.cell !== slot) set(index, armed.cell);
    commands.push(...armed.commands);
  }
  if (header === state.header && slots === null) return { state, commands };
  return { state: { ...state, header, slots: slots ?? state.slots }, commands };
}

function cellsOf(slots: RangeGridState['slots']): Map<number, CellState> {
  const cells = new Map<number, CellState>();
  for (const [index, slot] of slots) if (!isPurchase(slot)) cells.set(index, slot);
  return cells;
}

function onOrder(grid: Grid, state: RangeGridState, update: OrderUpdate, now: number): Step<RangeGridState> {
  const slot = state.slots.get(update.key.slot);
  if (slot === undefined) return { state, commands: [] };
  const slots = new Map(state.slots);
  if (isPurchase(slot)) {
    const { header, purchase } = updatePurchase(grid, state.header, slot, update, state.quote, now);
    slots.set(PURCHASE_SLOT, purchase);
    return { state: { ...state, header, slots }, commands: [] };
  }
  const { header, cell, commands } = updateCell(grid, update.key.slot, state.header, slot, update, now);
  slots.set(update.key.slot, cell);
  return { state: { ...state, header, slots }, commands };
}

/** Cells that a new price concerns: empty ones it has reached, partly filled ones it has overtaken. */
function onQuote(grid: Grid, state: RangeGridState, bid: number, ask: number): Step<RangeGridState> {
  const quote = { bid, ask };
  const commands: Command[] = [];
  let slots: Map<number, CellState | PurchaseState> | null = null;
  for (const [index, slot] of state.slots) {
    if (isPurchase(slot)) continue;
    let cell = slot;
    if (cell.want === 'none' && cell.order === null && bid >= levelAt(grid.levels, index + 1)) {
      cell = { ...cell, want: 'buy', waiting: null };
    }
    const overtaken = state.header.paused
      ? { cell, commands: [] }
      : cancelOvertaken(grid, index, cell, quote);
    commands.push(...overtaken.commands);
    if (overtaken.cell !== slot) {
      slots ??= new Map(state.slots);
      slots.set(index, overtaken.cell);
    }
  }
  return { state: { ...state, quote, slots: slots ?? state.slots }, commands };
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
      stepped = {
        state: { ...state, header: { ...state.header, paused: event.action === 'pause' } },
        commands: [],
      };
      break;
    case 'timer':
      stepped = { state, commands: [] };
      break;
  }
  const advanced = advance(grid, stepped.state, now);
  return { state: advanced.state, commands: [...stepped.commands, ...advanced.commands] };
}
