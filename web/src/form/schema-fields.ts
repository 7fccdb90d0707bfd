/** What a form shows for one property of a JSON Schema object. */
export interface FieldSpec {
  name: string;
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

/** The fields of an object schema in its order; a schema of another shape has none. */
export function fieldsOf(schema: unknown): FieldSpec[] {
  if (!isObject(schema) || !isObject(schema['properties'])) return [];
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(schema['properties']).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const options = literals(property);
    const examples: unknown = property['examples'];
    const example: unknown = Array.isArray(examples) ? examples[0] : null;
    return {
      name,
      title: textOf(property['title']) ?? humanise(name),
      description: textOf(property['description']) ?? '',
      required: required.has(name),
      input: inputOf(property, options),
      options: options ?? [],
      pattern: textOf(property['pattern']),
      minimum: numberOf(property['minimum']),
      maximum: numberOf(property['maximum']),
      maxLength: numberOf(property['maxLength']),
      fallback: property['default'],
      example: typeof example === 'string' || typeof example === 'number' ? String(example) : null,
    };
  });
}

function toFormValue(field: FieldSpec, value: unknown): FormValue {
  if (value === undefined || value === null) return field.input === 'boolean' ? false : null;
  if (field.input === 'json') return JSON.stringify(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** What the inputs start with: the present params when editing, else the schema's defaults. */
export function initialValues(fields: readonly FieldSpec[], params: Json | null = null): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, toFormValue(field, params ? params[field.name] : field.fallback)]),
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

/** Params as the API wants them; blank optional fields are left out. */
export function toParams(fields: readonly FieldSpec[], values: FormValues): Json {
  const params: Json = {};
  for (const field of fields) {
    const value = values[field.name];
    if (isBlank(value)) continue;
    if (field.input === 'integer' || field.input === 'number') params[field.name] = Number(value);
    else if (field.input === 'json') params[field.name] = JSON.parse(String(value)) as unknown;
    else params[field.name] = typeof value === 'string' ? value.trim() : value;
  }
  return params;
}
