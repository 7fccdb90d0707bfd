import { Type, type Static } from 'typebox';
import { Nullable, SlotOrder } from '../common/slot-order.js';
import { readStored } from '../common/stored.js';

export const ORDER_SLOT = 0;

export const Header = Type.Object({
  paused: Type.Boolean(),
  /** Asked to end: the order is cancelled, or with `keep` left as it is. */
  ending: Nullable(Type.Union([Type.Literal('keep'), Type.Literal('cancel')])),
  /** The order has been asked for; it is never asked for again. */
  isPlaced: Type.Boolean(),
});
export type Header = Static<typeof Header>;

export const SlotState = Type.Object({ order: Nullable(SlotOrder), next: Type.Integer() });
export type SlotState = Static<typeof SlotState>;

export interface SingleOrderState {
  header: Header;
  slots: ReadonlyMap<number, SlotState>;
}

/** Reads stored JSON. @throws when it is not a state of this kind. */
export function restoreSingleOrder(header: unknown, slots: ReadonlyMap<number, unknown>): SingleOrderState {
  return {
    header: readStored(Header, header, 'header'),
    slots: new Map([...slots].map(([slot, value]) => [slot, readStored(SlotState, value, `slot ${slot}`)])),
  };
}
