import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/**
 * Stored JSON as the schema describes it; fields an older version did not write by their defaults.
 * @param what is read, for the message: "slot 3"
 * @throws Error naming the field that does not fit: trading on a misread state is worse than stopping
 */
export function readStored<T extends TSchema>(schema: T, stored: unknown, what: string): Static<T> {
  if (Value.Check(schema, stored)) return stored;
  const value = Value.Default(schema, structuredClone(stored));
  if (Value.Check(schema, value)) return value;
  const [error] = Value.Errors(schema, value);
  throw new Error(`${what}${error?.instancePath ?? ''} ${error?.message ?? 'has another form'}`);
}
