import type { DataSource } from 'typeorm';
import { setLogLevel, type Logger } from './logger.js';

const EVERY_MS = 2_000;

/** What an operator has set for all processes; null: each one's own LOG_LEVEL. */
export async function readLogLevel(database: Pick<DataSource, 'query'>): Promise<string | null> {
  const rows: { log_level: string | null }[] = await database.query(
    'SELECT log_level FROM installation WHERE id = 1',
  );
  return rows[0]?.log_level ?? null;
}

export async function writeLogLevel(
  database: Pick<DataSource, 'query'>,
  level: string | null,
): Promise<void> {
  await database.query('UPDATE installation SET log_level = ? WHERE id = 1', [level]);
}

/** Keeps a process's log level what MySQL says, or its own setting. */
export class LogLevelWatch {
  readonly #database: Pick<DataSource, 'query'>;
  readonly #log: Logger;
  readonly #own: string;
  #level: string;
  #looking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Pick<DataSource, 'query'>, log: Logger, own: string) {
    this.#database = database;
    this.#log = log;
    this.#own = own;
    this.#level = own;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), EVERY_MS).unref();
    void this.look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** When MySQL does not answer the last word stands; whoever needs MySQL more says so. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const wanted = (await readLogLevel(this.#database)) ?? this.#own;
      if (wanted === this.#level) return;
      this.#level = wanted;
      setLogLevel(this.#log, wanted);
      this.#log.info({ level: wanted }, 'the log level has changed');
    } catch (error) {
      this.#log.debug({ err: error }, 'the log level could not be looked up');
    } finally {
      this.#looking = false;
    }
  }
}
