import type { Violations } from './violation.js';

/** What is looked at in an order's record, of whatever kind of venue. */
export interface SeenOrder {
  apiKey: string;
  symbol: string;
  orderId: number;
  clientOrderId: string;
  status: string;
  /** Exchange time, ms. */
  updateTime: number;
}

/**
 * Client order ids of strategies: `gf`, salt (4), strategy (6), leg (1), slot (4), side, generation (5). What comes
 * before the side names the slot.
 */
const STRATEGY_ID = /^(gf[A-Za-z0-9]{15})[BS][A-Za-z0-9]{5}$/;

/** What one client order id was used for. */
interface IdUse {
  /** The order that used it last. */
  last: number;
  /** Orders that are live with it. */
  live: number[];
}

/** Watches the client order ids of one venue's accounts, from ledger records alone. */
export class OrderReferee {
  /** By account, symbol and client order id; nested, because joined keys would be as large as the orders. */
  readonly #ids = new Map<string, Map<string, Map<string, IdUse>>>();
  /** Order ids that are live, by account, symbol and slot. */
  readonly #slots = new Map<string, number[]>();

  constructor(
    private readonly venue: string,
    private readonly violations: Violations,
  ) {}

  /** Takes note of an order's record after each change. */
  see(record: SeenOrder): void {
    const { apiKey, symbol, orderId, clientOrderId, status } = record;
    const live = status === 'NEW' || status === 'PARTIALLY_FILLED';
    const ids = upsert(upsert(this.#ids, apiKey), symbol);
    const use = ids.get(clientOrderId) ?? { last: orderId, live: [] };
    if (!use.live.includes(use.last)) this.#checkReuse(record, use.last);
    use.last = orderId;
    ids.set(clientOrderId, use);
    if (setLive(use.live, orderId, live)) {
      this.#liveTwice(record, use.live, 'client-id-live-twice', `client order id ${clientOrderId}`);
    }
    const slot = STRATEGY_ID.exec(clientOrderId)?.[1];
    if (slot !== undefined) this.#seeSlot(record, slot, live);
  }

  #seeSlot(record: SeenOrder, name: string, live: boolean): void {
    const slot = `${record.apiKey} ${record.symbol} ${name}`;
    const orders = this.#slots.get(slot) ?? [];
    if (setLive(orders, record.orderId, live)) {
      this.#liveTwice(record, orders, 'slot-live-twice', `strategy slot ${name}`);
    }
    if (orders.length > 0) this.#slots.set(slot, orders);
    else this.#slots.delete(slot);
  }

  #checkReuse({ apiKey, symbol, orderId, clientOrderId, updateTime }: SeenOrder, before: number): void {
    if (before === orderId) return;
    this.violations.add({
      code: 'client-id-reused',
      message: `order ${orderId} in ${symbol} has client order id ${clientOrderId}, which order ${before} had before it closed`,
      venue: this.venue,
      account: apiKey,
      orderIds: [before, orderId],
      requestIds: [],
      time: updateTime,
    });
  }

  #liveTwice(
    { apiKey, symbol, updateTime }: SeenOrder,
    orders: readonly number[],
    code: 'client-id-live-twice' | 'slot-live-twice',
    subject: string,
  ): void {
    this.violations.add({
      code,
      message: `${orders.length} orders in ${symbol} are live with ${subject}`,
      venue: this.venue,
      account: apiKey,
      orderIds: [...orders],
      requestIds: [],
      time: updateTime,
    });
  }
}

/** Adds a live order or takes one out that is over. @returns whether it came to others that are live. */
function setLive(orders: number[], orderId: number, live: boolean): boolean {
  const place = orders.indexOf(orderId);
  if (!live) {
    if (place >= 0) orders.splice(place, 1);
    return false;
  }
  if (place >= 0) return false;
  return orders.push(orderId) > 1;
}

function upsert<V>(index: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = index.get(key);
  if (!inner) index.set(key, (inner = new Map<string, V>()));
  return inner;
}
