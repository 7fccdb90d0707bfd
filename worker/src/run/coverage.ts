import { dec, decStr, roundTo, type DecimalString, type LevelView } from '@gridfleet/shared/domain';

/** Reasons for which a cell is not due to have an order: it waits for the price, or for something before it. */
const NOT_DUE: ReadonlySet<string> = new Set([
  'VIRTUAL',
  'EMPTY',
  'NOT_DUE',
  'WOULD_CROSS',
  'MAX_POSITIONS',
  'SLOT_REMOVED',
  'INITIAL_PURCHASE',
  'STOPPED',
  'EXITING',
  'NO_QUOTE',
]);
const PLACES = 6;

/** Counts how much of the time cells that were due had their right order at the exchange. */
export class Coverage {
  #at: number | null = null;
  #due = 0;
  #covered = 0;
  /** Cell-milliseconds. */
  #dueMs = 0;
  #coveredMs = 0;

  /** What is so from `clock` (monotonic ms) on, until the next word. */
  observe(levels: readonly LevelView[], clock: number): void {
    this.#count(clock);
    this.#at = clock;
    const due = levels.filter(({ state, reason }) => state !== 'waiting' || !NOT_DUE.has(reason?.code ?? ''));
    this.#due = due.length;
    this.#covered = due.filter(({ state }) => state === 'resting').length;
  }

  /** Nothing is due from `clock` on: the strategy is stopping, or being edited. */
  pause(clock: number): void {
    this.#count(clock);
    this.#at = null;
  }

  /** Nothing has changed until `clock`. */
  pass(clock: number): void {
    this.#count(clock);
    if (this.#at !== null) this.#at = clock;
  }

  #count(clock: number): void {
    if (this.#at === null) return;
    const ms = clock - this.#at;
    this.#dueMs += ms * this.#due;
    this.#coveredMs += ms * this.#covered;
  }

  /** Cells that are due now, and how many of them have their order. */
  get now(): { due: number; resting: number } {
    return this.#at === null ? { due: 0, resting: 0 } : { due: this.#due, resting: this.#covered };
  }

  /** Null while nothing has been due. */
  get share(): DecimalString | null {
    if (this.#dueMs <= 0) return null;
    return decStr(roundTo(dec(this.#coveredMs.toFixed(3)).div(this.#dueMs.toFixed(3)), PLACES));
  }
}
