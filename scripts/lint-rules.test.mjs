import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { importProblem } from './lint/import-boundaries.mjs';
import { ROOT } from './lib/paths.mjs';

const inRoot = (path) => join(ROOT, path);

/** Problems ESLint reports for a text as if it stood in this file; the file must exist, for its types to be known. */
async function lint(path, text) {
  const [result] = await new ESLint({ cwd: ROOT }).lintText(text, { filePath: inRoot(path) });
  return result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

const DOMAIN_FILE = 'shared/src/domain/numbers/decimal.ts';

describe('the purity of the domain', () => {
  test.each([
    ['the clock', 'export const now = Date.now();', /no-restricted-globals.*clock/],
    ['a timer', 'setTimeout(() => {}, 1);', /no-restricted-globals.*clock/],
    ['the environment', 'export const home = process.env;', /no-restricted-globals.*input or output/],
    ['output', "console.log('x');", /no-restricted-globals.*input or output/],
    ['randomness', 'export const n = Math.random();', /no-restricted-properties.*randomness/],
    ['a float', "export const n = parseFloat('1');", /no-restricted-globals.*float/],
    ['a Node module', "import 'node:fs';", /import-boundaries.*Node/],
    ['the outside', "import '@gridfleet/shared/infra';", /import-boundaries.*must not import infra/],
    ['another package', "import 'ioredis';", /import-boundaries.*may only import/],
  ])('%s is reported', async (_what, text, problem) => {
    expect((await lint(DOMAIN_FILE, text)).join('\n')).toMatch(problem);
  });

  test('what the domain may do is not', async () => {
    const text = "import { Decimal } from 'decimal.js';\nexport const one = new Decimal('1');\n";
    expect(await lint(DOMAIN_FILE, text)).toEqual([]);
  });

  test('a comment cannot switch a rule off', async () => {
    const text = '/* eslint-disable */\nexport const now = Date.now();\n';
    expect((await lint(DOMAIN_FILE, text)).join('\n')).toContain('no-restricted-globals');
  });
}, 60_000);

describe('types', () => {
  test.each([
    ['any', 'export function f(x: any): void { void x; }', /no-explicit-any/],
    ['a promise nobody waits for', 'async function f(): Promise<void> {}\nf();', /no-floating-promises/],
    ['a non-null assertion', 'export const f = (x: string | null): string => x!;', /no-non-null-assertion/],
    [
      'a switch that misses a case',
      "export function f(x: 'a' | 'b'): void { switch (x) { case 'a': break; } }",
      /switch-exhaustiveness-check/,
    ],
  ])('%s is reported', async (_what, text, problem) => {
    expect((await lint('cli/src/version.ts', text)).join('\n')).toMatch(problem);
  });
}, 60_000);

describe('imports follow the arrows between packages', () => {
  test.each([
    ['shared/src/domain/a.ts', '../schema/b.js', /domain must not import schema/],
    ['shared/src/schema/a.ts', '../infra/b.js', /schema must not import infra/],
    ['shared/src/schema/a.ts', 'mysql2', /may only import/],
    ['api/src/a.ts', '@gridfleet/worker', /api must not import worker/],
    ['worker/src/a.ts', '@gridfleet/api', /worker must not import api/],
    ['sim/src/a.ts', '@gridfleet/shared/infra', /sim must not import infra/],
    ['web/src/a.ts', '@gridfleet/shared/infra', /web must not import infra/],
    ['web/src/a.ts', 'node:fs', /Node's own modules/],
    ['cli/src/a.ts', '@gridfleet/web', /cli must not import web/],
    ['api/src/a.ts', '../../shared/src/infra/b.js', /by a relative path/],
    ['api/src/a.ts', '../../tests/harness/wait.js', /outside its package/],
    ['api/src/a.ts', '@gridfleet/shared/dist/infra/x.js', /not a public entry point/],
    ['worker/src/a.test.ts', '../../sim/src/index.js', /through its package name/],
  ])('%s must not import %s', (file, specifier, problem) => {
    expect(importProblem(inRoot(file), specifier)).toMatch(problem);
  });

  test.each([
    ['shared/src/domain/a/b.ts', '../numbers/decimal.js'],
    ['shared/src/domain/a.ts', 'decimal.js'],
    ['shared/src/infra/a/b.ts', '../../domain/index.js'],
    ['shared/src/infra/a.ts', 'typeorm'],
    ['api/src/a.ts', '@gridfleet/shared/infra'],
    ['sim/src/a.ts', '@gridfleet/shared/domain/matching'],
    ['web/src/a.ts', '@gridfleet/shared/schema'],
    ['cli/src/a/b.ts', '../../bin/programs.mjs'],
    ['worker/src/a/b.test.ts', '../../../tests/harness/wait.js'],
    ['worker/src/a.test.ts', '@gridfleet/sim'],
    ['tests/services.ts', '../cli/src/services/free-port.js'],
    ['tests/a.e2e.test.ts', '../cli/src/services/free-port.js'],
  ])('%s may import %s', (file, specifier) => {
    expect(importProblem(inRoot(file), specifier)).toBeUndefined();
  });
});
