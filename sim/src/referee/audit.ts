import type { Violation as SumViolation } from '../ledger/checks.js';
import type { Violation } from './violation.js';

/** Sums that do not agree, as the referee reports them. */
export function auditViolations(venue: string, checks: readonly SumViolation[], time: number): Violation[] {
  return checks.map(({ check, apiKey, subject, expected, actual }) => ({
    code: check === 'negative-balance' ? 'balance-negative' : 'sums-disagree',
    message: `${check} of ${subject}: ${actual} instead of ${expected}`,
    venue,
    account: apiKey,
    orderIds: /^\d+$/.test(subject) ? [Number(subject)] : [],
    requestIds: [],
    time,
  }));
}
