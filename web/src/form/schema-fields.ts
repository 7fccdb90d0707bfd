/** An object inside the params: its fields are shown together. */
export interface FieldGroup {
  /** Path of the object, e.g. "quantity". */
  path: string;
  title: string;
  description: string;
  /** The object may be missing as a whole: it is sent only when one of its fields is filled in. */
  optional: boolean;
}

/** What a form shows for one property of a JSON Schema object. */
export interface FieldSpec {
  /** Path inside the params, e.g. "levels" or "quantity.value". */
  name: string;
  /** The object around the field; null at the top. */
  group: FieldGroup | null;
  title: string;
  description: string;
  required: boolean;
  input: 'decimal' | 'text' | 'integer' | 'number' | 'boolean' | 'select' | 'json';
  options: readonly string[];
  pattern: string | null;
  minimum: number | null;
  maximum: number | null;
  maxLength: number | null;
  fallback: unknown;
  example: string | null;
}

/** Values as the inputs hold them: text, switches, and nothing. */
export type FormValue = string | number | boolean | null;
export type FormValues = Record<string, FormValue>;

export type ProblemCode =
  'required' | 'decimal' | 'pattern' | 'integer' | 'number' | 'min' | 'max' | 'length' | 'choice' | 'json';
export interface FieldProblem {
  code: ProblemCode;
  limit?: number;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function literals(schema: Json): string[] | null {
  if (Array.isArray(schema['enum'])) {
    const values: unknown[] = schema['enum'];
    return values.every((value) => typeof value === 'string') ? values : null;
  }
  const variants = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(variants)) return null;
  const values = variants.map((variant: unknown) => (isObject(variant) ? variant['const'] : undefined));
  return values.every((value) => typeof value === 'string') ? values : null;
}

function acceptsDecimalsOnly(pattern: string | null): boolean {
  if (pattern === null) return false;
  const regexp = new RegExp(pattern, 'u');
  return regexp.test('12.5') && !regexp.test('word') && !regexp.test('1.2.3');
}

function inputOf(schema: Json, options: string[] | null): FieldSpec['input'] {
  if (options) return 'select';
  switch (schema['type']) {
    case 'string':
      return acceptsDecimalsOnly(textOf(schema['pattern'])) ? 'decimal' : 'text';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'json';
  }
}

/** "quantityMode" → "Quantity mode"; "have" → "Have". */
export function humanise(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function groupOf(name: string, schema: Json, required: boolean, outer: FieldGroup | null): FieldGroup {
  return {
    path: name,
    title: textOf(schema['title']) ?? humanise(name),
    description: textOf(schema['description']) ?? '',
    optional: !required || outer?.optional === true,
  };
}

/** The fields of an object schema in its order, those of inner objects in place; another shape has none. */
export function fieldsOf(schema: unknown, group: FieldGroup | null = null): FieldSpec[] {
  if (!isObject(schema) || !isObject(schema['properties'])) return [];
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(schema['properties']).flatMap(([key, property]) => {
    if (!isObject(property)) return [];
    const name = group === null ? key : `${group.path}.${key}`;
    if (isObject(property['properties'])) {
      return fieldsOf(property, groupOf(name, property, required.has(key), group));
    }
    const options = literals(property);
    const examples: unknown = property['examples'];
    const example: unknown = Array.isArray(examples) ? examples[0] : null;
    return {
      name,
      group,
      title: textOf(property['title']) ?? humanise(key),
      description: textOf(property['description']) ?? '',
      // Left blank in an optional group, the server fills in the default.
      required: required.has(key) && !(group?.optional === true && property['default'] !== undefined),
      input: inputOf(property, options),
      options: options ?? [],
      pattern: textOf(property['pattern']),
      minimum: numberOf(property['minimum']),
      maximum: numberOf(property['maximum']),
      maxLength: numberOf(property['maxLength']),
      // A group that is off by default starts blank, or it would be on.
      fallback: group?.optional === true ? undefined : property['default'],
      example: typeof example === 'string' || typeof example === 'number' ? String(example) : null,
    };
  });
}

function toFormValue(field: FieldSpec, value: unknown): FormValue {
  if (value === undefined || value === null) return field.input === 'boolean' ? false : null;
  if (field.input === 'json') return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** The value at a path such as "quantity.value"; undefined when there is none. */
export function valueAt(params: Json, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), params);
}

