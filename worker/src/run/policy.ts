import { Value } from 'typebox/value';
import { RiskLimits, type Reason } from '@gridfleet/shared/domain';
import type { TradingState } from '@gridfleet/shared/schema';

/** One scope's word on trading, with the text its row had: the batch compares it again under a lock. */
export interface ScopePolicy {
  name: string;
  table: 'installation' | 'strategy' | 'account';
  id: number;
  state: TradingState;
  reason: Reason | null;
  limits: RiskLimits | 'unreadable';
  rawLimits: string | null;
}

export interface PolicyRow {
  scope: ScopePolicy['table'];
  id: number;
  trading_state: TradingState;
  trading_reason_code: string | null;
  trading_reason_message: string | null;
  risk_limits: string | null;
}

const NAMES = { installation: 'platform', strategy: 'strategy', account: 'account' } as const;

function limitsOf(text: string | null): ScopePolicy['limits'] {
  if (text === null) return {};
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
    limits: limitsOf(row.risk_limits),
    rawLimits: row.risk_limits,
  };
}
