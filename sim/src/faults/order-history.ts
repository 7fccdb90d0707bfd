import type { Account } from '../account/accounts.js';
import type { Clock } from '../clock.js';
import type { OrderEvent, VenueListener } from '../venue/events.js';
import { isOpen, type SpotOrder } from '../venue/order.js';

/** How far back a lagging replica can be, ms. */
export const MAX_LAG_MS = 120_000;
/** Changes kept before old ones are looked for. */
const PRUNE_AT = 10_000;

type State = Pick<SpotOrder, 'status' | 'executed' | 'quote' | 'updateTime' | 'workingTime'>;

interface Change {
  time: number;
  order: SpotOrder;
  /** The order just before; undefined when this change created it. */
  before: State | undefined;
}

/** The latest changes of a venue's orders, to answer a query with what was true a moment ago. */
export class OrderHistory implements VenueListener {
  readonly #open = new Map<number, State>();
  #changes: Change[] = [];

  constructor(private readonly clock: Clock) {}

  /** Takes note of an open order of an earlier session. */
  restore(order: SpotOrder): void {
    this.#open.set(order.orderId, stateOf(order));
  }

  order({ order, execution }: OrderEvent): void {
    const known = this.#open.get(order.orderId);
    this.#changes.push({ time: this.clock.now(), order, before: execution === 'NEW' ? undefined : known });
    if (isOpen(order)) this.#open.set(order.orderId, stateOf(order));
    else this.#open.delete(order.orderId);
    if (this.#changes.length >= PRUNE_AT) this.#prune();
  }

  /** The order as it was so long ago; undefined when it did not exist yet. */
  seen(order: SpotOrder, lag: number): SpotOrder | undefined {
    return lag === 0 ? order : this.#at(order, this.clock.now() - lag);
  }

  /** The open orders of an account as they were so long ago, in a symbol or in all. */
  open(account: Account, open: SpotOrder[], lag: number, symbol?: string): SpotOrder[] {
    if (lag === 0) return open;
    const time = this.clock.now() - lag;
    const changed = new Set(this.#changes.filter((change) => change.time > time).map(({ order }) => order));
    const closed = [...changed].filter(
      (order) =>
        order.account === account &&
        !this.#open.has(order.orderId) &&
        (symbol === undefined || order.rules.symbol === symbol),
    );
    return [...open, ...closed].flatMap((order) => this.#at(order, time) ?? []);
  }

  #at(order: SpotOrder, time: number): SpotOrder | undefined {
    const change = this.#changes.find((found) => found.order === order && found.time > time);
    if (!change) return order;
    return change.before && { ...order, ...change.before };
  }

  #prune(): void {
    const oldest = this.clock.now() - MAX_LAG_MS;
    const recent = this.#changes.filter((change) => change.time >= oldest);
    // When a busy venue changes faster than that, the older half goes: a lag that long answers with the present.
    this.#changes = recent.length > PRUNE_AT / 2 ? recent.slice(-PRUNE_AT / 2) : recent;
  }
}

function stateOf({ status, executed, quote, updateTime, workingTime }: SpotOrder): State {
  return { status, executed, quote, updateTime, workingTime };
}
