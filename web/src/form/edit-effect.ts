import { formatExact } from '../format/money.js';
import { valueAt, type FieldSpec } from './schema-fields.js';

/** One parameter that an edit changes, as it is shown. */
export interface ParamChange {
  field: FieldSpec;
  /** Null when it is not set. */
  before: string | null;
  after: string | null;
}

type Params = Record<string, unknown>;

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? formatExact(value) : JSON.stringify(value);
}

/** The parameters in which two sets differ; "0.50" and "0.5" are the same, and a default left out is no change. */
export function paramChanges(fields: readonly FieldSpec[], before: Params, after: Params): ParamChange[] {
  const shown = (field: FieldSpec, params: Params): string | null => {
    const value = valueAt(params, field.name);
    const fallback = field.group?.optional === true ? undefined : field.fallback;
    return textOf(value ?? fallback);
  };
  return fields
    .map((field) => ({ field, before: shown(field, before), after: shown(field, after) }))
    .filter((change) => change.before !== change.after);
}
