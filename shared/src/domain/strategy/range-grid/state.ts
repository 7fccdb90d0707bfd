import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Ticks } from '../../market/market.js';
import { AUXILIARY_SLOT } from '../../order/client-order-id.js';

/** Slot of the initial purchase. */
export const PURCHASE_SLOT = AUXILIARY_SLOT;

const Text = Type.String();
const Nullable = <T extends Parameters<typeof Type.Array>[0]>(schema: T) => Type.Union([schema, Type.Null()]);
const SideSchema = Type.Union([Type.Literal('buy'), Type.Literal('sell')]);

/** The one order of a slot that is not final yet, as the machine last heard of it. */
const SlotOrder = Type.Object({
  side: SideSchema,
  generation: Type.Integer(),
  /** Ticks; null for a market order. */
  price: Nullable(Type.Integer()),
  /** Steps. */
  quantity: Type.Integer(),
  filled: Type.Integer(),
  state: Text,
  /** Whether the machine has asked for its cancellation. */
  canceling: Type.Boolean(),
});
export type SlotOrder = Static<typeof SlotOrder>;

/** Why a cell has no order; `retryAt` (ms) when time alone may change it, `failures` counts refusals in a row. */
const Waiting = Type.Object({
  code: Text,
  message: Text,
  retryAt: Nullable(Type.Integer()),
  failures: Type.Integer(),
});
export type Waiting = Static<typeof Waiting>;

/** Base in a cell, booked at the cell's buy level; `fee` is its purchase fee in quote, not yet part of a cycle. */
const Lot = Type.Object({ base: Text, fee: Text });
export type Lot = Static<typeof Lot>;

/** A cycle in the making: what the present SELL has sold so far. Quote, but `quantity` in base. */
const OpenCycle = Type.Object({ quantity: Text, gross: Text, fees: Text });

/** What SELLs have brought since the cell last bought: booked cost with purchase fees, and quote net of SELL fees. */
const SellRound = Type.Object({ cost: Text, proceeds: Text });

export const CellState = Type.Object({
  /** The side the cell wants an order on. `none`: empty until price reaches its sell level. */
  want: Type.Union([SideSchema, Type.Literal('none')]),
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  /** Generation the next order of each side gets. */
  nextBuy: Type.Integer(),
  nextSell: Type.Integer(),
  /** Steps a BUY of this cell asks for; grows in compound mode. */
  buyQuantity: Type.Integer(),
  /** First in, first out. */
  lots: Type.Array(Lot),
  openCycle: Nullable(OpenCycle),
  sellRound: Nullable(SellRound),
  cycles: Type.Integer(),
});
export type CellState = Static<typeof CellState>;

/** The initial purchase: a slot of its own, so that its order is found again like every other. */
export const PurchaseState = Type.Object({
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  next: Type.Integer(),
  /** Steps still to buy. */
  remaining: Type.Integer(),
});
export type PurchaseState = Static<typeof PurchaseState>;

export const Header = Type.Object({
  phase: Type.Union([Type.Literal('buying'), Type.Literal('trading')]),
  /** Best ask at the start, ticks. */
  startPrice: Type.Integer(),
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

export interface RangeGridState {
  header: Header;
  /** Not stored: a restarted machine waits for the next quote. */
  quote: Quote | null;
  /** Cells by index; the initial purchase under AUXILIARY_SLOT. */
  slots: ReadonlyMap<number, CellState | PurchaseState>;
}

/** Reads stored JSON. @throws when it is not a state of this kind: trading on a misread state is worse than stopping. */
export function restoreRangeGrid(header: unknown, slots: ReadonlyMap<number, unknown>): RangeGridState {
  const restored = new Map<number, CellState | PurchaseState>();
  for (const [slot, value] of slots) {
    restored.set(
      slot,
      slot === PURCHASE_SLOT ? Value.Parse(PurchaseState, value) : Value.Parse(CellState, value),
    );
  }
  return { header: Value.Parse(Header, header), quote: null, slots: restored };
}

export function isPurchase(slot: CellState | PurchaseState): slot is PurchaseState {
  return 'remaining' in slot;
}
