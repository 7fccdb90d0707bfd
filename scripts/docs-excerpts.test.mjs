import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Code blocks that name their file: ```ts title="path". */
function excerpts(page) {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  return [...text.matchAll(/^```\w+ title="([^"]+)"\n([\s\S]*?)^```$/gm)].map(([, path, code]) => ({
    page,
    path,
    code,
  }));
}

const all = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .flatMap(excerpts);

describe('documentation', () => {
  it('has excerpts of code', () => {
    expect(all.length).toBeGreaterThan(5);
  });

  it.each(all)('$page shows $path as it is', ({ path, code }) => {
    const source = readFileSync(join(root, path), 'utf8');
    for (const part of code.split(/^\s*\/\/ …\n/m)) expect(source).toContain(part.trim());
  });
});
