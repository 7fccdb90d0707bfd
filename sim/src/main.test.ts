import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runSimulator, UsageError } from './main.js';
import { waitUntil } from './testing/wait-until.js';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'sim-main-'));
let child: ChildProcess | undefined;

afterEach(() => {
  if (child?.exitCode === null) child.kill('SIGKILL');
});

describe('the program', () => {
  it('prints one JSON line when ready and ends cleanly on SIGTERM, saving its state', async () => {
    const accounts = join(directory, 'accounts.json');
    const state = join(directory, 'state.json');
    writeFileSync(
      accounts,
      JSON.stringify([{ apiKey: 'key', apiSecret: 'secret', balances: { USDT: '10' } }]),
    );
    child = spawn(process.execPath, [
      PROGRAM,
      '--accounts',
      accounts,
      '--state',
      state,
      '--port',
      '0',
      '--speed',
      '5',
    ]);
    let output = '';
    child.stdout?.on('data', (data: Buffer) => (output += data.toString('utf8')));
    const line = await waitUntil('the ready line', () => output.includes('\n') && output, 20_000);
    const ready = JSON.parse(line) as { port: number; rest: string; control: string };
    expect(ready).toMatchObject({
      ready: true,
      accounts: [{ venue: 'binance', apiKey: 'key', apiSecret: 'secret' }],
    });
    const status = await fetch(`${ready.control}/status`, { signal: AbortSignal.timeout(5000) });
    expect(((await status.json()) as { symbols: unknown[] }).symbols).toMatchObject([{ symbol: 'BTCUSDT' }]);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(readFileSync(state, 'utf8'))).toMatchObject({
      accounts: [{ balances: { USDT: { free: '10.00000000' } } }],
    });
    rmSync(directory, { recursive: true });
  }, 30_000);

  it.each([
    [['--wat'], /--wat/],
    [['--speed', 'fast'], /--speed needs a number/],
    [['--fill', 'never'], /--fill must be one of touch, queue, through/],
    [['--clock', 'sun'], /--clock must be one of wall, virtual/],
    [['--market', 'BTCUSDT'], /--market: market "BTCUSDT"/],
    [['--venue', 'a b'], /--venue "a b" must be NAME/],
    [['--accounts', '/nonexistent.json'], /--accounts \/nonexistent.json/],
  ])('refuses %j', async (args, message) => {
    await expect(runSimulator(args)).rejects.toThrow(UsageError);
    await expect(runSimulator(args)).rejects.toThrow(message);
  });

  it('refuses a file that is no recording, naming it', async () => {
    await expect(runSimulator(['--replay', PROGRAM])).rejects.toThrow(/replay .*main\.js, line 1/);
  });
});
