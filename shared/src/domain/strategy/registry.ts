import { Value } from 'typebox/value';
import type { Step, StrategyEvent } from './events.js';
import type { MachineState, PlanContext, StartContext, StrategyKind } from './kind.js';
import type { SlotKey } from '../order/order.js';
import { fieldErrors, withDefaults, type FieldError } from './params-check.js';
import type { Plan } from './plan.js';
import { dca } from './dca/index.js';
import { ladderGrid } from './ladder-grid/index.js';
import { singleOrder } from './single-order/index.js';
import { rangeGrid } from './range-grid/index.js';
import type { StrategyView } from './view.js';

/** A kind whose params have been checked: everybody outside its folder handles kinds in this form. */
export interface BoundKind {
  kind: string;
  title: string;
  schema: StrategyKind['params'];
  /** The fields that do not fit the schema; empty when the params are good. */
  errors(params: unknown): FieldError[];
  /** Params with defaults filled in. @throws when they do not fit. */
  bind(params: unknown): BoundStrategy;
}

/** One kind with one set of params: the machine without its type parameters. */
export interface BoundStrategy {
  params: unknown;
  plan(context: PlanContext): Plan;
  start(context: StartContext, now: number): Step<MachineState>;
  on(context: PlanContext, state: MachineState, event: StrategyEvent, now: number): Step<MachineState>;
  carry(context: PlanContext, state: MachineState): unknown;
  restore(header: unknown, slots: ReadonlyMap<number, unknown>): MachineState;
  slotKey(context: PlanContext, slot: number): SlotKey;
  view(context: PlanContext, state: MachineState): StrategyView;
}

function bound<P, S extends MachineState>(kind: StrategyKind<P, S>): BoundKind {
  return {
    kind: kind.kind,
    title: kind.title,
    schema: kind.params,
    errors: (params) => fieldErrors(kind.params, params),
    bind: (input) => {
      const params = Value.Parse(kind.params, withDefaults(kind.params, input)) as P;
      // The state a kind made is the state it gets back; the cast is confined to this line.
      const own = (state: MachineState): S => state as S;
      return {
        params,
        plan: (context) => kind.plan(params, context),
        start: (context, now) => kind.start(params, context, now),
        on: (context, state, event, now) => kind.on(params, context, own(state), event, now),
        carry: (context, state) => kind.carry(params, context, own(state)),
        slotKey: (context, slot) => kind.slotKey(params, context, slot),
        view: (context, state) => kind.view(params, context, own(state)),
        restore: (header, slots) => kind.restore(header, slots),
      };
    },
  };
}

/** Every strategy kind of the product; adding one is its folder and a line here. */
const KINDS: readonly BoundKind[] = [bound(rangeGrid), bound(ladderGrid), bound(dca)];

export const strategyKinds: ReadonlyMap<string, BoundKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

/** Kinds that the platform uses itself and nobody can choose. */
export const systemKinds: ReadonlyMap<string, BoundKind> = new Map(
  [bound(singleOrder)].map((kind) => [kind.kind, kind]),
);

/** Any kind a stored strategy may have. */
export function kindNamed(name: string): BoundKind | undefined {
  return strategyKinds.get(name) ?? systemKinds.get(name);
}
