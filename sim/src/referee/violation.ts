/** Something that a correct client or a correct exchange never does. */
export interface Violation {
  code:
    | 'client-id-live-twice'
    | 'client-id-reused'
    | 'slot-live-twice'
    | 'request-during-ban'
    | 'balance-negative'
    | 'sums-disagree';
  /** What happened to what. */
  message: string;
  venue: string;
  account: string | null;
  orderIds: number[];
  requestIds: number[];
  /** Exchange time, ms. */
  time: number;
}

const KEPT = 1000;

/** The violations seen so far; the first thousand are kept, all are counted. */
export class Violations {
  readonly list: Violation[] = [];
  count = 0;

  add(violation: Violation): void {
    this.count++;
    if (this.list.length < KEPT) this.list.push(violation);
  }
}
