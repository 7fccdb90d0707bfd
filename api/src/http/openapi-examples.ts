import { ERROR_CODES, type ErrorCode } from '@gridfleet/shared/schema';
import { BODY_EXAMPLES, PARAMS_EXAMPLE, TEXT_EXAMPLES } from './example-values.js';

/** As much of JSON Schema as the routes use. */
interface Schema {
  type?: string | string[];
  title?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
  minItems?: number;
  patternProperties?: Record<string, Schema>;
}
interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}
interface Operation {
  requestBody?: { content?: Record<string, Media> };
  responses?: Record<string, { description: string; content?: Record<string, Media> }>;
}
/** The part of an OpenAPI document that examples are put into. */
export interface Examined {
  paths?: Record<string, unknown>;
  components?: { examples?: unknown };
}

const JSON_TYPE = 'application/json';
const TIME = '2026-01-31T12:00:00.000Z';

function textFor(name: string, { format }: Schema): string {
  if (format === 'date-time') return TIME;
  const isId = name === 'id' || name.endsWith('Id');
  return Object.hasOwn(TEXT_EXAMPLES, name) ? (TEXT_EXAMPLES[name] ?? '') : isId ? '1024' : name;
}

/** A value that fits a schema, by the names of its fields. @param isWhole with optional fields, too */
function exampleOf(schema: Schema, name: string, isWhole: boolean): unknown {
  if (schema.const !== undefined) return schema.const;
  const [given] = schema.examples ?? [];
  if (given !== undefined) return given;
  if (schema.default !== undefined) return schema.default;
  if (schema.title === 'Parameters') return PARAMS_EXAMPLE;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return exampleOf(first, name, isWhole);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return textFor(name, schema);
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 0, 1);
    case 'boolean':
      return true;
    case 'array':
      return schema.items === undefined ? [] : [exampleOf(schema.items, name, isWhole)];
    case 'object':
      return objectOf(schema, isWhole);
    default:
      return null;
  }
}

function objectOf({ properties = {}, required = [] }: Schema, isWhole: boolean): Record<string, unknown> {
  const fields = Object.entries(properties).filter(([field]) => isWhole || required.includes(field));
  return Object.fromEntries(fields.map(([field, schema]) => [field, exampleOf(schema, field, isWhole)]));
}

/** What an error of the catalogue looks like. */
function errorExample(code: ErrorCode): { summary: string; value: unknown } {
  const { action } = ERROR_CODES[code];
  const details =
    code === 'VALIDATION_FAILED'
      ? [{ field: 'query.limit', code: 'MAXIMUM', message: 'query.limit must be <= 1000.' }]
      : [];
  const requestId = '5f0c7c1e-6f0b-4f8e-9d39-0b7d5c1f2a11';
  return { summary: action, value: { code, message: `What happened. ${action}`, requestId, details } };
}

/** Puts an example into every body, every answer, and one for every error code that a route declares. */
export function addExamples(document: Examined): void {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const body = operation.requestBody?.content?.[JSON_TYPE];
      if (body?.schema !== undefined)
        body.example =
          BODY_EXAMPLES[`${method.toUpperCase()} ${path}`] ?? exampleOf(body.schema, 'body', false);
      for (const [status, { description, content }] of Object.entries(operation.responses ?? {})) {
        const media = content?.[JSON_TYPE];
        if (media?.schema === undefined) continue;
        if (Number(status) < 400) media.example = exampleOf(media.schema, 'answer', true);
        else
          media.examples = Object.fromEntries(
            description.split(', ').map((code) => [code, { $ref: `#/components/examples/${code}` }]),
          );
      }
    }
  }
  const codes = Object.keys(ERROR_CODES) as ErrorCode[];
  document.components = {
    ...document.components,
    examples: Object.fromEntries(codes.map((code) => [code, errorExample(code)])),
  };
}
