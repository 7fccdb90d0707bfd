import type { DataSource } from 'typeorm';
import type { Reason } from '@gridfleet/shared/domain';
import type { Logger } from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';

const DEADLINE_MS = 2_000;

/** Stores why a run waits for a node, while none holds it. */
export async function noteWaiting(
  database: DataSource,
  runId: number,
  { code, message }: Reason,
  log: Logger,
): Promise<void> {
  try {
    await withDeadline(
      database.query(
        `UPDATE run SET state = 'waiting', reason_code = ?, reason_message = ?
          WHERE id = ? AND state NOT IN ('stopped', 'failed')`,
        [code, message.slice(0, 500), runId],
      ),
      DEADLINE_MS,
      'noting why a run waits',
    );
  } catch (error) {
    log.warn({ runId, err: error }, 'why a run waits could not be noted');
  }
}
