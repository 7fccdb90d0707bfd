import type { ErrorDetail } from '../api/api-error.js';

/** "body.params.lower", "/params/lower" and "params.lower" all mean the same field: "params.lower". */
export function fieldPath(field: string): string {
  const dotted = field
    .replace(/^\//, '')
    .replace(/\//g, '.')
    .replace(/\[(\d+)\]/g, '.$1');
  return dotted.replace(/^body\./, '');
}

/** Messages by field path; the first one of each field counts. */
export function errorsByField(
  details: readonly Pick<ErrorDetail, 'field' | 'message'>[],
): Map<string, string> {
  const byField = new Map<string, string>();
  for (const detail of details) {
    const path = fieldPath(detail.field);
    if (!byField.has(path)) byField.set(path, detail.message);
  }
  return byField;
}
