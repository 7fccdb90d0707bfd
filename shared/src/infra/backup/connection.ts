import { createConnection, type Connection } from 'mysql2';
import type { Connection as AsyncConnection } from 'mysql2/promise';

const CONNECT_MS = 10_000;

export interface BackupConnection {
  raw: Connection;
  query<T>(sql: string, values?: unknown[]): Promise<T>;
  end(): Promise<void>;
}

/** A connection that gives every value as MySQL prints it: nothing becomes a binary float or a date of ours. */
export async function connectForBackup(databaseUrl: string): Promise<BackupConnection> {
  const url = new URL(databaseUrl);
  const raw = createConnection({
    host: url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: CONNECT_MS,
  });
  const async: AsyncConnection = raw.promise();
  await async.connect();
  await async.query("SET time_zone = '+00:00'");
  return {
    raw,
    query: async <T>(sql: string, values: unknown[] = []) => (await async.query(sql, values))[0] as T,
    end: () => async.end(),
  };
}

/** Tables of the database, by name. */
export async function tablesOf(connection: BackupConnection): Promise<string[]> {
  const rows = await connection.query<{ name: string }[]>(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  return rows.map(({ name }) => name);
}
