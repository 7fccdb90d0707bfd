import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';

/** Collects what is over and never changes again, and appends it to a file of JSON lines. */
export class Journal<Entry> {
  #lines: string[] = [];

  constructor(private readonly path: string) {}

  add(entry: Entry): void {
    this.#lines.push(`${JSON.stringify(entry)}\n`);
  }

  /** Appends what was collected. @returns the length of the file, bytes. */
  flush(): number {
    if (this.#lines.length > 0) {
      appendFileSync(this.path, this.#lines.join(''), { mode: 0o600 });
      this.#lines = [];
    }
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /**
   * Reads the first `bytes` bytes and cuts the rest off: lines that no saved state knows did not happen.
   * @throws Error when the file is shorter than that.
   */
  read(bytes: number): Entry[] {
    const size = existsSync(this.path) ? statSync(this.path).size : 0;
    if (size < bytes)
      throw new Error(`${this.path} has ${size} bytes, ${bytes} are expected; it was cut or replaced`);
    if (size > bytes) truncateSync(this.path, bytes);
    if (bytes === 0) return [];
    const text = readFileSync(this.path, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry);
  }
}
