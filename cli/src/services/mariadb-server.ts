import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessSpec } from '../process/managed-process.js';
import { giveTo, mariadbUser } from './mariadb-user.js';
import { mysqlAnswers } from './tcp-probe.js';

/** A private MariaDB server on loopback with one user. */
export interface MariadbOptions {
  /** Full path of mariadbd. */
  program: string;
  /** Full path of mariadb-install-db. */
  installProgram: string;
  /** Holds configuration and data; created when missing. */
  dir: string;
  port: number;
  /** Letters and digits only. */
  password: string;
  logFile: string;
  /** Sync every commit to disk (default true); tests leave it off. */
  durable?: boolean;
  /** Let the user create and drop any database (tests); default: only its own. */
  allDatabases?: boolean;
}

const USER = 'gridfleet';
const DATABASE = 'gridfleet';

/** Longest socket path the kernel takes is 107 bytes; the rest is margin. */
const LONGEST_SOCKET_PATH = 100;

/** Creating the system tables takes 2 s on a usual disk. */
const INSTALL_TIMEOUT_MS = 120_000;

/** The address clients use, with the user's own database. */
export function mariadbUrl({ port, password }: Pick<MariadbOptions, 'port' | 'password'>): string {
  return `mysql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}

function socketPath(dir: string): string {
  const inside = join(dir, 'mariadb.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  return join(tmpdir(), `gridfleet-${name}.sock`);
}

/** Its own: a server that starts removes the temporary tables it finds, also those of a server that runs. */
function temporaryDir(dir: string): string {
  return join(dir, 'tmp');
}

function configuration({ dir, port, durable = true }: MariadbOptions): string {
  return [
    '[mariadbd]',
    `datadir=${join(dir, 'data')}`,
    `tmpdir=${temporaryDir(dir)}`,
    `socket=${socketPath(dir)}`,
    `pid-file=${join(dir, 'mariadb.pid')}`,
    `init-file=${join(dir, 'init.sql')}`,
    'bind-address=127.0.0.1',
    `port=${port}`,
    'skip-name-resolve',
    'character-set-server=utf8mb4',
    'collation-server=utf8mb4_unicode_ci',
    "default-time-zone='+00:00'",
    'innodb_log_file_size=32M',
    `innodb_flush_log_at_trx_commit=${durable ? 1 : 2}`,
    'max_connections=500',
    '',
  ].join('\n');
}

/** Runs at every start, before clients are served, so that user and password are always those of our secrets. */
function initSql({ password, allDatabases = false }: MariadbOptions): string {
  const account = `'${USER}'@'127.0.0.1'`;
  return [
    `CREATE DATABASE IF NOT EXISTS ${DATABASE};`,
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
    `ALTER USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON ${allDatabases ? '*' : DATABASE}.* TO ${account};`,
    '',
  ].join('\n');
}

/** Creates the system tables beside their place and moves them there: an interrupted creation leaves nothing half. */
async function createDataDir(options: MariadbOptions): Promise<void> {
  const data = join(options.dir, 'data');
  if (existsSync(data)) return;
  const unfinished = join(options.dir, 'data.new');
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const user = mariadbUser(options.dir);
  giveTo(user, unfinished);
  const args = ['--no-defaults', `--datadir=${unfinished}`, '--skip-test-db', '--innodb-log-file-size=32M'];
  if (user !== undefined) args.push(`--user=${user.name}`);
  await promisify(execFile)(options.installProgram, args, {
    env: { ...process.env, TMPDIR: temporaryDir(options.dir) },
    timeout: INSTALL_TIMEOUT_MS,
    maxBuffer: 16_000_000,
  });
  renameSync(unfinished, data);
}

/** Prepares the folder (the system tables once) and says how to start the server. SIGTERM stops it cleanly. */
export async function mariadbProcess(options: MariadbOptions): Promise<ProcessSpec> {
  const { dir } = options;
  mkdirSync(temporaryDir(dir), { recursive: true, mode: 0o700 });
  const user = mariadbUser(dir);
  giveTo(user, dir, temporaryDir(dir));
  await createDataDir(options);
  const config = join(dir, 'my.cnf');
  const init = join(dir, 'init.sql');
  writeFileSync(config, configuration(options), { mode: 0o600 });
  writeFileSync(init, initSql(options), { mode: 0o600 });
  giveTo(user, config, init);
  return {
    name: 'mariadb',
    command: options.program,
    args: [`--defaults-file=${config}`, ...(user === undefined ? [] : [`--user=${user.name}`])],
    cwd: dir,
    logFile: options.logFile,
    isReady: () => mysqlAnswers(options.port),
    readyTimeoutMs: 60_000,
    graceMs: 60_000,
    // A SIGTERM that comes before its main loop runs makes MariaDB 10.11 hang for good.
    stopsOnlyWhenReady: true,
  };
}
