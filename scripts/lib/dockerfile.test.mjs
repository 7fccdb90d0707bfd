import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createIgnore, readCopy, readEnv, readStages } from './dockerfile.mjs';
import { ROOT } from './paths.mjs';

describe('a Dockerfile', () => {
  test('is read into its stages, without comments, with continued lines as one', () => {
    const text =
      '# an image\nFROM node:20 AS build\nRUN one && \\\n  two\n\nFROM nginx\nCOPY --from=build /a /b\n';
    expect(readStages(text)).toEqual([
      { name: 'build', base: 'node:20', steps: [{ name: 'RUN', args: 'one && two' }] },
      { name: '1', base: 'nginx', steps: [{ name: 'COPY', args: '--from=build /a /b' }] },
    ]);
  });

  test('says where a COPY comes from and where it goes', () => {
    expect(readCopy('--from=build --chown=node:node /app /app')).toEqual({
      from: 'build',
      sources: ['/app'],
      to: '/app',
    });
    expect(readCopy('package.json .npmrc ./')).toEqual({
      from: null,
      sources: ['package.json', '.npmrc'],
      to: './',
    });
    expect(readEnv('A=1 B_2=/x/y')).toEqual({ A: '1', B_2: '/x/y' });
  });

  test('of ours has a build, the gateway and the processes', () => {
    const stages = readStages(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
    expect(stages.map(({ name }) => name)).toEqual(['build', 'web', 'gridfleet']);
  });
});

describe('.dockerignore', () => {
  test('leaves out names at the top, and names anywhere', () => {
    const isIgnored = createIgnore('.git\ndocs\n**/dist\n**/*.tsbuildinfo\n');
    const paths = ['docs/a.md', '.git', 'web/dist/x.js', 'dist', 'api/tsconfig.tsbuildinfo'];
    expect(paths.map(isIgnored)).toEqual([true, true, true, true, true]);
    const kept = ['web/docs/a.md', '.gitignore', 'web/distance.ts', 'api/src/app.ts'];
    expect(kept.map(isIgnored)).toEqual([false, false, false, false]);
  });

  test('of another form is refused, never misread', () => {
    expect(() => createIgnore('!keep')).toThrow('!keep');
  });
});
