import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from './config.js';
import { configTable } from './reference.js';

const PAGE = new URL('../../../../docs/configuration.md', import.meta.url);
const EXAMPLE = new URL('../../../../.env.example', import.meta.url);
const [BEGIN, END] = ['<!-- settings -->', '<!-- /settings -->'];

/** Rows without what a formatter may do to them. */
const normalized = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').replaceAll(/-{3,}/g, '---').trim());

describe('docs/configuration.md', () => {
  it('lists every setting as the schema has it (UPDATE_CONFIG_DOCS=1 writes it)', () => {
    const page = readFileSync(PAGE, 'utf8');
    const from = page.indexOf(BEGIN) + BEGIN.length;
    const to = page.indexOf(END);
    const table = configTable().join('\n');
    if (process.env['UPDATE_CONFIG_DOCS'] === '1')
      writeFileSync(PAGE, `${page.slice(0, from)}\n\n${table}\n\n${page.slice(to)}`);
    else expect(normalized(page.slice(from, to))).toEqual(normalized(table));
  });
});

describe('.env.example', () => {
  it('names every setting', () => {
    const text = readFileSync(EXAMPLE, 'utf8');
    for (const variable of Object.values(VARIABLES)) expect(text).toMatch(new RegExp(`^#${variable}=`, 'm'));
  });
});
