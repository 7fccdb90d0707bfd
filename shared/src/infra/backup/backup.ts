import { rmSync } from 'node:fs';
import { BACKUP_FORMAT, BackupWriter, type Cell } from './backup-file.js';
import { connectForBackup, tablesOf, type BackupConnection } from './connection.js';

const MIGRATIONS = 'schema_migration';

export interface BackupSummary {
  tables: number;
  rows: number;
}

/**
 * Writes the whole database to a file, as of one moment, while everything goes on. Exchange keys are in it sealed:
 * without the ENCRYPTION_KEY, which is not in it, they stay so.
 * @param path must not exist yet; readable by its owner only
 */
export async function backup(databaseUrl: string, path: string, version: string): Promise<BackupSummary> {
  const connection = await connectForBackup(databaseUrl);
  const writer = new BackupWriter(path);
  try {
    await connection.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const migrations = await connection.query<{ name: string }[]>(
      'SELECT name FROM schema_migration ORDER BY id',
    );
    await writer.write({
      format: BACKUP_FORMAT,
      version,
      createdAt: new Date().toISOString(),
      migrations: migrations.map(({ name }) => name),
    });
    // What says that the schema is whole comes last: a restore that was cut off is no database a node would start on.
    const all = await tablesOf(connection);
    const tables = [...all.filter((name) => name !== MIGRATIONS), MIGRATIONS];
    let rows = 0;
    for (const table of tables) rows += await writeTable(connection, writer, table);
    await writer.end();
    return { tables: tables.length, rows };
  } catch (error) {
    writer.abort();
    // A file that was there before is not ours to remove.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    throw error;
  } finally {
    await connection.end();
  }
}

async function writeTable(
  connection: BackupConnection,
  writer: BackupWriter,
  table: string,
): Promise<number> {
  const [made] = await connection.query<Record<string, string>[]>(`SHOW CREATE TABLE \`${table}\``);
  const columns = await connection.query<{ Field: string }[]>(`SHOW COLUMNS FROM \`${table}\``);
  await writer.write({
    table,
    columns: columns.map(({ Field }) => Field),
    create: made?.['Create Table'] ?? '',
  });
  let rows = 0;
  const stream = connection.raw.query({ sql: `SELECT * FROM \`${table}\``, rowsAsArray: true }).stream();
  for await (const row of stream as AsyncIterable<Value[]>) {
    await writer.write({ row: row.map(cellOf) });
    rows += 1;
  }
  return rows;
}

/** What the connection gives: no dates, no objects. */
type Value = string | number | Buffer | null;

function cellOf(value: Value): Cell {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return { bytes: value.toString('base64') };
  return String(value);
}
