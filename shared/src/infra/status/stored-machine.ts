import type { PlanContext } from '../../domain/strategy/kind.js';
import { kindNamed } from '../../domain/strategy/registry.js';
import type { StrategyView } from '../../domain/strategy/view.js';
import type { SlotRow, StrategyState } from '../database/entities/strategy.js';

/** A machine as MySQL has it; `params` is the JSON of the revision that its state belongs to. */
export interface StoredMachine {
  kind: string;
  params: string;
  state: Pick<StrategyState, 'context' | 'header'>;
  slots: readonly Pick<SlotRow, 'slot' | 'state'>[];
}

/** What people see of a stored machine. @throws when the kind is unknown or the stored JSON is not its state. */
export function viewStored({ kind, params, state, slots }: StoredMachine): StrategyView {
  const known = kindNamed(kind);
  if (known === undefined) throw new Error(`strategy kind ${kind} is not part of this build`);
  const bound = known.bind(JSON.parse(params));
  const context = JSON.parse(state.context) as PlanContext;
  const states = new Map(slots.map((row) => [row.slot, JSON.parse(row.state) as unknown]));
  return bound.view(context, bound.restore(JSON.parse(state.header), states));
}
