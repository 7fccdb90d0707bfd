import type { DataSource, EntityManager } from 'typeorm';
import { withDeadline } from '../util/deadline.js';
import { isGivenUp } from './batch.js';

/** Attempts of a transaction that the server gives up so that others can go on. */
const ATTEMPTS = 5;

/**
 * Runs `work` in a transaction. A deadlock or a lock time-out is no error of anybody's: nothing was written, and the
 * whole is tried again, so `work` must do nothing but read and write through its manager.
 * @param deadlineMs for one attempt, row locks included
 */
export async function inTransaction<T>(
  database: Pick<DataSource, 'transaction'>,
  deadlineMs: number,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withDeadline(database.transaction(work), deadlineMs, 'a database transaction');
    } catch (error) {
      if (attempt >= ATTEMPTS || !isGivenUp(error)) throw error;
    }
  }
}
