import { In, type DataSource } from 'typeorm';
import {
  coversClaims,
  readExposureClaims,
  StrategyRowEntity,
  type ExposureClaim,
  type StrategyRow,
} from '@gridfleet/shared/infra';
import { withDeadline } from '../util/deadline.js';
import { isGivenUp } from './batch.js';

const DEADLINE_MS = 8_000;

/** A run, and the fence its owner has. */
export interface RunFence {
  runId: number;
  fence: number;
}

/** A strategy, and the exposure claims it needs. */
export interface ClaimHolder {
  strategyId: number;
  claims: readonly ExposureClaim[];
}

/**
 * Notes that runs trade, in one statement that checks the fence each was claimed with.
 * @returns for each whether it is so now; false for all when one of them may have been claimed by somebody else
 */
export async function markRunning(database: DataSource, runs: readonly RunFence[]): Promise<boolean[]> {
  try {
    const answer: { affectedRows: number } = await withDeadline(
      database.query(
        `UPDATE run FORCE INDEX (PRIMARY) SET state = 'running', reason_code = NULL, reason_message = NULL
          WHERE id IN (?) AND (id, fence) IN (?) AND state NOT IN ('stopped', 'failed')`,
        [runs.map(({ runId }) => runId), runs.map(({ runId, fence }) => [runId, fence])],
      ),
      DEADLINE_MS,
      'noting that runs trade',
    );
    return runs.map(() => answer.affectedRows === runs.length);
  } catch (error) {
    if (!isGivenUp(error)) throw error;
    // Somebody locked the same rows the other way round: each for itself then.
    return runs.map(() => false);
  }
}

/** Whether strategies hold all the claims they need, by one query. */
export async function holdClaims(database: DataSource, holders: readonly ClaimHolder[]): Promise<boolean[]> {
  const ids = holders.map(({ strategyId }) => strategyId);
  const held = await withDeadline(
    readExposureClaims(database.manager, ids),
    DEADLINE_MS,
    'reading exposure claims',
  );
  return holders.map(({ strategyId, claims }) => coversClaims(held.get(strategyId) ?? [], claims));
}

/** Rows of strategies in the order of their ids; null for one that does not exist. */
export async function readStrategies(
  database: DataSource,
  ids: readonly number[],
): Promise<(StrategyRow | null)[]> {
  const rows = await withDeadline(
    database.getRepository(StrategyRowEntity).findBy({ id: In([...new Set(ids)]) }),
    DEADLINE_MS,
    'reading the desired state',
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
