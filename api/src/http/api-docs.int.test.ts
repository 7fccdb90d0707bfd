import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_CODES } from '@gridfleet/shared/schema';
import { startTestApi, type TestApi } from '../testing/test-api.js';

const PAGE = new URL('../../../docs/api.md', import.meta.url);
/** Set to write the tables instead of comparing them. */
const IS_UPDATE = process.env['UPDATE_API_DOCS'] === '1';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

/** Rows without what a formatter may do to them. */
const normalized = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').replaceAll(/-{3,}/g, '---').trim());

function compare(mark: string, lines: readonly string[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end);
  if (IS_UPDATE) writeFileSync(PAGE, `${page.slice(0, from)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`);
  else expect(normalized(page.slice(from, to))).toEqual(normalized(lines.join('\n')));
}

describe('docs/api.md', () => {
  test('lists every route with what it is for (UPDATE_API_DOCS=1 writes it)', async () => {
    const { paths } = (await api.app.inject({ url: '/docs/json' })).json<{
      paths: Record<string, Record<string, { summary: string }>>;
    }>();
    const rows = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, { summary }]) =>
          `| \`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}\` | ${summary.replaceAll('|', '\\|')} |`,
      ),
    );
    compare('routes', ['| route | what it does |', '|---|---|', ...rows.sort()]);
  });

  test('lists every error code with what to do (UPDATE_API_DOCS=1 writes it)', () => {
    const rows = Object.entries(ERROR_CODES).map(
      ([code, { status, action }]) => `| \`${code}\` | ${status} | ${action} |`,
    );
    compare('codes', ['| code | status | what to do |', '|---|---|---|', ...rows.sort()]);
  });
});
