import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSpec } from '../process/managed-process.js';
import { redisAnswers } from './tcp-probe.js';

/** A private Redis server on loopback. */
export interface RedisOptions {
  /** Full path of redis-server. */
  program: string;
  /** Holds the configuration and the data; created when missing. */
  dir: string;
  port: number;
  /** Letters and digits only. */
  password: string;
  logFile: string;
  /** Keep an append-only file (default true); tests leave it off. */
  durable?: boolean;
}

/** The address clients use. */
export function redisUrl({ port, password }: Pick<RedisOptions, 'port' | 'password'>): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}

/**
 * The password is in a file and not on the command line, where everybody on the machine could read it. Nothing may be
 * evicted: keys are leases and queue entries and not a cache.
 */
function configuration({ dir, port, password, durable = true }: RedisOptions): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${dir}"`,
    'daemonize no',
    'save ""',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** How to start it. SIGTERM makes Redis write and sync its append-only file before it ends. */
export function redisProcess(options: RedisOptions): ProcessSpec {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const config = join(options.dir, 'redis.conf');
  writeFileSync(config, configuration(options), { mode: 0o600 });
  return {
    name: 'redis',
    command: options.program,
    args: [config],
    cwd: options.dir,
    logFile: options.logFile,
    isReady: () => redisAnswers(options.port, options.password),
    readyTimeoutMs: 30_000,
    graceMs: 15_000,
  };
}
