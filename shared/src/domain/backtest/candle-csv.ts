import type { Candles } from './candles.js';

/** A file of candles that cannot be used; the message names row and field. Rows count from 1, the header being row 1. */
export class CandleFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CandleFileError';
  }
}

export interface CandleCsvOptions {
  /** Whether missing bars are accepted; default false. */
  allowGaps?: boolean;
}

const COLUMNS = ['open_time_ms', 'open', 'high', 'low', 'close'] as const;
const NEWLINE = 10;
const RETURN = 13;
const COMMA = 44;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const MAX_PLACES = 12;
const POWERS = Array.from({ length: MAX_PLACES + 1 }, (_, places) => 10 ** places);

function text(bytes: Uint8Array, from: number, to: number): string {
  let result = '';
  for (let i = from; i < to; i += 1) result += String.fromCharCode(bytes[i] ?? 0);
  return result.trim();
}

/** Place of each needed column in a row, in the order of `COLUMNS`. */
function readHeader(bytes: Uint8Array, end: number): { places: number[]; count: number } {
  const names = text(bytes, 0, end)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .toLowerCase()
    .split(',');
  const fields = names.map((name) => name.trim());
  const places = COLUMNS.map((column) => fields.indexOf(column));
  const missing = COLUMNS.filter((_, index) => places[index] === -1);
  if (missing.length > 0) {
    throw new CandleFileError(
      `row 1: the header must name ${COLUMNS.join(', ')} (volume is not needed); missing: ${missing.join(', ')}`,
    );
  }
  return { places, count: fields.length };
}

