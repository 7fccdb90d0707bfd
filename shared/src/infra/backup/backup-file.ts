import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** Layout of the file; another number is another layout. */
export const BACKUP_FORMAT = 1;

/** First line of a backup. */
export interface BackupHead {
  format: number;
  version: string;
  createdAt: string;
  /** Names of the migrations the schema has. */
  migrations: string[];
}

/** A value as it is in the file: text as MySQL prints it, bytes as base64, or nothing. */
export type Cell = string | null | { bytes: string };

/** The lines between the first and the last: a table, then its rows. */
export type BackupLine = { table: string; columns: string[]; create: string } | { row: Cell[] };

/** The file cannot be used; the message says why. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
  }
}

/** Writes a backup line by line: gzip over lines of JSON, closed by a line with their number and SHA-256. */
export class BackupWriter {
  readonly #gzip = createGzip();
  readonly #hash: Hash = createHash('sha256');
  readonly #done: Promise<void>;
  #lines = 0;

  /** @param path must not exist yet */
  constructor(path: string) {
    this.#done = pipeline(this.#gzip, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    // Whoever waits for the end hears of it; a failure before that must not end the process.
    this.#done.catch(() => undefined);
  }

  async write(line: BackupHead | BackupLine): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    this.#hash.update(text);
    this.#lines += 1;
    if (!this.#gzip.write(text)) await Promise.race([once(this.#gzip, 'drain'), this.#done]);
  }

  /** @throws when the file could not be written */
  async end(): Promise<void> {
    this.#gzip.end(`${JSON.stringify({ end: this.#lines, sha256: this.#hash.digest('hex') })}\n`);
    await this.#done;
  }

  /** Gives up. */
  abort(): void {
    this.#gzip.destroy(new Error('the backup was given up'));
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unzipped = file.pipe(createGunzip());
  file.on('error', (error) => unzipped.destroy(error));
  yield* createInterface({ input: unzipped, crlfDelay: Infinity });
}

/**
 * Reads a whole backup without using it.
 * @throws BackupError unless it is whole, unchanged and of this layout
 */
export async function checkBackup(path: string): Promise<BackupHead> {
  const hash = createHash('sha256');
  let head: BackupHead | null = null;
  let lines = 0;
  let end: { end: number; sha256: string } | null = null;
  try {
    for await (const line of linesOf(path)) {
      const parsed = JSON.parse(line) as object;
      if ('end' in parsed) {
        end = parsed as { end: number; sha256: string };
        break;
      }
      head ??= parsed as BackupHead;
      hash.update(`${line}\n`);
      lines += 1;
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new BackupError(`${path} is not a whole backup: ${cause}`, { cause: error });
  }
  if (head === null || end === null)
    throw new BackupError(`${path} is not a whole backup: its end is missing`);
  if (end.end !== lines || end.sha256 !== hash.digest('hex'))
    throw new BackupError(`${path} has been changed since it was written`);
  if (head.format !== BACKUP_FORMAT)
    throw new BackupError(`${path} has layout ${head.format}; this version reads ${BACKUP_FORMAT}`);
  return head;
}

/** The tables and rows of a backup that has been checked. */
export async function* readBackup(path: string): AsyncGenerator<BackupLine> {
  let isHead = true;
  for await (const line of linesOf(path)) {
    const parsed = JSON.parse(line) as BackupLine | { end: number };
    if ('end' in parsed) return;
    if (!isHead) yield parsed;
    isHead = false;
  }
}
