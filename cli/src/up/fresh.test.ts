import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeDemoData } from './fresh.js';
import { createHome, homeOf, type Home } from './home.js';

let home: Home;

beforeEach(() => {
  home = homeOf({ GRIDFLEET_HOME: mkdtempSync(join(tmpdir(), 'fresh-')) });
  createHome(home);
});

afterEach(() => rmSync(home.dir, { recursive: true, force: true }));

describe('a fresh start', () => {
  test('removes databases, simulator, ports and secrets', () => {
    for (const folder of [home.redis, home.mariadb]) mkdirSync(join(folder, 'data'), { recursive: true });
    const files = [home.simState, `${home.simState}.journal`, home.simAccounts, home.state, home.secrets];
    for (const file of files) writeFileSync(file, 'x');
    removeDemoData(home);
    expect(readdirSync(home.dir)).toEqual(['logs']);
  });

  test('keeps logs, the build stamp, and whatever is not of the demo', () => {
    const kept = [join(home.logs, 'api.log'), join(home.dir, 'build-stamp'), join(home.dir, 'letter.txt')];
    for (const file of kept) writeFileSync(file, 'x');
    removeDemoData(home);
    expect(kept.filter((file) => !existsSync(file))).toEqual([]);
  });

  test('of nothing is nothing', () => {
    removeDemoData(home);
    expect(readdirSync(home.dir)).toEqual(['logs']);
  });
});
