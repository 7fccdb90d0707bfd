import type { EntityManager } from 'typeorm';
import type { DesiredState, RunState } from '../../schema/strategy.js';
import type { RunRow, StrategyRow } from '../database/entities/strategy.js';
import { UNFINISHED } from './runs.js';

/** What a status says about a run. */
export type StatusRun = Omit<RunRow, 'strategyId' | 'node'>;

/** What MySQL knows about a strategy for its status: nothing that a list of thousands does not show. */
export interface StatusSubject {
  strategy: Pick<StrategyRow, 'id' | 'name' | 'desiredState' | 'currentRunId'>;
  /** The current run, null when it was never started. */
  run: StatusRun | null;
}

interface Row {
  id: number;
  name: string;
  desired_state: DesiredState;
  current_run_id: number | null;
  state: RunState | null;
  reason_code: string | null;
  reason_message: string | null;
  fence: string;
  requested_at: Date;
  started_at: Date | null;
  stopped_at: Date | null;
}

const COLUMNS = `s.id, s.name, s.desired_state, s.current_run_id, r.state, r.reason_code, r.reason_message, r.fence,
  r.requested_at, r.started_at, r.stopped_at`;

/** Two short ranges of ids: one condition with OR would read every strategy with its run. */
const WANTED_OR_UNFINISHED = `(SELECT id FROM strategy WHERE desired_state = 'running' AND deleted_at IS NULL AND user_id = ?
    UNION SELECT strategy_id FROM run WHERE state IN (?)) w JOIN strategy s ON s.id = w.id`;

function subjectOf(row: Row): StatusSubject {
  const run: StatusRun | null =
    row.current_run_id === null || row.state === null
      ? null
      : {
          id: row.current_run_id,
          state: row.state,
          reasonCode: row.reason_code,
          reasonMessage: row.reason_message,
          fence: row.fence,
          requestedAt: row.requested_at,
          startedAt: row.started_at,
          stoppedAt: row.stopped_at,
        };
  const { id, name, desired_state: desiredState, current_run_id: currentRunId } = row;
  return { strategy: { id, name, desiredState, currentRunId }, run };
}

/** Subjects of statuses, in the order of their ids, in one query without a row's params. */
export class StatusSubjects {
  readonly #manager: EntityManager;

  constructor(manager: EntityManager) {
    this.#manager = manager;
  }

  /** All strategies of a user; `deleted` says whether those that were deleted are among them. */
  all(userId: number, deleted: 'with-deleted' | 'without-deleted'): Promise<StatusSubject[]> {
    const more = deleted === 'with-deleted' ? '' : ' AND s.deleted_at IS NULL';
    return this.#read('strategy s', `s.user_id = ? AND s.is_system = 0${more}`, [userId]);
  }

  /** Strategies that run or will: wanted running, or with a current run that has not ended. */
  running(userId: number): Promise<StatusSubject[]> {
    return this.#read(
      WANTED_OR_UNFINISHED,
      `s.user_id = ? AND s.is_system = 0 AND s.deleted_at IS NULL
         AND (s.desired_state = 'running' OR r.state IN (?))`,
      [userId, UNFINISHED, userId, UNFINISHED],
    );
  }

  byId(ids: readonly number[]): Promise<StatusSubject[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.#read('strategy s', 's.id IN (?)', [[...ids]]);
  }

  async #read(from: string, where: string, values: unknown[]): Promise<StatusSubject[]> {
    const rows: Row[] = await this.#manager.query(
      `SELECT ${COLUMNS} FROM ${from} LEFT JOIN run r ON r.id = s.current_run_id WHERE ${where} ORDER BY s.id`,
      values,
    );
    return rows.map(subjectOf);
  }
}
