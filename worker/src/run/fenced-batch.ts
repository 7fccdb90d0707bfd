import type { DataSource, QueryRunner } from 'typeorm';
import { DeadlineError, withDeadline } from '../util/deadline.js';
import { Batch, batchError, GuardError, isGivenUp, sendBatch } from './batch.js';

/** Longest wait for one transaction, row locks included. */
const TRANSACTION_DEADLINE_MS = 8_000;
/** A connection that cannot roll back within this is thrown away, which makes the server roll back. */
const ROLLBACK_MS = 1_000;
/** Attempts of a transaction that the server gives up so that others can go on. */
const ATTEMPTS = 5;

/** Somebody else has claimed the run: this process must not write or send for it any more. */
export class FencedError extends Error {
  constructor(strategyId: number, fence: number) {
    super(`strategy ${strategyId} has been claimed by another node (fence ${fence} is stale)`);
    this.name = 'FencedError';
  }
}

/** A stale owner's batch ends here, before it has changed anything. */
export function addFence(batch: Batch, { strategyId, fence }: { strategyId: number; fence: number }): void {
  batch.add('UPDATE strategy SET fence = fence WHERE id = ? AND fence = ?', [strategyId, fence]);
  batch.expectRows('FENCE', 1);
}

/** Does `work`, which begins and commits a transaction itself, within a deadline; what fails is rolled back. */
export async function onRunner<T>(
  database: DataSource,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = database.createQueryRunner();
  try {
    return await withDeadline(work(runner), TRANSACTION_DEADLINE_MS, 'a database transaction');
  } catch (error) {
    await abandon(runner, error instanceof DeadlineError);
    throw batchError(error);
  } finally {
    await runner.release();
  }
}

/**
 * Writes what needs nothing read first, in one round trip.
 * @param add adds the statements
 * @throws FencedError when the strategy has been claimed by somebody else
 */
export async function writeFenced(
  database: DataSource,
  scope: { strategyId: number; fence: number },
  add: (batch: Batch) => void,
): Promise<void> {
  const batch = new Batch();
  batch.add('START TRANSACTION');
  addFence(batch, scope);
  add(batch);
  batch.add('COMMIT');
  try {
    await inBatches(database, (send) => send(batch));
  } catch (error) {
    if (error instanceof GuardError && error.guard === 'FENCE')
      throw new FencedError(scope.strategyId, scope.fence);
    throw error;
  }
}

/**
 * A transaction of a few batches, each of them one round trip; the first begins it, the last commits it. A deadlock or a
 * lock time-out is no error of anybody's: the whole is tried again.
 */
export async function inBatches(
  database: DataSource,
  work: (send: (batch: Batch) => Promise<unknown[]>) => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await onRunner(database, (runner) => work((batch) => sendBatch(runner, batch)));
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS || !isGivenUp(error)) throw error;
    }
  }
}

/** Undoes an open transaction, or throws its connection away so that the server does. */
async function abandon(runner: QueryRunner, isStuck: boolean): Promise<void> {
  const connection = (await runner.connect().catch(() => null)) as { destroy(): void } | null;
  if (connection === null) return;
  try {
    if (isStuck) connection.destroy();
    else await withDeadline(runner.query('ROLLBACK'), ROLLBACK_MS, 'a rollback');
  } catch {
    // The connection is of no use any more; when it closes, the server rolls back.
    connection.destroy();
  }
}
