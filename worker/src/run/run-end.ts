import type { EntityManager } from 'typeorm';
import type { Reason } from '@gridfleet/shared/domain';
import { NOTICE_SQL, strategyNotice } from '@gridfleet/shared/infra';
import type { RunState } from '@gridfleet/shared/schema';
import { Batch } from './batch.js';
import type { Finish, RunFrame } from './step-types.js';

const REASON_LENGTH = 500;

/** Statements that end a run. Orders that stay at the exchange keep their market claimed. */
function addEnd(batch: Batch, runId: number, state: RunState, reason: Reason | null): void {
  batch.add(
    'UPDATE run SET state = ?, reason_code = ?, reason_message = ?, stopped_at = UTC_TIMESTAMP(3) WHERE id = ?',
    [state, reason?.code ?? null, reason?.message.slice(0, REASON_LENGTH) ?? null, runId],
  );
  batch.add(
    `DELETE FROM exposure_claim WHERE strategy_id = (SELECT id FROM strategy WHERE current_run_id = ?)
       AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.strategy_id = exposure_claim.strategy_id AND o.is_final = 0)`,
    [runId],
  );
}

/** Ends a run in the transaction of `manager`. */
export async function endRun(
  manager: EntityManager,
  runId: number,
  state: RunState,
  reason: Reason | null,
): Promise<void> {
  const batch = new Batch();
  addEnd(batch, runId, state, reason);
  for (const { sql, params } of batch.statements) await manager.query(sql, [...params]);
}

/** A strategy that has ended by itself stays stopped, in the transaction that stores its last step. */
export function addFinish(batch: Batch, frame: RunFrame, finish: Finish): void {
  addEnd(batch, frame.runId, 'stopped', finish.reason);
  batch.add(NOTICE_SQL, [JSON.stringify(strategyNotice('run-ended', frame.strategyId, finish.reason))]);
  batch.add("UPDATE strategy SET desired_state = 'stopped' WHERE id = ? AND current_run_id = ?", [
    frame.strategyId,
    frame.runId,
  ]);
}
