import { Type, type Static } from 'typebox';
import { Nullable, Reason, Timestamp, TradingState } from './common.js';
import { DesiredState, Level, RunState, SlotRefusal } from './strategy.js';

const Scope = Type.Object({
  scope: Type.Union([Type.Literal('platform'), Type.Literal('account'), Type.Literal('strategy')]),
  name: Type.String(),
  state: TradingState,
  reason: Nullable(Reason),
  changedBy: Nullable(Type.String()),
  changedAt: Nullable(Timestamp),
});

/** Everything that keeps a strategy from having orders, in one answer. */
export const StrategyWhy = Type.Object({
  desiredState: DesiredState,
  state: RunState,
  /** Why the run is in its state. */
  reason: Nullable(Reason),
  lastError: Nullable(Reason),
  /** Trading states that bear on it; anything but ACTIVE holds orders back. */
  trading: Type.Array(Scope),
  /** Refusals in force, by slot. */
  refusals: Type.Array(SlotRefusal),
  /** Levels without an order, each with its reason. */
  waiting: Type.Array(Level),
});
export type StrategyWhy = Static<typeof StrategyWhy>;
