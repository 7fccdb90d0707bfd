import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { identify } from '../process/process-identity.js';
import { lockHolder, takeLock } from './lock.js';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(dir, 'up.lock');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the lock of a folder', () => {
  test('the first takes it, the second learns who holds it and where it serves', () => {
    const first = takeLock(path);
    if (!('lock' in first)) throw new Error('the lock of an empty folder was not given');
    first.lock.publish('http://127.0.0.1:8420');
    expect(takeLock(path)).toMatchObject({ holder: { pid: process.pid, url: 'http://127.0.0.1:8420' } });
  });

  test('it can be taken again once released', () => {
    const first = takeLock(path);
    if ('lock' in first) first.lock.release();
    expect(existsSync(path)).toBe(false);
    expect(takeLock(path)).toHaveProperty('lock');
  });

  test('a holder that has died holds nothing', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    writeFileSync(path, JSON.stringify(identity));
    expect(lockHolder(path)).toEqual(identity);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(lockHolder(path)).toBeUndefined();
    expect(takeLock(path)).toHaveProperty('lock');
  });

  test('a process that got the number of a dead holder holds nothing', () => {
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: '1' }));
    expect(takeLock(path)).toHaveProperty('lock');
  });

  test.each(['', '{"pid":', '[]', '{"pid":"1"}'])('a damaged lock file (%j) does not block', (text) => {
    writeFileSync(path, text);
    expect(takeLock(path)).toHaveProperty('lock');
  });
});
