import type { Statement } from './batch.js';

/** A row of the journal: what was found otherwise than it was known, and why. */
export function correction(
  strategyId: number | null,
  accountId: number,
  cause: string,
  before: unknown,
  after: unknown,
): Statement {
  return {
    sql: `INSERT INTO correction (strategy_id, account_id, order_id, cause, before_state, after_state, created_at)
       VALUES (?, ?, NULL, ?, ?, ?, UTC_TIMESTAMP(3))`,
    params: [strategyId, accountId, cause.slice(0, 60), JSON.stringify(before), JSON.stringify(after)],
  };
}
