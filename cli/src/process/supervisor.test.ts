import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StartFailed, type ProcessSpec } from './managed-process.js';
import { ProcessRecords } from './process-records.js';
import { findReadyLine } from './ready-line.js';
import { Supervisor } from './supervisor.js';
import { waitUntil } from './wait-until.js';

let dir: string;
let said: string[];
let records: ProcessRecords;
let supervisor: Supervisor;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'supervisor-'));
  said = [];
  records = new ProcessRecords(join(dir, 'run'));
  const stopOrder = [['front'], ['back']];
  supervisor = new Supervisor({ records, stopOrder, say: (sentence) => said.push(sentence) });
});

afterEach(async () => {
  supervisor.killAll();
  await supervisor.stopAll();
  rmSync(dir, { recursive: true, force: true });
});

/** Says ready, stays, and notes its end in a common file. */
const POLITE = `
  process.on('SIGTERM', () => { require('fs').appendFileSync(process.argv[1], process.argv[2] + ' '); process.exit(0); });
  setInterval(() => {}, 1000);
  console.log('{"ready":true}');`;

function program(name: string, script: string, graceMs = 5_000): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', script, join(dir, 'ends'), name],
    logFile: join(dir, `${name}.log`),
    isReady: (log) => findReadyLine(log) !== undefined,
    readyTimeoutMs: 10_000,
    graceMs,
  };
}

const pidOf = (name: string): number | undefined =>
  records.running().find((one) => one.name === name)?.identity.pid;

describe('the supervisor', () => {
  test('stops programs gracefully and in order', async () => {
    writeFileSync(join(dir, 'ends'), '');
    await supervisor.start(program('back', POLITE));
    await supervisor.start(program('front', POLITE));
    await supervisor.stopAll();
    expect(readFileSync(join(dir, 'ends'), 'utf8')).toBe('front back ');
    expect(records.running()).toEqual([]);
  });

  test('starts a program again that was killed, and says where its log is', async () => {
    await supervisor.start(program('back', POLITE));
    const first = pidOf('back');
    process.kill(first ?? 0, 'SIGKILL');
    await waitUntil(() => said.includes('back is running again.'), {
      timeoutMs: 10_000,
      what: 'the restart',
    });
    expect(pidOf('back')).not.toBe(first);
    expect(said[0]).toBe(`back ended unexpectedly (SIGKILL); its log is ${join(dir, 'back.log')}`);
  });

  test('kills a program that ignores the request to stop, and says so', async () => {
    await supervisor.start(
      program('back', `process.on('SIGTERM', () => {}); ${POLITE.split('\n').slice(2).join('\n')}`, 200),
    );
    await supervisor.stopAll();
    expect(said).toEqual([expect.stringContaining('back did not stop within 0.2 s and was killed')]);
    expect(records.running()).toEqual([]);
  });

  test('asks a program that must not be stopped while starting only once it is ready', async () => {
    const slow = `
      process.on('SIGTERM', () => { console.log(ready ? 'stopped when ready' : 'stopped too early'); process.exit(0); });
      let ready = false;
      setInterval(() => {}, 1000);
      setTimeout(() => { ready = true; console.log('{"ready":true}'); }, 300);`;
    const starting = supervisor.start({ ...program('back', slow), stopsOnlyWhenReady: true });
    await waitUntil(() => pidOf('back') !== undefined, { timeoutMs: 5_000, what: 'the process' });
    await Promise.all([supervisor.stopAll(), expect(starting).rejects.toThrow(/abort/)]);
    expect(readFileSync(join(dir, 'back.log'), 'utf8')).toMatch(/stopped when ready/);
  });

  test('reports a program that ends before it is ready with the end of its log', async () => {
    appendFileSync(join(dir, 'back.log'), 'of an earlier run\n');
    const start = supervisor.start(program('back', `console.error('no such table'); process.exit(3)`));
    await expect(start).rejects.toThrow(StartFailed);
    await expect(start).rejects.toThrow(/exit code 3.*\n.*no such table/);
    await expect(start).rejects.not.toThrow(/earlier run/);
  });

  test('reports a program that does not exist', async () => {
    const spec = { ...program('back', ''), command: join(dir, 'nothing-here') };
    await expect(supervisor.start(spec)).rejects.toThrow(/ENOENT/);
  });

  test('starts nothing more once it is stopping', async () => {
    await supervisor.stopAll();
    await expect(supervisor.start(program('back', POLITE))).rejects.toThrow(/abort/);
    expect(records.running()).toEqual([]);
  });

  test('leaves a record from which a later start finds what a crash left running', async () => {
    await supervisor.start(program('back', POLITE));
    const later = new ProcessRecords(join(dir, 'run'));
    expect(later.running().map(({ name }) => name)).toEqual(['back']);
  });
});
