import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram } from '../../cli/bin/programs.mjs';
import { startProcess, type RunningProcess } from '../../cli/src/process/managed-process.js';
import { stopProcess } from '../../cli/src/process/stop-process.js';
import { freePort } from '../../cli/src/services/free-port.js';
import { redisProcess, redisUrl } from '../../cli/src/services/redis-server.js';

const STOP_MS = 10_000;

/** A Redis server of a test's own, which it may stop, start again and empty. What it holds is gone when it stops. */
export class OwnRedis {
  #process: RunningProcess;

  private constructor(
    private readonly dir: string,
    private readonly spec: ReturnType<typeof redisProcess>,
    readonly url: string,
    process: RunningProcess,
  ) {
    this.#process = process;
  }

  static async start(): Promise<OwnRedis> {
    const program = findProgram('redis');
    if (program === undefined) throw new Error('Redis is not installed: run "npm test" once.');
    const dir = mkdtempSync(join(tmpdir(), 'gridfleet-redis-'));
    const options = { dir: join(dir, 'data'), port: await freePort(), password: 'test', durable: false };
    const spec = redisProcess({ ...options, program, logFile: join(dir, 'redis.log') });
    return new OwnRedis(dir, spec, `${redisUrl(options)}/0`, await startProcess(spec));
  }

  /** Empties it while it runs. */
  async flush(): Promise<void> {
    const client = new Redis(this.url);
    await client.flushall();
    client.disconnect();
  }

  async stop(): Promise<void> {
    await stopProcess(this.#process, { graceMs: STOP_MS });
  }

  /** Begins again, empty. */
  async restart(): Promise<void> {
    this.#process = await startProcess(this.spec);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
