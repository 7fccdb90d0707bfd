import { changedFields, type FieldChange } from './changed-fields.js';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** HTTP status the command was answered with; null for what the platform did by itself. */
export function auditStatus(details: unknown): number | null {
  const status = isRecord(details) ? details['status'] : null;
  return typeof status === 'number' ? status : null;
}

/** Whether it was carried out. */
export function wasDone(details: unknown): boolean {
  return (auditStatus(details) ?? 200) < 400;
}

/** The fields it changed; none when the row does not say what was before and after. */
export function auditChanges(details: unknown): FieldChange[] {
  if (!isRecord(details)) return [];
  const { before, after } = details;
  return before == null && after == null ? [] : changedFields(before, after);
}

/** Rows that have every word in actor, action or target. */
export function matchesAudit(row: { actor: string; action: string; target: string }, query: string): boolean {
  const text = `${row.actor} ${row.action} ${row.target}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => text.includes(word));
}
