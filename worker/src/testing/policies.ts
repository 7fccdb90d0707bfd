import type { AdmissionView } from '../run/admission.js';
import type { ScopePolicy } from '../run/policy.js';

/** Nothing is forbidden and nothing is scarce. */
export const FREE: AdmissionView = { policies: [], holdings: null };

/** A scope's policy for tests: ACTIVE platform without limits. */
export function policy(change: Partial<ScopePolicy> = {}): ScopePolicy {
  return {
    name: 'platform',
    table: 'installation',
    id: 1,
    state: 'ACTIVE',
    reason: null,
    limits: {},
    rawLimits: null,
    capitalVersion: 0,
    ...change,
  };
}
