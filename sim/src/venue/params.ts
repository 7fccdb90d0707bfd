import { refuse } from './errors.js';
import { readUnits, type Units } from './units.js';

const AMOUNT_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
const INTEGER = /^\d{1,18}$/;
const INTEGER_RANGE = '^[0-9]{1,20}$';

/** Parameters of one request, read with the exchange's own refusals. An empty value counts as not sent. */
export class Params {
  readonly #values = new Map<string, string>();

  /** @throws VenueError -1101 when a name comes twice. */
  constructor(pairs: Iterable<readonly [string, string]>) {
    for (const [name, value] of pairs) {
      if (this.#values.has(name)) throw refuse.duplicateParam();
      this.#values.set(name, value);
    }
  }

  optional(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === '' ? undefined : value;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw refuse.missing(name);
    return value;
  }

  /** @throws VenueError -1100 when the text does not match. */
  matching(name: string, range: RegExp): string | undefined {
    const value = this.optional(name);
    if (value !== undefined && !range.test(value)) throw refuse.illegal(name, range.source);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!INTEGER.test(value)) throw refuse.illegal(name, INTEGER_RANGE);
    return Number(value);
  }

  /** A page size between 1 and `max`. */
  limit(standard: number, max: number): number {
    const value = this.integer('limit') ?? standard;
    if (value < 1) throw refuse.illegal('limit', INTEGER_RANGE);
    return Math.min(value, max);
  }

  /** A price or quantity in units of 1e-8. */
  amount(name: string): Units | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const units = readUnits(value);
    if (units === 'malformed') throw refuse.illegal(name, AMOUNT_RANGE);
    if (units === 'precision') throw refuse.precision(name);
    return units;
  }

  requiredAmount(name: string): Units {
    const units = this.amount(name);
    if (units === undefined) throw refuse.missing(name);
    return units;
  }

  has(name: string): boolean {
    return this.optional(name) !== undefined;
  }

  entries(): [string, string][] {
    return [...this.#values];
  }
}
