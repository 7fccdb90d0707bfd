import { expect } from 'vitest';
import { ROUTE_ACCESS } from '../http/route-access.js';
import { sampleOf } from './hostile-values.js';
import { ResponseJudge, type Operation } from './openapi-document.js';
import { Random } from './random.js';
import type { Answer } from './test-api.js';

export function codesOf(responses: Operation['responses']): string[] {
  return Object.entries(responses).flatMap(([status, { description }]) =>
    Number(status) < 400 ? [] : description.split(', '),
  );
}

export function declares(responses: Operation['responses'], code: string): boolean {
  return codesOf(responses).includes(code);
}

/** The least role that may call it. */
export function leastRole({ method, path }: Operation): string {
  const access = ROUTE_ACCESS[`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
  return access === undefined || access === 'open' ? 'nobody' : access.role;
}

export function paramsOf(operation: Operation, value: string): Record<string, string> {
  return Object.fromEntries(
    operation.parameters.filter((one) => one.in === 'path').map(({ name }) => [name, value]),
  );
}

/** The query parameters that must be there, with values that fit. */
export function queryOf(operation: Operation): string {
  const needed = operation.parameters.filter((one) => one.in === 'query' && one.required === true);
  const pairs = needed.map(({ name, schema }) => [name, String(sampleOf(schema, new Random(7)))]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs as [string, string][]).toString()}`;
}

/** A body that fits, with the fields that must be there. */
export function fitting(operation: Operation): unknown {
  const only = new Random(1);
  only.chance = () => false;
  return operation.body === null ? undefined : withOne(sampleOf(operation.body, only), operation);
}

/** Some bodies need at least one field, whichever. */
function withOne(body: unknown, { body: schema, path }: Operation): unknown {
  if (typeof body !== 'object' || body === null || Object.keys(body).length > 0) return body;
  const [first] = Object.entries(schema?.properties ?? {});
  if (first === undefined || path.endsWith('/stop') || path.endsWith('/copy')) return body;
  return { [first[0]]: sampleOf(first[1], new Random(1)) };
}

/** Holds answers against the document, and notes which errors it has seen. */
export class Contract {
  readonly #judge = new ResponseJudge();
  /** As `POST /api/accounts VALIDATION_FAILED`. */
  readonly seen = new Set<string>();

  /** Fails unless the route declares the answer. @returns its code, `OK` when it is no error. */
  judged(
    operation: Operation,
    { status, headers, text }: Pick<Answer, 'status' | 'headers' | 'text'>,
  ): string {
    const type = headers['content-type'];
    const complaint = this.#judge.complaint(operation, status, typeof type === 'string' ? type : '', text);
    expect(complaint).toBeNull();
    if (status < 400) return 'OK';
    const { code } = JSON.parse(text) as { code: string };
    this.seen.add(`${operation.name} ${code}`);
    return code;
  }
}
