/** One request, as `GET /_sim/requests` shows it. */
export interface RequestRecord {
  /** Rises by one with each request. */
  id: number;
  /** Exchange time of arrival, ms. */
  time: number;
  venue: string;
  method: string;
  path: string;
  ip: string;
  account: string | null;
  symbol: string | null;
  clientOrderId: string | null;
  /** Request weight it was charged with. */
  weight: number;
  /** HTTP status and the exchange's code; null until it is answered, and when it never is. */
  status: number | null;
  code: number | null;
  /** Whether its address was to wait, as a Retry-After had told it. */
  banned: boolean;
  /** Kinds of the faults it met. */
  faults: readonly string[];
  end: 'open' | 'answered' | 'silence' | 'reset';
}

const KEPT = 20_000;
const MAX_PAGE = 1000;

/** The latest requests of all venues, oldest first. */
export class RequestsLog {
  readonly #records: RequestRecord[] = [];
  #nextId = 1;

  /** The id of the next request to be added. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Keeps a record with the next id; it may change until its request is done with. */
  add(record: RequestRecord): void {
    this.#nextId++;
    this.#records.push(record);
    // Cutting half at a time keeps the cost of one request flat.
    if (this.#records.length >= 2 * KEPT) this.#records.splice(0, this.#records.length - KEPT);
  }

  /** Requests with an id above `since`, at most `limit` (1000); the latest when `since` is undefined. */
  page(
    since: number | undefined,
    limit = MAX_PAGE,
  ): { requests: RequestRecord[]; total: number; last: number } {
    const most = Math.max(1, Math.min(limit, MAX_PAGE));
    const requests =
      since === undefined
        ? this.#records.slice(-most)
        : this.#records.filter(({ id }) => id > since).slice(0, most);
    return { requests, total: this.#nextId - 1, last: requests.at(-1)?.id ?? since ?? 0 };
  }
}
