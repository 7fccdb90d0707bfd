import type { DataSource, QueryRunner } from 'typeorm';

/**
 * Who matches a paper account's resting orders, fleet-wide: a named lock of the database server, which is free again
 * the moment the connection of its holder is gone. One connection holds all locks of this process.
 */
export class PaperLocks {
  readonly #source: DataSource;
  #runner: QueryRunner | null = null;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Whether this process holds the account now, taking it when it is free. @throws when the database cannot be asked */
  async hold(accountId: number): Promise<boolean> {
    this.#runner ??= this.#source.createQueryRunner();
    try {
      const rows = (await this.#runner.query(
        'SELECT (COALESCE(IS_USED_LOCK(name) = CONNECTION_ID(), 0) OR COALESCE(GET_LOCK(name, 0), 0)) AS held FROM (SELECT ? AS name) AS wanted',
        [lockName(this.#source, accountId)],
      )) as { held: unknown }[];
      return Number(rows[0]?.held) === 1;
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async release(accountId: number): Promise<void> {
    await this.#runner?.query('DO RELEASE_LOCK(?)', [lockName(this.#source, accountId)]);
  }

  async close(): Promise<void> {
    await this.#runner?.query('DO RELEASE_ALL_LOCKS()');
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const runner = this.#runner;
    this.#runner = null;
    await runner?.release();
  }
}

/** Lock names are the server's, so the database is part of them. */
function lockName({ options }: DataSource, accountId: number): string {
  return `${String(options.database).slice(0, 40)}:paper:${accountId}`;
}
