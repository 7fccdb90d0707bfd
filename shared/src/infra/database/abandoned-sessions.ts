import type { DataSource } from 'typeorm';

/**
 * The server ends a session that has said nothing for so long, s, and gives its locks back: a process that is frozen in
 * the middle of a transaction must not keep others from its rows. Longer than any transaction of ours may take.
 */
const SILENCE_S = 12;
/** An idle connection is closed by us before the server does it, ms. */
export const IDLE_CLOSE_MS = 6_000;

/** The part of mysql2's pool that tells of new connections. */
interface Pool {
  on(event: 'connection', told: (connection: Connection) => void): void;
}
interface Connection {
  query(sql: string, done: (error: Error | null) => void): void;
  destroy(): void;
}

function poolOf(source: DataSource): Pool {
  const { pool } = source.driver as unknown as { pool?: unknown };
  if (typeof pool !== 'object' || pool === null || !('on' in pool))
    throw new Error('the database driver has no pool of connections');
  return pool as Pool;
}

/** Has the server end this process's sessions once it has fallen silent. To be called right after connecting. */
export async function endWhenSilent(source: DataSource, silenceS = SILENCE_S): Promise<void> {
  const statement = `SET SESSION wait_timeout = ${silenceS}`;
  poolOf(source).on('connection', (connection) => {
    // Ahead of whatever the connection was opened for.
    connection.query(statement, (error) => {
      if (error !== null) connection.destroy();
    });
  });
  await source.query(statement);
}
