import type { TSchema } from 'typebox';
import type { Market, Ticks } from '../market/market.js';
import type { DecimalString } from '../numbers/decimal.js';
import type { SlotKey } from '../order/order.js';
import type { Plan } from './plan.js';
import type { Step, StrategyEvent } from './events.js';
import type { StrategyView } from './view.js';

export interface LegContext {
  leg: number;
  market: Market;
  /** Best quotes when the plan is made. */
  bid: Ticks;
  ask: Ticks;
  /** Fee rates of the account in this market, e.g. "0.001". */
  makerRate: DecimalString;
  takerRate: DecimalString;
  /** Free funds of the account, null when unknown (a preview without account). */
  baseFree: DecimalString | null;
  quoteFree: DecimalString | null;
}

export interface PlanContext {
  legs: readonly LegContext[];
}

export interface StartContext extends PlanContext {
  /** Generations begin here: above every generation the strategy has ever used, so that no id comes back. */
  firstGeneration: number;
  /** What `carry` gave for the params before an edit; null at the very first start. */
  carried: unknown;
}

/**
 * A machine's state: a small header and one row per slot, each stored on its own; both are JSON. Anything else a kind
 * keeps in its state is lost at a restart. A value that did not change keeps its identity, so that only changes are stored.
 */
export interface MachineState {
  header: unknown;
  slots: ReadonlyMap<number, unknown>;
}

/**
 * A strategy type. Everything is pure: no clock, no randomness, no I/O; `now` is ms since epoch UTC.
 * Live, paper and backtest differ only in what feeds the machine.
 */
export interface StrategyKind<P = unknown, S extends MachineState = MachineState> {
  kind: string;
  title: string;
  params: TSchema;
  /** Preview and gate: levels, funds, refusals. No side effects. */
  plan(params: P, context: PlanContext): Plan;
  /** State before the first event, and the first commands. */
  start(params: P, context: StartContext, now: number): Step<S>;
  on(params: P, context: PlanContext, state: S, event: StrategyEvent, now: number): Step<S>;
  /** Inventory and statistics that the next revision takes over after an edit; JSON. */
  carry(params: P, context: PlanContext, state: S): unknown;
  /** State read back from storage. @throws when it does not parse. */
  restore(header: unknown, slots: ReadonlyMap<number, unknown>): S;
  /** Which leg, market and position side a slot of this kind belongs to. */
  slotKey(params: P, context: PlanContext, slot: number): SlotKey;
  /** What people see: levels with reasons, position, profit at the present price. */
  view(params: P, context: PlanContext, state: S): StrategyView;
}
