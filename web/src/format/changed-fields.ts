import { NO_VALUE } from './money.js';

export interface FieldChange {
  field: string;
  before: string;
  after: string;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return NO_VALUE;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The fields in which two records differ, one line each; records of other shapes are compared as a whole. */
export function changedFields(before: unknown, after: unknown): FieldChange[] {
  if (!isRecord(before) && !isRecord(after))
    return [{ field: '', before: textOf(before), after: textOf(after) }];
  const [left, right] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .map((field) => ({ field, before: textOf(left[field]), after: textOf(right[field]) }))
    .filter((change) => change.before !== change.after);
}
