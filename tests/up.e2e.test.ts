import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProcessRecords } from '../cli/src/process/process-records.js';
import { stopProcess } from '../cli/src/process/stop-process.js';
import { freePort } from '../cli/src/services/free-port.js';
import { waitUntil } from './harness/wait.js';

const BIN = fileURLToPath(new URL('../cli/bin/gridfleet.js', import.meta.url));
/** Everything `up` starts. */
const PROGRAMS = ['api', 'mariadb', 'redis', 'sim', 'worker'];

/** It takes 4 s on an idle machine; tests may run on a busy one. */
const NEXT_START_MS = 20_000;

let home: string;
let port: number;
const started: Up[] = [];
/** The one that serves from one test to the next. */
let serving: Up;

/** One `gridfleet up` in the common folder. */
class Up {
  private readonly child: ChildProcess;
  output = '';

  constructor(...flags: string[]) {
    // The test run's own servers must not be used: `up` brings its own.
    const env = { ...process.env, GRIDFLEET_HOME: home, REDIS_URL: '', DATABASE_URL: '' };
    const args = [BIN, 'up', '--port', String(port), ...flags];
    this.child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    started.push(this);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ready(): Promise<void> {
    const look = (): boolean => {
      if (this.hasEnded) throw new Error('it ended');
      return this.output.includes('Gridfleet is ready');
    };
    try {
      await waitUntil(look, { timeoutMs: 60_000, what: 'gridfleet up' });
    } catch (error) {
      throw new Error(`gridfleet up is not ready:\n${this.output}`, { cause: error });
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<number | null> {
    await waitUntil(() => this.hasEnded, {
      timeoutMs: 60_000,
      what: `the end of gridfleet up:\n${this.output}`,
    });
    return this.child.exitCode;
  }
}

const running = (): string[] =>
  new ProcessRecords(join(home, 'run'))
    .running()
    .map(({ name }) => name)
    .sort();

const saved = (file: string): unknown => JSON.parse(readFileSync(join(home, file), 'utf8'));

async function strategies(): Promise<{ name: string; desiredState: string }[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/strategies`, {
    signal: AbortSignal.timeout(10_000),
  });
  const { items } = (await response.json()) as { items: { name: string; desiredState: string }[] };
  return items;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gridfleet-up-'));
  port = await freePort();
});

afterAll(async () => {
  for (const up of started) if (!up.hasEnded) await up.end('SIGTERM');
  for (const { identity } of new ProcessRecords(join(home, 'run')).running()) {
    await stopProcess(identity, { graceMs: 10_000 });
  }
  rmSync(home, { recursive: true, force: true });
});

describe('gridfleet up', () => {
  test('starts everything with a running demo, and a signal stops all of it', async () => {
    const up = new Up();
    await up.ready();
    expect(up.output).toContain(`http://127.0.0.1:${port}/docs`);
    expect(running()).toEqual(PROGRAMS);
    expect(await strategies()).toMatchObject([{ name: 'Demo grid BTC/USDT', desiredState: 'running' }]);
    expect(await up.end('SIGINT')).toBe(0);
    expect(running()).toEqual([]);
  });

  test('goes on at the next start, quickly, on the same ports and with one demo', async () => {
    const before = saved('state.json');
    const startedAt = performance.now();
    serving = new Up();
    await serving.ready();
    expect(performance.now() - startedAt).toBeLessThan(NEXT_START_MS);
    expect(saved('state.json')).toEqual(before);
    expect(await strategies()).toHaveLength(1);
  });

  test('a second start says where the first one serves, and touches nothing', async () => {
    const second = new Up();
    expect(await second.ended()).toBe(0);
    expect(second.output).toContain(`running already: http://127.0.0.1:${port}`);
    const fresh = new Up('--fresh');
    expect(await fresh.ended()).toBe(1);
    expect(fresh.output).toContain('stop it with Ctrl-C');
    expect(running()).toEqual(PROGRAMS);
  });

  test('recovers from having been killed, with what it had started still running', async () => {
    await serving.end('SIGKILL');
    expect(running()).toEqual(PROGRAMS);
    serving = new Up();
    await serving.ready();
    expect(serving.output).toContain('Stopping what an earlier start left running');
    expect(await strategies()).toHaveLength(1);
    expect(await serving.end('SIGTERM')).toBe(0);
    expect(running()).toEqual([]);
  });

  test('--fresh begins from nothing, with new secrets', async () => {
    const before = saved('secrets.json');
    const up = new Up('--fresh');
    await up.ready();
    expect(saved('secrets.json')).not.toEqual(before);
    expect(await strategies()).toHaveLength(1);
    expect(readdirSync(home)).toContain('logs');
  });
});
