import { Type, type Static } from 'typebox';
import type { Ticks } from '../../market/market.js';
import { ExitState } from '../../exit/exit.js';
import type { AccountSight } from '../common/closing.js';
import { Nullable, SlotOrder, Waiting } from '../common/slot-order.js';
import { readStored } from '../common/stored.js';

const Text = Type.String();

/** Base a fill opened, at the fill's own price; `fee` is its fee in quote, not yet part of a cycle. */
const Lot = Type.Object({ base: Text, price: Text, fee: Text });
export type Lot = Static<typeof Lot>;

/** What the opening fills of a position come to: base, and price × base. Their ratio is the entry price. */
const Opened = Type.Object({ base: Text, notional: Text });
export type Opened = Static<typeof Opened>;

/** A cycle in the making: what the present closing order has closed. Entry, exit, gross and fees in quote. */
const OpenCycle = Type.Object({ quantity: Text, entry: Text, exit: Text, gross: Text, fees: Text });
export type OpenCycle = Static<typeof OpenCycle>;

export const SlotState = Type.Object({
  /**
   * `open`: has, or wants, an opening order. `close`: holds a position with a take-profit. `exit`: its position is
   * being closed, step by step.
   */
  phase: Type.Union([Type.Literal('open'), Type.Literal('close'), Type.Literal('exit')]),
  /** Why it exits: `STOP_LOSS`, `HOLDING_TIME` or `STOPPING`. */
  exitCode: Nullable(Text),
  /** How far that is. */
  exit: Type.Union([ExitState, Type.Null()], { default: null }),
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  nextBuy: Type.Integer(),
  nextSell: Type.Integer(),
  /** Steps the slot is to hold when its opening order has filled. */
  wanted: Type.Integer(),
  /** First in, first out. A rest too small to close stays here and goes into the next position. */
  lots: Type.Array(Lot),
  opened: Nullable(Opened),
  /** Ms; when the position's first fill came. */
  openedAt: Nullable(Type.Integer()),
  /** Take-profit price, ticks: fixed when it is first placed, until the slot is flat. */
  target: Nullable(Type.Integer()),
  openCycle: Nullable(OpenCycle),
  cycles: Type.Integer(),
});
export type SlotState = Static<typeof SlotState>;

/** Best quotes, ticks. */
const Quote = Type.Object({ bid: Type.Integer(), ask: Type.Integer() });
export interface Quote {
  bid: Ticks;
  ask: Ticks;
}

export const Header = Type.Object({
  /** Best quotes at the start. */
  anchor: Quote,
  paused: Type.Boolean(),
  /** How the strategy ends, null while it goes on. */
  ending: Nullable(
    Type.Union([Type.Literal('keep'), Type.Literal('cancel'), Type.Literal('sell'), Type.Literal('buy')]),
  ),
  /** Quote, net of fees; sums over the strategy's life. */
  realised: Text,
  funding: Text,
  /** Base of fills that belong to no slot any more: signed, with what it cost and its fee. */
  unassigned: Type.Object({ base: Text, cost: Text, fee: Text }),
  cycles: Type.Integer(),
  /** Cycles closed by late fills: numbers their `part`, never reset. */
  lateCycles: Type.Integer(),
});
export type Header = Static<typeof Header>;

export interface LadderGridState {
  header: Header;
  /** Not stored: a restarted machine waits for the next quote. */
  quote: Quote | null;
  /** The newest look at the account; not stored: it is asked for again. */
  sight: AccountSight | null;
  slots: ReadonlyMap<number, SlotState>;
}

export function emptySlot(firstGeneration: number): SlotState {
  return {
    phase: 'open',
    exitCode: null,
    exit: null,
    order: null,
    waiting: null,
    nextBuy: firstGeneration,
    nextSell: firstGeneration,
    wanted: 0,
    lots: [],
    opened: null,
    openedAt: null,
    target: null,
    openCycle: null,
    cycles: 0,
  };
}

/** Whether a slot counts against what its side may have: it has an order, or a position. */
export function isOccupied(state: SlotState): boolean {
  return state.order !== null || state.phase !== 'open';
}

/** Reads stored JSON. @throws when it is not a state of this kind: trading on a misread state is worse than stopping. */
export function restoreLadderGrid(header: unknown, slots: ReadonlyMap<number, unknown>): LadderGridState {
  const restored = new Map(
    [...slots].map(([slot, value]) => [slot, readStored(SlotState, value, `slot ${slot}`)]),
  );
  return { header: readStored(Header, header, 'header'), quote: null, sight: null, slots: restored };
}
