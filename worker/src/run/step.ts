import { isFinal, type Command, type MachineState } from '@gridfleet/shared/domain';
import type { AdmissionView } from './admission.js';
import { Collector } from './step-collector.js';
import type { Input, RunFrame, RunMemory, StepResult } from './step-types.js';

export * from './step-types.js';

/** Memory of a strategy that has done nothing yet. */
export const EMPTY_MEMORY: RunMemory = {
  machine: { header: null, slots: new Map() },
  orders: new Map(),
  quotes: new Map(),
  refused: new Map(),
  unguarded: new Map(),
};

/** Steps the machine through inputs, in order. Pure: nothing is written or sent here. */
export function stepAll(
  frame: RunFrame,
  memory: RunMemory,
  inputs: readonly Input[],
  view: AdmissionView,
  now: number,
): StepResult {
  const collector = new Collector(frame, memory, view, now);
  for (const input of inputs) {
    if (input.type === 'event') collector.event(input.event);
    else if (input.type === 'funding') collector.fund(input.leg, input.payment);
    else collector.report(input.report, input.cause);
  }
  return collector.result();
}

/** The first step of a strategy's life or of a new revision. @param unguarded legs whose stop is not there yet */
export function firstStep(
  frame: RunFrame,
  start: { state: MachineState; commands: Command[] },
  view: AdmissionView,
  now: number,
  unguarded: RunMemory['unguarded'] = new Map(),
): StepResult {
  const collector = new Collector(frame, { ...EMPTY_MEMORY, unguarded }, view, now);
  collector.machine = start.state;
  for (const command of start.commands)
    for (const event of collector.command(command)) collector.event(event);
  return collector.result();
}

/** Whether anything has to be written or done; a step without effects costs nothing. */
export function hasEffects(result: StepResult): boolean {
  return (
    result.headerChanged ||
    result.changedSlots.length > 0 ||
    result.updated.length > 0 ||
    result.refusals.length > 0 ||
    result.cleared.length > 0 ||
    result.intents.length > 0 ||
    result.funding.length > 0 ||
    result.cancels.length > 0 ||
    result.corrections.length > 0 ||
    result.alerts.length > 0 ||
    result.finish !== null
  );
}

/** Final orders stay in memory this long for late trades, ms. */
const KEEP_FINAL_MS = 10 * 60_000;

/** Drops orders that have been final for long; late trades of those are found in the database. */
export function forgetOld(memory: RunMemory, now: number): RunMemory {
  const stale = [...memory.orders].filter(
    ([, order]) => isFinal(order.row.state) && now - order.row.updatedAt.getTime() > KEEP_FINAL_MS,
  );
  if (stale.length === 0) return memory;
  const orders = new Map(memory.orders);
  for (const [id] of stale) orders.delete(id);
  return { ...memory, orders };
}
