import { describe, expect, test } from 'vitest';
import { packagesMatch } from './npm-packages.mjs';

const entry = (version) => ({ version, integrity: `sha512-of-${version}` });
const lock = {
  packages: {
    '': { name: 'root' },
    api: { version: '0.1.0' },
    'node_modules/x': entry('1.0.0'),
    'node_modules/for-another-system': { ...entry('1.0.0'), optional: true },
  },
};

describe('whether the installed packages are those of the lock file', () => {
  test('they are when every package is there in its version', () => {
    expect(packagesMatch(lock, { packages: { 'node_modules/x': entry('1.0.0') } })).toBe(true);
  });

  test('they are wherever they were downloaded from', () => {
    const found = { ...entry('1.0.0'), resolved: 'https://mirror.test/x.tgz' };
    expect(packagesMatch(lock, { packages: { 'node_modules/x': found } })).toBe(true);
  });

  test('they are not when one is missing or has another version', () => {
    expect(packagesMatch(lock, { packages: {} })).toBe(false);
    expect(packagesMatch(lock, { packages: { 'node_modules/x': entry('1.0.1') } })).toBe(false);
  });
});
