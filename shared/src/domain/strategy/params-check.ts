import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** What is wrong with one field; `path` is relative to the params, e.g. "lower". */
export interface FieldError {
  path: string;
  message: string;
}

/** A copy of params in which missing fields have their defaults. */
export function withDefaults(schema: TSchema, params: unknown): unknown {
  return Value.Default(schema, Value.Clone(params));
}

/** How a text field should look, from the first example of its schema; the pattern itself helps nobody. */
function expectedForm(schema: TSchema, schemaPath: string): string | null {
  let at: unknown = schema;
  for (const key of schemaPath.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[key];
  }
  const examples = (at as { examples?: unknown } | undefined)?.examples;
  return Array.isArray(examples) ? `must be written like ${JSON.stringify(examples[0])}` : null;
}

/** Every field that does not fit; missing and unknown fields are named themselves, not the object around them. */
export function fieldErrors(schema: TSchema, params: unknown): FieldError[] {
  return Value.Errors(schema, withDefaults(schema, params)).flatMap((error) => {
    const parent = error.instancePath.split('/').slice(1);
    const at = (...field: string[]): string => [...parent, ...field].join('.');
    switch (error.keyword) {
      case 'required':
        return error.params.requiredProperties.map((name) => ({ path: at(name), message: 'is required' }));
      case 'additionalProperties':
        return error.params.additionalProperties.map((name) => ({ path: at(name), message: 'is not known' }));
      case 'pattern':
        return [{ path: at(), message: expectedForm(schema, error.schemaPath) ?? error.message }];
      // Shadows of the errors above and of `anyOf`, or of a condition's `required`: the same field a second time.
      case 'boolean':
      case 'const':
      case 'if':
        return [];
      default:
        return [{ path: at(), message: error.message }];
    }
  });
}
