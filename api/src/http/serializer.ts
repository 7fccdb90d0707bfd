import fastJson from 'fast-json-stringify';

type Schema = Readonly<Record<string, unknown>>;

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of constants that all have the same one. */
function typeOfConstants(options: readonly Schema[]): string | null {
  const types = new Set(options.map((option) => ('const' in option ? typeof option['const'] : 'none')));
  const [type = 'none'] = types;
  return types.size === 1 && ['string', 'number', 'boolean'].includes(type) ? type : null;
}

/** A choice as one schema with a list of types, where that says the same to somebody who only writes; else null. */
function merged(options: readonly Schema[]): Schema | null {
  const others = options.filter((option) => option['type'] !== 'null');
  const constants = typeOfConstants(others);
  const [first] = others;
  const one: Schema | undefined =
    constants !== null ? { type: constants } : others.length === 1 ? first : undefined;
  if (one === undefined || typeof one['type'] !== 'string' || 'const' in one) return null;
  return others.length === options.length ? one : { ...one, type: ['null', one['type']] };
}

/**
 * A schema that writes the same text without looking which of several options a value is: "this or null" and lists of
 * constants become types. Trying the options in turn costs more than everything else about an answer of a thousand rows.
 */
export function writingSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(writingSchema);
  if (!isSchema(schema)) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, isData(key) ? value : writingSchema(value)]),
  );
  const { anyOf, ...rest } = inner;
  if (!Array.isArray(anyOf) || !anyOf.every(isSchema)) return inner;
  const one = merged(anyOf);
  return one === null ? inner : { ...rest, ...one };
}

/** Keywords whose values are data, not schemas. */
function isData(keyword: string): boolean {
  return ['const', 'default', 'enum', 'examples', 'required'].includes(keyword);
}

/** Writes answers as their schema has them: what it does not name is left out. */
export function compileSerializer(schema: unknown): (data: unknown) => string {
  return fastJson(writingSchema(schema) as fastJson.Schema);
}
