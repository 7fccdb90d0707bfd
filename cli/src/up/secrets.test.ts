import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../user-error.js';
import { loadSecrets } from './secrets.js';

let dir: string;
let home: { secrets: string; mariadb: string };

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secrets-'));
  home = { secrets: join(dir, 'secrets.json'), mariadb: join(dir, 'mariadb') };
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the secrets of an installation', () => {
  test('are generated once, all different, and stay the same', () => {
    const first = loadSecrets(home);
    expect(loadSecrets(home)).toEqual(first);
    expect(first.encryptionKey).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
  });

  test('can be read by their owner only', () => {
    loadSecrets(home);
    expect(statSync(home.secrets).mode & 0o777).toBe(0o600);
  });

  test('are not generated anew beside data that needs the lost ones', () => {
    mkdirSync(join(home.mariadb, 'data'), { recursive: true });
    expect(() => loadSecrets(home)).toThrow(UserError);
  });

  test.each(['{"redisPassword":"a"}', '{', '"text"'])('a damaged file (%s) stops the start', (text) => {
    writeFileSync(home.secrets, text);
    expect(() => loadSecrets(home)).toThrow(UserError);
  });
});
