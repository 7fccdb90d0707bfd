import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitUntil } from './harness/wait.js';

const BIN = fileURLToPath(new URL('../cli/bin/gridfleet.js', import.meta.url));
const CONFIG = {
  kind: 'range-grid',
  symbol: 'SOL/USDT',
  params: { lower: '140', upper: '170', levels: 16, quantity: { mode: 'base', value: '1' } },
  market: { tickSize: '0.01', stepSize: '0.01', minQuantity: '0.01', minNotional: '0' },
  fees: { maker: '0.001', taker: '0.001', currency: 'quote' },
  balance: { quote: '100000', base: '0' },
};
const BARS = 20_000;

let folder: string;
let args: string[];

/** A price that swings around 155, each swing a little longer than the last. */
function candles(): string {
  const price = (i: number): number => Math.round(15_500 + 1_200 * Math.sin(i ** 1.1 / 400)) / 100;
  const rows = Array.from({ length: BARS }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)];
    return `${i * 60_000},${open},${Math.max(open, close)},${Math.min(open, close)},${close}`;
  });
  return ['open_time_ms,open,high,low,close', ...rows].join('\n');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridfleet-sweep-'));
  const config = join(folder, 'config.json');
  const file = join(folder, 'candles.csv');
  writeFileSync(config, JSON.stringify(CONFIG));
  writeFileSync(file, candles());
  args = [BIN, 'sweep', '--config', config, '--candles', file];
});

afterAll(() => rmSync(folder, { recursive: true }));

it('a sweep prints the same bytes on one thread and on two', () => {
  const [one, two] = ['1', '2'].map((threads) => {
    const csv = join(folder, `${threads}.csv`);
    const grid = ['--grid', 'levels=5:60:3,upper=160:180:5', '--json', '--csv', csv];
    const { stdout, stderr, status } = spawnSync(process.execPath, [...args, ...grid, '--threads', threads]);
    expect([status, stderr.toString()]).toEqual([0, '']);
    return { json: stdout.toString(), csv: readFileSync(csv, 'utf8') };
  });
  expect((JSON.parse(one?.json ?? '') as { runs: number }).runs).toBe(95);
  expect(two).toEqual(one);
});

it('a sweep ends at once when it is interrupted', async () => {
  // Node says so when it has started a thread.
  const child = spawn(
    process.execPath,
    [...args, '--grid', 'levels=2:900:1,upper=160:180:1', '--threads', '2'],
    {
      env: { ...process.env, NODE_DEBUG: 'worker' },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let heard = '';
  child.stderr.on('data', (text) => (heard += String(text)));
  try {
    await waitUntil(() => heard.includes('created Worker'), {
      timeoutMs: 30_000,
      what: 'the threads to start',
    });
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    await waitUntil(() => child.signalCode !== null, { timeoutMs: 2_000, what: 'the sweep to end' });
    expect(child.signalCode).toBe('SIGINT');
  } finally {
    child.kill('SIGKILL');
  }
});
