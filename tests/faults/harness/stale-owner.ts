import { OrderRowEntity } from '@gridfleet/shared/infra';
import { Batch } from '../../../worker/src/run/batch.js';
import { FencedError } from '../../../worker/src/run/fenced-batch.js';
import { RunStore } from '../../../worker/src/run/run-store.js';
import { EMPTY_MEMORY } from '../../../worker/src/run/step.js';
import { StepStore } from '../../../worker/src/run/step-store.js';
import type { StepResult } from '../../../worker/src/run/step-types.js';
import type { StepWrite } from '../../../worker/src/run/step-writer.js';
import type { GridRun } from './grid-run.js';
import type { Lab } from './lab.js';

const REASON = { code: 'STALE', message: 'Written by an owner whose claim is over.' };

/**
 * I7: tries every write of a run with the fence of the owner before. Each must be refused; that nothing changed all the
 * same is for the caller to see.
 */
export async function staleWrites(lab: Lab, run: GridRun): Promise<string[]> {
  const database = await lab.batches();
  const store = new RunStore(database);
  const stale = (await run.fence()) - 1;
  const [row] = await run.rows('SELECT current_run_id FROM strategy WHERE id = ?');
  const runId = Number(row?.['current_run_id']);
  const order = await database.getRepository(OrderRowEntity).findOneByOrFail({ strategyId: run.id });
  const { id, ...copy } = order;
  const scope = { strategyId: run.id, fence: stale, accountIds: [run.accountId] };
  const writes: Record<string, () => Promise<unknown>> = {
    'the end of the run': () => store.setRunState(run.id, runId, stale, 'failed', REASON),
    'the checked history': () => store.historyChecked(run.id, stale, new Date(0)),
    'the validity of an intent': () => store.extendIntents(run.id, stale, [id], new Date()),
    'an adopted order': () =>
      store.adopt({ ...copy, clientOrderId: `${copy.clientOrderId}X`, fence: String(stale) }),
    'a step': () =>
      new StepStore(database).commit(scope, [], () => ({ result: NOTHING, write: anOrder(run) })),
    'a step after reading': () =>
      new StepStore(database).commit(scope, null, () => ({ result: NOTHING, write: anOrder(run) })),
  };
  const found: string[] = [];
  for (const [what, write] of Object.entries(writes)) {
    try {
      await write();
      found.push(`I7: a stale owner could write ${what}`);
    } catch (error) {
      if (!(error instanceof FencedError)) found.push(`I7: ${what} was refused by ${String(error)}`);
    }
  }
  return found;
}

/** A step that would show, were it written. */
function anOrder(run: GridRun): StepWrite {
  const batch = new Batch();
  batch.add("UPDATE orders SET state = 'canceled', is_final = 1 WHERE strategy_id = ?", [run.id]);
  return { batch, read: () => ({ orders: [], fills: [], cycles: [], intents: [], updated: [] }) };
}

const NOTHING: StepResult = {
  memory: { ...EMPTY_MEMORY, machine: { header: null, slots: new Map() } },
  headerChanged: false,
  changedSlots: [],
  updated: [],
  intents: [],
  fills: [],
  cycles: [],
  funding: [],
  cancels: [],
  resources: [],
  refusals: [],
  cleared: [],
  corrections: [],
  denied: false,
  looks: false,
  alerts: [],
  warnings: [],
  finish: null,
  wake: undefined,
};
