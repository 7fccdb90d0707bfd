import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiInstance } from '../http/types.js';

/** As much of JSON Schema as the routes use. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  patternProperties?: Record<string, Schema>;
  examples?: unknown[];
  default?: unknown;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
}

/** One route of the document. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` in place of parameters. */
  path: string;
  name: string;
  parameters: Parameter[];
  body: Schema | null;
  responses: Record<string, Content & { description: string }>;
}

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: Parameter[];
        requestBody?: Content;
        responses: Record<string, Content & { description: string }>;
      }
    >
  >;
}

/** Every route below /api, as the served document has it. */
export async function readOperations(app: ApiInstance): Promise<Operation[]> {
  const document = (await app.inject({ url: '/docs/json' })).json<Document>();
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, { parameters = [], requestBody, responses }]): Operation => ({
        method: method.toUpperCase() as Operation['method'],
        path,
        name: `${method.toUpperCase()} ${path}`,
        parameters,
        body: requestBody?.content?.['application/json']?.schema ?? null,
        responses,
      })),
    );
}

/** Judges answers by the document: status declared, body as its schema says. */
export class ResponseJudge {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false });
  readonly #validators = new Map<Schema, ValidateFunction>();

  constructor() {
    addFormats.default(this.#ajv);
  }

  /** @returns what is wrong with the answer, null when nothing is. */
  complaint(operation: Operation, status: number, contentType: string, text: string): string | null {
    const declared = operation.responses[String(status)];
    if (declared === undefined) return `${operation.name} does not declare ${status}: ${text.slice(0, 200)}`;
    const schema = declared.content?.['application/json']?.schema;
    if (schema === undefined || !contentType.startsWith('application/json')) return null;
    let validate = this.#validators.get(schema);
    if (validate === undefined) {
      validate = this.#ajv.compile(schema);
      this.#validators.set(schema, validate);
    }
    if (validate(JSON.parse(text))) return null;
    const [error] = validate.errors ?? [];
    return `${operation.name} ${status} is not as declared: ${error?.instancePath ?? ''} ${error?.message ?? ''}`;
  }
}

/** The path with its parameters filled in, escaped. */
export function urlOf(operation: Operation, params: Readonly<Record<string, string>>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