/** What the inputs start with: the present params when editing, else the schema's defaults. */
export function initialValues(fields: readonly FieldSpec[], params: Json | null = null): FormValues {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      toFormValue(field, params ? valueAt(params, field.name) : field.fallback),
    ]),
  );
}

function isBlank(value: FormValue | undefined): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

function textProblem(field: FieldSpec, text: string): FieldProblem | null {
  if (field.maxLength !== null && text.length > field.maxLength)
    return { code: 'length', limit: field.maxLength };
  if (field.pattern !== null && !new RegExp(field.pattern, 'u').test(text))
    return { code: field.input === 'decimal' ? 'decimal' : 'pattern' };
  return null;
}

function numberProblem(field: FieldSpec, value: number): FieldProblem | null {
  if (field.input === 'integer' && !Number.isInteger(value)) return { code: 'integer' };
  if (!Number.isFinite(value)) return { code: 'number' };
  if (field.minimum !== null && value < field.minimum) return { code: 'min', limit: field.minimum };
  if (field.maximum !== null && value > field.maximum) return { code: 'max', limit: field.maximum };
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON is the answer, not a failure.
    return false;
  }
}

/** Whether an optional group is to be sent: something in it is filled in or switched on. */
function isGroupOn(path: string, fields: readonly FieldSpec[], values: FormValues): boolean {
  return fields.some(({ name }) => {
    const value = values[name];
    return name.startsWith(`${path}.`) && !isBlank(value) && value !== false;
  });
}

function isLeftOut(field: FieldSpec, fields: readonly FieldSpec[], values: FormValues): boolean {
  return field.group?.optional === true && !isGroupOn(field.group.path, fields, values);
}

/** What is wrong with each field; a field required in an optional group is only missed when the group is used. */
export function problemsOf(
  fields: readonly FieldSpec[],
  values: FormValues,
): Map<string, FieldProblem | null> {
  return new Map(
    fields.map((field) => [
      field.name,
      isLeftOut(field, fields, values) ? null : problemOf(field, values[field.name]),
    ]),
  );
}

/** What is wrong with a value before it is sent; null when nothing is. */
export function problemOf(field: FieldSpec, value: FormValue | undefined): FieldProblem | null {
  if (isBlank(value)) return field.required ? { code: 'required' } : null;
  switch (field.input) {
    case 'select':
      return field.options.includes(String(value)) ? null : { code: 'choice' };
    case 'integer':
    case 'number':
      return numberProblem(field, Number(value));
    case 'json':
      return isJson(String(value)) ? null : { code: 'json' };
    case 'boolean':
      return null;
    default:
      return textProblem(field, String(value).trim());
  }
}

function toParam(field: FieldSpec, value: FormValue | undefined): unknown {
  if (field.input === 'integer' || field.input === 'number') return Number(value);
  if (field.input === 'json') return JSON.parse(String(value)) as unknown;
  return typeof value === 'string' ? value.trim() : value;
}

function put(params: Json, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let at = params;
  for (const key of keys) {
    const next = at[key];
    const inner: Json = isObject(next) ? next : {};
    at[key] = inner;
    at = inner;
  }
  at[last] = value;
}

/** Params as the API wants them; blank optional fields and unused groups are left out. */
export function toParams(fields: readonly FieldSpec[], values: FormValues): Json {
  const params: Json = {};
  for (const field of fields) {
    const value = values[field.name];
    if (isBlank(value) || isLeftOut(field, fields, values)) continue;
    put(params, field.name, toParam(field, value));
  }
  return params;
}
