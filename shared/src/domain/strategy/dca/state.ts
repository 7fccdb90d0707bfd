import { Type, type Static } from 'typebox';
import type { Ticks } from '../../market/market.js';
import { ExitState } from '../../exit/exit.js';
import type { AccountSight } from '../common/closing.js';
import { Nullable, SlotOrder, Waiting } from '../common/slot-order.js';
import { readStored } from '../common/stored.js';

export const BUY_SLOT = 0;
export const SELL_SLOT = 1;

const Text = Type.String();

/** One of the two places for an order. */
export const SlotState = Type.Object({
  order: Nullable(SlotOrder),
  waiting: Nullable(Waiting),
  /** Generation of the next order. */
  next: Type.Integer(),
});
export type SlotState = Static<typeof SlotState>;

export const Header = Type.Object({
  paused: Type.Boolean(),
  ending: Nullable(
    Type.Union([Type.Literal('keep'), Type.Literal('cancel'), Type.Literal('sell'), Type.Literal('buy')]),
  ),
  /** How far the sale of everything is, null when nothing is being sold that way. */
  exit: Type.Union([ExitState, Type.Null()], { default: null }),
  /** Best ask at the start, ticks. */
  startPrice: Type.Integer(),
  /** Buys of the present round that have filled. */
  buys: Type.Integer(),
  /** Ms and ticks of the last of them. */
  lastBuyAt: Nullable(Type.Integer()),
  lastBuyPrice: Nullable(Text),
  /** Take-profit price of what is held, ticks. */
  target: Nullable(Type.Integer()),
  /** What is held, what it cost, and its fees (quote). */
  held: Type.Object({ base: Text, cost: Text, fee: Text }),
  /** What the present sell has sold: base, quote it brought, gross profit, fees. */
  sold: Type.Object({ base: Text, quote: Text, gross: Text, fees: Text }),
  /** Quote, net of fees, over the strategy's life. */
  realised: Text,
  funding: Text,
  cycles: Type.Integer(),
  /** Numbers cycles that late fills made. */
  lateCycles: Type.Integer(),
});
export type Header = Static<typeof Header>;

export interface DcaState {
  header: Header;
  /** Best quotes, ticks. Not stored: a restarted machine waits for the next ones. */
  quote: { bid: Ticks; ask: Ticks } | null;
  /** The newest look at the account; not stored: it is asked for again. */
  sight: AccountSight | null;
  slots: ReadonlyMap<number, SlotState>;
}

/** Reads stored JSON. @throws when it is not a state of this kind. */
export function restoreDca(header: unknown, slots: ReadonlyMap<number, unknown>): DcaState {
  const restored = new Map(
    [...slots].map(([slot, value]) => [slot, readStored(SlotState, value, `slot ${slot}`)]),
  );
  return { header: readStored(Header, header, 'header'), quote: null, sight: null, slots: restored };
}
