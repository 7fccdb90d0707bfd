import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { GridfleetError, type ErrorDetail } from '@gridfleet/shared/schema';

/** Bodies are taken literally: no coercion, nothing removed. Defaults are filled in. */
const strict = new Ajv({
  allErrors: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: true,
  strict: false,
});
/** Texts of the address line become numbers and booleans. */
const coercing = new Ajv({
  allErrors: true,
  coerceTypes: true,
  removeAdditional: false,
  useDefaults: true,
  strict: false,
});
addFormats.default(strict);
addFormats.default(coercing);

/** Parts of a request as error fields name them. */
const PARTS: Readonly<Record<string, string>> = { querystring: 'query' };

export function compileValidator(schema: object, httpPart: string | undefined): ValidateFunction {
  return (httpPart === 'body' ? strict : coercing).compile(schema);
}

type AjvError = Pick<ErrorObject, 'instancePath' | 'keyword' | 'params' | 'message' | 'schemaPath'>;

function pathOf(error: AjvError): string {
  const path = error.instancePath.replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const params = error.params as Record<string, unknown>;
  const child = params['missingProperty'] ?? params['additionalProperty'] ?? params['propertyName'];
  return typeof child === 'string' ? `${path}.${child}` : path;
}

function codeOf(keyword: string): string {
  return keyword.replace(/[A-Z]/g, '_$&').toUpperCase();
}

function messageOf(field: string, errors: readonly AjvError[]): string {
  const choices = errors.flatMap(({ keyword, params }) =>
    keyword === 'const' ? [JSON.stringify((params as Record<string, unknown>)['allowedValue'])] : [],
  );
  if (choices.length > 0) return `${field} must be one of ${choices.join(', ')}.`;
  const [first] = errors;
  if (first?.keyword === 'required') return `${field} is required.`;
  if (first?.keyword === 'additionalProperties') return `${field} is not a known field.`;
  return `${field} ${first?.message ?? 'is not valid'}.`;
}

/** One detail per field at fault. `prefix` names the part of the request, e.g. "body" or "body.params". */
export function validationDetails(prefix: string, errors: readonly AjvError[]): ErrorDetail[] {
  const byField = new Map<string, AjvError[]>();
  for (const error of errors) {
    const field = prefix + pathOf(error);
    byField.set(field, [...(byField.get(field) ?? []), error]);
  }
  return [...byField].map(([field, found]) => {
    const union = found.find(({ keyword }) => keyword === 'anyOf');
    return {
      field,
      code: codeOf((union ?? found[0])?.keyword ?? 'invalid'),
      message: messageOf(field, found),
    };
  });
}

export function validationError(prefix: string, errors: readonly AjvError[]): GridfleetError {
  const details = validationDetails(PARTS[prefix] ?? prefix, errors);
  const fields = details.map(({ field }) => field).join(', ');
  return new GridfleetError('VALIDATION_FAILED', `The request is not valid: ${fields}.`, details);
}

const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Checks part of a body against a schema of its own and fills in its defaults.
 * @throws GridfleetError VALIDATION_FAILED with one detail per field below `prefix`.
 */
export function checkPart(schema: object, value: unknown, prefix: string): unknown {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = strict.compile(schema);
    compiled.set(schema, validate);
  }
  const copy = structuredClone(value);
  if (!validate(copy)) throw validationError(prefix, validate.errors ?? []);
  return copy;
}
