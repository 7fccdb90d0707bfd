import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import type { DepositEvent, OrderEvent, VenueListener } from '../venue/events.js';
import { depositRecord, fillRecord, orderRecord } from '../ledger/records.js';
import type { DepositRecord, FillRecord, OrderRecord } from '../ledger/records.js';
import { isOpen } from '../venue/order.js';

/** One line of the journal: what is over and never changes again. */
export type JournalEntry =
  | { kind: 'deposit'; record: DepositRecord }
  | { kind: 'order'; record: OrderRecord }
  | { kind: 'fill'; record: FillRecord };

/** Collects closed orders, fills and deposits and appends them to a file of JSON lines. */
export class Journal implements VenueListener {
  #lines: string[] = [];

  constructor(private readonly path: string) {}

  deposit(event: DepositEvent): void {
    this.#add({ kind: 'deposit', record: depositRecord(event) });
  }

  order({ order, fill }: OrderEvent): void {
    if (fill) this.#add({ kind: 'fill', record: fillRecord(fill) });
    if (!isOpen(order)) this.#add({ kind: 'order', record: orderRecord(order) });
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
  read(bytes: number): JournalEntry[] {
    const size = existsSync(this.path) ? statSync(this.path).size : 0;
    if (size < bytes)
      throw new Error(`${this.path} has ${size} bytes, ${bytes} are expected; it was cut or replaced`);
    if (size > bytes) truncateSync(this.path, bytes);
    if (bytes === 0) return [];
    const text = readFileSync(this.path, 'utf8');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalEntry);
  }

  #add(entry: JournalEntry): void {
    this.#lines.push(`${JSON.stringify(entry)}\n`);
  }
}
