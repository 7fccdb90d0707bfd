import { Value } from 'typebox/value';
import {
  DEFAULT_LIMITS,
  needsSums,
  RiskLimits,
  type Reason,
  type RiskScopeName,
} from '@gridfleet/shared/domain';
import type { TradingState } from '@gridfleet/shared/schema';

/** One scope's word on trading, with the text its row had: the batch compares it again under a lock. */
export interface ScopePolicy {
  name: RiskScopeName;
  table: 'installation' | 'strategy' | 'account';
  id: number;
  state: TradingState;
  reason: Reason | null;
  limits: RiskLimits | 'unreadable';
  rawLimits: string | null;
  /** Rises with each change of what is set aside on an account; 0: nothing ever was. Others have none. */
  capitalVersion: number;
}

export interface PolicyRow {
  scope: ScopePolicy['table'];
  id: number;
  trading_state: TradingState;
  trading_reason_code: string | null;
  trading_reason_message: string | null;
  risk_limits: string | null;
  capital_version: number;
}

const NAMES = { installation: 'platform', strategy: 'strategy', account: 'account' } as const;

/** Stored limits, or the defaults of the scope where none are stored. */
export function limitsOf(scope: RiskScopeName, text: string | null): ScopePolicy['limits'] {
  if (text === null) return DEFAULT_LIMITS[scope];
  try {
    const limits: unknown = JSON.parse(text);
    return Value.Check(RiskLimits, limits) ? limits : 'unreadable';
  } catch {
    // Limits nobody can read must not be taken for none.
    return 'unreadable';
  }
}

export function policyOf(row: PolicyRow): ScopePolicy {
  const { trading_reason_code: code, trading_reason_message: message } = row;
  return {
    name: NAMES[row.scope],
    table: row.scope,
    id: row.id,
    state: row.trading_state,
    reason: code === null ? null : { code, message: message ?? code },
    limits: limitsOf(NAMES[row.scope], row.risk_limits),
    rawLimits: row.risk_limits,
    capitalVersion: row.capital_version,
  };
}

/** Whether orders under this policy can only be judged with the rows of other strategies, read under its lock. */
export function needsLock({ table, limits, capitalVersion }: ScopePolicy): boolean {
  if (table === 'strategy') return false;
  return capitalVersion > 0 || (limits !== 'unreadable' && needsSums(limits));
}
