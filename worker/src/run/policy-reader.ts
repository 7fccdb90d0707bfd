import type { EntityManager } from 'typeorm';
import { policyOf, type PolicyRow, type ScopePolicy } from './policy.js';

export const POLICY_COLUMNS = 'id, trading_state, trading_reason_code, trading_reason_message, risk_limits';
export const NO_CAPITAL = '0 AS capital_version';

export function policiesOf(
  platform: readonly PolicyRow[] = [],
  strategy: readonly PolicyRow[] = [],
  accounts: readonly PolicyRow[] = [],
): ScopePolicy[] {
  return [
    ...platform.map((row) => policyOf({ ...row, scope: 'installation' })),
    ...strategy.map((row) => policyOf({ ...row, scope: 'strategy' })),
    ...accounts.map((row) => policyOf({ ...row, scope: 'account' })),
  ];
}

/** Policies without a lock. */
export async function readPolicies(
  manager: EntityManager,
  { strategyId, accountIds }: { strategyId: number; accountIds: readonly number[] },
): Promise<ScopePolicy[]> {
  const select = (columns: string, from: string, params: unknown[] = []): Promise<PolicyRow[]> =>
    manager.query(`SELECT ${POLICY_COLUMNS}, ${columns} FROM ${from}`, params);
  const platform = await select(NO_CAPITAL, 'installation WHERE id = 1');
  const strategy = await select(NO_CAPITAL, 'strategy WHERE id = ?', [strategyId]);
  const accounts = await select('capital_version', 'account WHERE id IN (?)', [[...new Set(accountIds)]]);
  return policiesOf(platform, strategy, accounts);
}
