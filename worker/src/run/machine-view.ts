import type { MachineState, StrategyView } from '@gridfleet/shared/domain';
import type { RunFrame } from './step-types.js';

/** What a machine shows of itself, made once for each state: levels, figures and equity ask for it in every tick. */
export class MachineView {
  #made: { machine: MachineState; view: StrategyView } | null = null;

  of({ kind, context }: RunFrame, machine: MachineState): StrategyView {
    if (this.#made?.machine !== machine) this.#made = { machine, view: kind.view(context, machine) };
    return this.#made.view;
  }
}
