import { toParams, type FieldSpec, type FormValues } from './schema-fields.js';

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Params that hold only the chosen fields. The server replaces a param as a whole, so the other fields of an object
 * (`quantity.mode` beside `quantity.value`) come from `present`.
 */
export function changedParams(chosen: readonly FieldSpec[], values: FormValues, present: Json): Json {
  const params = toParams(chosen, values);
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => {
      const before = present[key];
      return [key, isObject(value) && isObject(before) ? { ...before, ...value } : value];
    }),
  );
}
