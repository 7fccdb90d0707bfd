import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findReadyLine, parseReadyLine } from './ready-line.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ready-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the ready line', () => {
  test('is found among other output, with its fields', () => {
    const file = join(dir, 'log');
    writeFileSync(file, 'starting\n{"level":30}\n{"ready":true,"port":1}\nmore\n');
    expect(findReadyLine({ file, from: 0 })).toEqual({ ready: true, port: 1 });
  });

  test('of an earlier run is not taken for this one', () => {
    const file = join(dir, 'log');
    const earlier = '{"ready":true,"port":1}\n';
    writeFileSync(file, `${earlier}starting\n`);
    expect(findReadyLine({ file, from: earlier.length })).toBeUndefined();
  });

  test.each(['{"ready":true', '{"ready":false}', 'ready', '{"msg":"\\"ready\\":true"}'])(
    'is not %s',
    (line) => {
      expect(parseReadyLine(line)).toBeUndefined();
    },
  );
});