/** Reads the bytes of one file into columns. One pass, no strings except for errors. */
class CandleReader {
  readonly #bytes: Uint8Array;
  /** Place in a row to column: 0 time, 1 to 4 prices, -1 not needed. */
  readonly #roles: Int8Array;
  readonly #columns: Float64Array[];
  #places = 0;
  #rows = 0;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const lineEnd = bytes.indexOf(NEWLINE);
    const end = lineEnd === -1 ? bytes.length : lineEnd;
    if (text(bytes, 0, Math.min(end, 1000)) === '' && bytes.length === end)
      throw new CandleFileError('the file is empty');
    const { places, count } = readHeader(bytes, end);
    this.#roles = new Int8Array(count).fill(-1);
    places.forEach((place, role) => {
      this.#roles[place] = role;
    });
    this.#at = end + 1;
    const room = countLines(bytes, end);
    this.#columns = COLUMNS.map(() => new Float64Array(room));
  }

  read(): Candles {
    const { length } = this.#bytes;
    while (this.#at < length) {
      const first = this.#bytes[this.#at];
      // Blank lines, at the end above all, are no rows.
      if (first === NEWLINE || first === RETURN) {
        this.#at += 1;
        continue;
      }
      this.#readRow();
    }
    const [times, open, high, low, close] = this.#columns.map((column) => column.subarray(0, this.#rows));
    if (
      times === undefined ||
      open === undefined ||
      high === undefined ||
      low === undefined ||
      close === undefined
    )
      throw new CandleFileError('the file has no columns');
    if (this.#rows === 0) throw new CandleFileError('the file has a header but no rows');
    return { times, open, high, low, close, places: this.#places };
  }

  #fail(role: number, start: number, problem: string): never {
    let end = start;
    for (; end < this.#bytes.length; end += 1) {
      const byte = this.#bytes[end];
      if (byte === COMMA || byte === NEWLINE) break;
    }
    const field = COLUMNS[role] ?? 'field';
    throw new CandleFileError(
      `row ${this.#rows + 2}, ${field}: "${text(this.#bytes, start, end)}" ${problem}`,
    );
  }

  #readRow(): void {
    const bytes = this.#bytes;
    const roles = this.#roles;
    const fields = roles.length;
    const row = this.#rows;
    let at = this.#at;
    for (let field = 0; field < fields; field += 1) {
      const role = roles[field] ?? -1;
      const start = at;
      let byte = bytes[at] ?? NEWLINE;
      if (role === -1) {
        while (byte !== COMMA && byte !== NEWLINE) byte = bytes[++at] ?? NEWLINE;
      } else {
        let value = 0;
        for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? NEWLINE)
          value = value * 10 + (byte - ZERO);
        let digits = at - start;
        let places = 0;
        if (byte === DOT) {
          // Zeros at the end of a number carry no precision.
          let zeros = 0;
          byte = bytes[++at] ?? NEWLINE;
          for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? NEWLINE) {
            digits += 1;
            if (byte === ZERO) zeros += 1;
            else {
              value = value * (POWERS[zeros + 1] ?? NaN) + (byte - ZERO);
              places += zeros + 1;
              zeros = 0;
            }
          }
        }
        if (byte === RETURN) byte = bytes[++at] ?? NEWLINE;
        if (digits === 0 || (byte !== COMMA && byte !== NEWLINE))
          this.#fail(role, start, 'is not a plain decimal number');
        if (role > 0 && (places !== this.#places || value === 0))
          value = this.#toUnits(role, value, places, start);
        else if (role === 0 && places > 0) this.#fail(role, start, 'is not a whole number of milliseconds');
        if (value > Number.MAX_SAFE_INTEGER) this.#fail(role, start, 'has too many digits');
        const column = this.#columns[role];
        if (column !== undefined) column[row] = value;
      }
      if ((byte === NEWLINE) !== (field === fields - 1)) {
        throw new CandleFileError(
          `row ${row + 2}: has ${byte === NEWLINE ? 'fewer' : 'more'} than the ${fields} columns of the header`,
        );
      }
      at += 1;
    }
    this.#at = at;
    this.#checkRow();
    this.#rows = row + 1;
  }

  /** A price in units of the finest place so far. */
  #toUnits(role: number, value: number, places: number, start: number): number {
    if (value === 0) this.#fail(role, start, 'is not above zero');
    if (places > this.#places) this.#refine(places, start, role);
    return value * (POWERS[this.#places - places] ?? NaN);
  }

  /** A price finer than all before: what has been read is counted in the finer unit, too. */
  #refine(places: number, start: number, role: number): void {
    if (places > MAX_PLACES) this.#fail(role, start, `has more than ${MAX_PLACES} decimal places`);
    const factor = POWERS[places - this.#places] ?? 1;
    for (const column of this.#columns.slice(1)) {
      for (let row = 0; row <= this.#rows && row < column.length; row += 1)
        column[row] = (column[row] ?? 0) * factor;
    }
    this.#places = places;
  }

  #checkRow(): void {
    const row = this.#rows;
    const [times, open, high, low, close] = this.#columns;
    if (!times || !open || !high || !low || !close) return;
    const o = open[row] ?? 0;
    const h = high[row] ?? 0;
    const l = low[row] ?? 0;
    const c = close[row] ?? 0;
    if (h < l || h < o || h < c)
      throw new CandleFileError(`row ${row + 2}, high: is below open, low or close of the same row`);
    if (l > o || l > c)
      throw new CandleFileError(`row ${row + 2}, low: is above open or close of the same row`);
    if (row === 0) return;
    const step = (times[row] ?? 0) - (times[row - 1] ?? 0);
    if (step === 0) throw new CandleFileError(`row ${row + 2}, open_time_ms: repeats the row before`);
    if (step < 0) throw new CandleFileError(`row ${row + 2}, open_time_ms: is earlier than the row before`);
  }
}

function countLines(bytes: Uint8Array, from: number): number {
  let count = 1;
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

/** Refuses missing bars: the smallest step between two rows is the length of a bar. */
export function checkGaps(times: Float64Array): void {
  let bar = Infinity;
  for (let row = 1; row < times.length; row += 1)
    bar = Math.min(bar, (times[row] ?? 0) - (times[row - 1] ?? 0));
  for (let row = 1; row < times.length; row += 1) {
    const step = (times[row] ?? 0) - (times[row - 1] ?? 0);
    if (step === bar) continue;
    const missing = Math.round(step / bar) - 1;
    throw new CandleFileError(
      `row ${row + 2}, open_time_ms: ${missing} bar${missing === 1 ? ' is' : 's are'} missing before it (a bar is ${bar / 1000} s); gaps are accepted with --allow-gaps`,
    );
  }
}

/**
 * Reads candles from CSV: a header with `open_time_ms,open,high,low,close` in any order, more columns allowed; times in
 * ms, rising; prices as plain decimals.
 * @throws CandleFileError naming row and field
 */
export function parseCandleCsv(bytes: Uint8Array, options: CandleCsvOptions = {}): Candles {
  const candles = new CandleReader(bytes).read();
  if (options.allowGaps !== true) checkGaps(candles.times);
  return candles;
}
