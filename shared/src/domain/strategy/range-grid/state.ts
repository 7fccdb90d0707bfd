import { Type, type Static } from 'typebox';
import type { Ticks } from '../../market/market.js';
import { ExitState } from '../../exit/exit.js';
import { AUXILIARY_SLOT } from '../../order/client-order-id.js';
import type { AccountSight } from '../common/closing.js';
import { Nullable, SideSchema, SlotOrder, Waiting } from '../common/slot-order.js';
import { readStored } from '../common/stored.js';

export { SlotOrder, Waiting } from '../common/slot-order.js';

/** Slot of the initial purchase (or sale, where a short is opened or base pays for BUYs). */
export const PURCHASE_SLOT = AUXILIARY_SLOT;
/** Slot of the order that closes what is held at the end. */
export const EXIT_SLOT = AUXILIARY_SLOT + 1;

const Text = Type.String();

/** Base in a cell, booked at its opening level; `fee` is its opening fee in quote, not yet part of a cycle. */
const Lot = Type.Object({ base: Text, fee: Text });
export type Lot = Static<typeof Lot>;

/** A cycle in the making: what the present closing order has closed so far. Quote, but `quantity` in base. */
const OpenCycle = Type.Object({ quantity: Text, gross: Text, fees: Text });

/** What closing orders have brought since the cell last opened: booked cost with fees, and quote net of their fees. */
const CloseRound = Type.Object({ cost: Text, proceeds: Text });

export const CellState = Type.Object({
  /** The side the cell wants an order on. `none`: empty until price reaches its closing level. */
  want: Type.Union([SideSchema, Type.Literal('none')]),
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  /** Generation the next order of each side gets. */
  nextBuy: Type.Integer(),
  nextSell: Type.Integer(),
  /** Steps an opening order of this cell asks for; grows in compound mode. */
  openQuantity: Type.Integer(),
  /** First in, first out. */
  lots: Type.Array(Lot),
  openCycle: Nullable(OpenCycle),
  closeRound: Nullable(CloseRound),
  cycles: Type.Integer(),
  /** Opens with its SELL and closes with its BUY. */
  short: Type.Boolean({ default: false }),
  /** Part of the grid now; a place that trailing has left only takes late news. */
  active: Type.Boolean({ default: true }),
  /** Its order is being cancelled so that the cell can move to this end of the grid. */
  leaving: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Null()], { default: null }),
});
export type CellState = Static<typeof CellState>;

/** The initial purchase or the exit: a slot of its own, so that its order is found again like every other. */
export const AuxiliaryState = Type.Object({
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  next: Type.Integer(),
  /** Steps still to trade. */
  remaining: Type.Integer(),
  side: Type.Union([Type.Literal('buy'), Type.Literal('sell')], { default: 'buy' }),
  /** When the purchase began to trade, ms: a limit order for a while, then market orders. */
  since: Type.Union([Type.Integer(), Type.Null()], { default: null }),
  /** How far the exit is; null for the purchase, and when there is none. */
  exit: Type.Union([ExitState, Type.Null()], { default: null }),
});
export type AuxiliaryState = Static<typeof AuxiliaryState>;

/** Why and how the strategy ends. */
const Exit = Type.Object({
  code: Text,
  message: Text,
  stop: Type.Union([Type.Literal('keep'), Type.Literal('cancel'), Type.Literal('sell'), Type.Literal('buy')]),
  outcome: Nullable(Type.Union([Type.Literal('orders-kept'), Type.Literal('holding'), Type.Literal('flat')])),
});
export type Exit = Static<typeof Exit>;

export const Header = Type.Object({
  /**
   * `waiting` for the trigger price or the first quote, `buying` the initial inventory, `trading`, `exiting`: orders
   * are cancelled and inventory is closed, `finished`.
   */
  phase: Type.Union([
    Type.Literal('waiting'),
    Type.Literal('buying'),
    Type.Literal('trading'),
    Type.Literal('exiting'),
    Type.Literal('finished'),
  ]),
  /** From which side price comes to the trigger price; null when there is nothing to wait for. */
  trigger: Type.Union([Type.Literal('below'), Type.Literal('above'), Type.Null()], { default: null }),
  exit: Type.Union([Exit, Type.Null()], { default: null }),
  /** When trading began, ms; null before. */
  startedAt: Type.Union([Type.Integer(), Type.Null()], { default: null }),
  /** Best price since then, ticks; kept for the trailing stop only. */
  best: Type.Union([Type.Integer(), Type.Null()], { default: null }),
  /** Value of what the plan puts in, quote: profit in percent is of this. */
  investment: Type.String({ default: '0' }),
  /** Total profit when trading began: a profit target counts from there. Quote. */
  profitBefore: Type.String({ default: '0' }),
  /** Received less paid, quote. */
  funding: Type.String({ default: '0' }),
  /** Generation that orders of a slot never used before begin with. */
  firstGeneration: Type.Integer({ default: 1 }),
  /** Price at the start, ticks. */
  startPrice: Type.Integer(),
  /** Infinity grids: price of line 0 (ticks), and value of the base held at every line (quote). */
  anchor: Type.Union([Type.Object({ price: Type.Integer(), value: Text }), Type.Null()], { default: null }),
  /** No new orders: the strategy is stopping or stopped. */
  paused: Type.Boolean(),
  /** Quote; sums over the strategy's life. */
  grid: Text,
  inventoryRealised: Text,
  priceImprovement: Text,
  /** Base that belongs to no cell, what it cost and its fee (quote). */
  unassigned: Type.Object({ base: Text, cost: Text, fee: Text }),
  cycles: Type.Integer(),
  /** Cycles closed by late fills: numbers their `part`, never reset, so that none comes back. */
  lateCycles: Type.Integer(),
});
export type Header = Static<typeof Header>;

/** Best quotes last seen, ticks. */
export interface Quote {
  bid: Ticks;
  ask: Ticks;
}

export type Slot = CellState | AuxiliaryState;

export interface RangeGridState {
  header: Header;
  /** Not stored: a restarted machine waits for the next quote. */
  quote: Quote | null;
  /** The newest look at the account; not stored: it is asked for again. */
  sight: AccountSight | null;
  /** Cells by index, ascending; purchase and exit behind them. */
  slots: ReadonlyMap<number, Slot>;
}

/** Reads stored JSON. @throws when it is not a state of this kind: trading on a misread state is worse than stopping. */
export function restoreRangeGrid(header: unknown, slots: ReadonlyMap<number, unknown>): RangeGridState {
  const restored = new Map<number, Slot>();
  for (const [slot, value] of [...slots].sort(([a], [b]) => a - b)) {
    restored.set(
      slot,
      readStored<typeof AuxiliaryState | typeof CellState>(
        slot >= AUXILIARY_SLOT ? AuxiliaryState : CellState,
        value,
        `slot ${slot}`,
      ),
    );
  }
  return { header: readStored(Header, header, 'header'), quote: null, sight: null, slots: restored };
}

export function isAuxiliary(slot: Slot): slot is AuxiliaryState {
  return 'remaining' in slot;
}

/** The cells of the grid now, without places that trailing has left. */
export function activeCells(slots: RangeGridState['slots']): Map<number, CellState> {
  const cells = new Map<number, CellState>();
  for (const [index, slot] of slots) if (!isAuxiliary(slot) && slot.active) cells.set(index, slot);
  return cells;
}

export function auxiliaryAt(slots: RangeGridState['slots'], index: number): AuxiliaryState | null {
  const slot = slots.get(index);
  return slot !== undefined && isAuxiliary(slot) ? slot : null;
}
