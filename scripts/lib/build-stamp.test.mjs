import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBuildCurrent, sourceHash, writeBuildStamp } from './build-stamp.mjs';

let root;

function write(path, text = 'x') {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-stamp-'));
  write('package-lock.json');
  write('tsconfig.base.json');
  write('shared/src/a.ts');
  write('shared/dist/.tsbuildinfo');
  write('web/index.html');
  write('web/dist/index.html');
  writeBuildStamp(root, sourceHash(root));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the build stamp', () => {
  test('an unchanged checkout is current', () => {
    expect(isBuildCurrent(root)).toBe(true);
  });

  test('a checkout that was never built is not', () => {
    rmSync(join(root, '.gridfleet'), { recursive: true });
    expect(isBuildCurrent(root)).toBe(false);
  });

  test.each([
    'shared/src/a.ts',
    'shared/src/new/b.ts',
    'web/src/app.vue',
    'package-lock.json',
    'tsconfig.base.json',
  ])('a change of %s makes it stale', (path) => {
    write(path, 'changed!');
    expect(isBuildCurrent(root)).toBe(false);
  });

  test('a file of the same size saved later makes it stale', () => {
    utimesSync(join(root, 'shared/src/a.ts'), new Date(), new Date(Date.now() + 5_000));
    expect(isBuildCurrent(root)).toBe(false);
  });

  test('a removed source makes it stale', () => {
    rmSync(join(root, 'shared/src/a.ts'));
    expect(isBuildCurrent(root)).toBe(false);
  });

  test.each(['shared/dist', 'web/dist'])('a removed %s makes it stale', (path) => {
    rmSync(join(root, path), { recursive: true });
    expect(isBuildCurrent(root)).toBe(false);
  });

  test('what builds and installations write does not', () => {
    write('shared/dist/a.js');
    write('shared/node_modules/x/index.js');
    write('sim/data/recording.gz');
    expect(isBuildCurrent(root)).toBe(true);
  });
});
