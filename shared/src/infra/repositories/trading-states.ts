import type { EntityManager } from 'typeorm';
import type { Reason } from '../../domain/strategy/events.js';
import type { TradingState } from '../../schema/common.js';
import { appendNotice } from './notices.js';
import { appendToOutbox } from './outbox.js';

/** Where a trading state is set; the platform has one row. */
export type TradingScope =
  { of: 'platform' } | { of: 'account'; id: number } | { of: 'strategy'; id: number };

export interface TradingStateInfo {
  state: TradingState;
  reason: Reason | null;
  changedBy: string | null;
  changedAt: Date | null;
}

interface Row {
  trading_state: TradingState;
  trading_reason_code: string | null;
  trading_reason_message: string | null;
  trading_changed_by: string | null;
  trading_changed_at: Date | null;
}

function rowOf(scope: TradingScope): { table: string; id: number } {
  switch (scope.of) {
    case 'platform':
      return { table: 'installation', id: 1 };
    case 'account':
      return { table: 'account', id: scope.id };
    case 'strategy':
      return { table: 'strategy', id: scope.id };
  }
}

/** The trading state with its reason, null when there is no such account or strategy. */
export async function readTradingState(
  manager: EntityManager,
  scope: TradingScope,
): Promise<TradingStateInfo | null> {
  const { table, id } = rowOf(scope);
  const [row]: Row[] = await manager.query(
    `SELECT trading_state, trading_reason_code, trading_reason_message, trading_changed_by, trading_changed_at
       FROM ${table} WHERE id = ?`,
    [id],
  );
  if (row === undefined) return null;
  const { trading_reason_code: code, trading_reason_message: message } = row;
  return {
    state: row.trading_state,
    reason: code === null ? null : { code, message: message ?? code },
    changedBy: row.trading_changed_by,
    changedAt: row.trading_changed_at,
  };
}

/**
 * Sets a trading state; takes effect with the commit, because the transaction that writes an intent reads it under a
 * lock. Each change leaves a notice for people, and a strategy's is announced through the outbox, in the same
 * transaction.
 * @param by who: an e-mail address, or the name of a part of the platform
 */
export async function setTradingState(
  manager: EntityManager,
  scope: TradingScope,
  state: TradingState,
  reason: Reason | null,
  by: string,
): Promise<void> {
  const { table, id } = rowOf(scope);
  const before = await readTradingState(manager, scope);
  await manager.query(
    `UPDATE ${table} SET trading_state = ?, trading_reason_code = ?, trading_reason_message = ?, trading_changed_by = ?,
       trading_changed_at = UTC_TIMESTAMP(3) WHERE id = ?`,
    [state, reason?.code ?? null, reason?.message.slice(0, 500) ?? null, by, id],
  );
  // Said again, ACTIVE is no news; a halt is, because its reason may be another.
  if (state !== 'ACTIVE' || before?.state !== 'ACTIVE') {
    await appendNotice(manager, {
      type: 'notice',
      what: 'trading-state',
      scope: scope.of,
      scopeId: scope.of === 'platform' ? 0 : scope.id,
      state,
      reason,
      by,
    });
  }
  if (scope.of === 'strategy') {
    await appendToOutbox(manager, [{ type: 'strategy', strategyId: scope.id, data: null }]);
  }
}
