import { RiskLimits, STRATEGY_ONLY, type RiskScopeName } from '@gridfleet/shared/domain';
import { fieldsOf, type FieldSpec } from './schema-fields.js';

/** Limits that a scope may carry, in the order of their schema; those of prices and times belong to strategies. */
export function limitFields(scope: RiskScopeName): FieldSpec[] {
  const strategyOnly: ReadonlySet<string> = new Set(STRATEGY_ONLY);
  return fieldsOf(RiskLimits).filter(({ name }) => scope === 'strategy' || !strategyOnly.has(name));
}
