import type { EntityManager } from 'typeorm';
import { AccountRepository, StrategyRepository, type TradingScope } from '@gridfleet/shared/infra';
import { GridfleetError, type RiskScope } from '@gridfleet/shared/schema';

/** A scope that is known to exist and to be the caller's. */
export interface CheckedScope {
  scope: RiskScope;
  /** 0 for the platform. */
  id: number;
  table: 'installation' | 'account' | 'strategy';
  rowId: number;
  trading: TradingScope;
}

/** @throws GridfleetError VALIDATION_FAILED (id missing or too much), NOT_FOUND (somebody else's looks absent) */
export async function checkScope(
  manager: EntityManager,
  userId: number,
  scope: RiskScope,
  id: number | undefined,
): Promise<CheckedScope> {
  if (scope === 'platform') {
    if (id !== undefined) throw invalid('The platform has no id');
    return { scope, id: 0, table: 'installation', rowId: 1, trading: { of: 'platform' } };
  }
  if (id === undefined) throw invalid(`Say which ${scope} by its id`);
  const row =
    scope === 'account'
      ? await new AccountRepository(manager).find(userId, id)
      : await new StrategyRepository(manager).find(userId, id);
  if (row === null) throw new GridfleetError('NOT_FOUND', `There is no ${scope} ${id}`);
  return { scope, id, table: scope, rowId: id, trading: { of: scope, id } };
}

function invalid(message: string): GridfleetError {
  return new GridfleetError('VALIDATION_FAILED', message, [
    { field: 'id', code: 'SCOPE_ID', message: `${message}.` },
  ]);
}
