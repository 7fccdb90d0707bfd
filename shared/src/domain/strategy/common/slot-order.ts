import { Type, type Static } from 'typebox';

const Text = Type.String();
export const Nullable = <T extends Parameters<typeof Type.Array>[0]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
export const SideSchema = Type.Union([Type.Literal('buy'), Type.Literal('sell')]);

/** The one order of a slot that is not final yet, as the machine last heard of it. */
export const SlotOrder = Type.Object({
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

/** Why a slot has no order; `retryAt` (ms) when time alone may change it, `failures` counts refusals in a row. */
export const Waiting = Type.Object({
  code: Text,
  message: Text,
  retryAt: Nullable(Type.Number()),
  failures: Type.Integer(),
});
export type Waiting = Static<typeof Waiting>;
