import type { FieldGroup, FieldSpec } from './schema-fields.js';

/** What a path such as "params.futures.leverage" names: a field, a whole group, or nothing of this form. */
export function placeOf(
  fields: readonly FieldSpec[],
  path: string,
): { field: FieldSpec } | { group: FieldGroup } | null {
  const name = path.replace(/^params\./, '');
  const field = fields.find((candidate) => candidate.name === name);
  if (field) return { field };
  const group = fields.find((candidate) => candidate.group?.path === name)?.group;
  return group ? { group } : null;
}
