import { createDataSource, migrate } from '../database/data-source.js';
import { BackupError, checkBackup, readBackup, type BackupHead, type Cell } from './backup-file.js';
import { connectForBackup, tablesOf, type BackupConnection } from './connection.js';
import { beginEpoch } from './epoch.js';

/** Rows of one statement. */
const BATCH = 500;
/** Bytes of one statement, well below the servers' default limit of a packet. */
const BATCH_BYTES = 4_000_000;

export interface RestoreOptions {
  /** Throw away what is in the database now. */
  replace: boolean;
}

export interface RestoreSummary {
  head: BackupHead;
  rows: number;
  /** Migrations that ran because the backup is of an older version. */
  migrated: string[];
  /** Salt of the new client order ids. */
  salt: string;
}

/**
 * Makes the database what it was when the backup was written, then begins a new epoch: no client order id of the lost
 * time can come back, and the platform is HALTED until somebody says that nothing else trades these keys.
 * @throws BackupError, before anything is changed, for a file that is not whole, is of a newer version, or a database
 * that is not empty
 */
export async function restore(
  databaseUrl: string,
  path: string,
  { replace }: RestoreOptions,
): Promise<RestoreSummary> {
  const head = await checkBackup(path);
  refuseNewer(databaseUrl, head);
  const connection = await connectForBackup(databaseUrl);
  let rows = 0;
  try {
    const present = await tablesOf(connection);
    if (present.length > 0 && !replace) {
      throw new BackupError(
        `the database has ${present.length} tables: restore into an empty one, or say --replace to lose what it has`,
      );
    }
    await connection.query('SET SESSION foreign_key_checks = 0');
    await connection.query("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES'");
    for (const table of present) await connection.query(`DROP TABLE \`${table}\``);
    rows = await load(connection, path);
  } finally {
    await connection.end();
  }
  const migrated = await migrate(databaseUrl);
  return { head, rows, migrated, salt: await beginEpoch(databaseUrl) };
}

function refuseNewer(databaseUrl: string, { migrations, version }: BackupHead): void {
  const made = createDataSource(databaseUrl).options.migrations as (new () => { name: string })[];
  const known = new Set(made.map((Migration) => new Migration().name));
  const unknown = migrations.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BackupError(
    `the backup is of a newer version (${version}, with ${unknown.join(', ')}): restore it with that version`,
  );
}

async function load(connection: BackupConnection, path: string): Promise<number> {
  let into = '';
  let batch: unknown[][] = [];
  let bytes = 0;
  let rows = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await connection.query(into, [batch]);
    rows += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const line of readBackup(path)) {
    if ('table' in line) {
      await flush();
      await connection.query(line.create);
      into = `INSERT INTO \`${line.table}\` (${line.columns.map((name) => `\`${name}\``).join(', ')}) VALUES ?`;
      continue;
    }
    batch.push(line.row.map(valueOf));
    bytes += line.row.reduce((sum, cell) => sum + sizeOf(cell), 0);
    if (batch.length >= BATCH || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  return rows;
}

function valueOf(cell: Cell): string | Buffer | null {
  return typeof cell === 'object' && cell !== null ? Buffer.from(cell.bytes, 'base64') : cell;
}

function sizeOf(cell: Cell): number {
  if (cell === null) return 4;
  return typeof cell === 'string' ? cell.length : cell.bytes.length;
}
