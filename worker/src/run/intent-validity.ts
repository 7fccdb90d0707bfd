import { PLACE_RECV_WINDOW_MS } from '../venue/ccxt/send-guard.js';
import { INTENT_VALIDITY_MS } from './intent.js';
import type { LiveOrder } from './live-order.js';

/** Intents whose validity is prolonged in one statement, as many as may leave soon. */
const AT_ONCE = 8;

/** Until when the venue may still accept orders that are to be sent. */
export class IntentValidity {
  readonly #extend: (orderIds: string[], notAfter: Date) => Promise<void>;
  /** Of those that were prolonged, by client order id; ms since epoch. */
  readonly #until = new Map<string, number>();
  readonly #extending = new Map<LiveOrder, Promise<void>>();

  /** @param extend stores a longer validity of intents that were never sent */
  constructor(extend: (orderIds: string[], notAfter: Date) => Promise<void>) {
    this.#extend = extend;
  }

  /** Ms since epoch by our clock. */
  until({ row }: LiveOrder): number {
    return Math.max(row.notAfter.getTime(), this.#until.get(row.clientOrderId) ?? 0);
  }

  /** Whether so little is left of an intent's validity that it cannot be sent any more. */
  isStale(order: LiveOrder): boolean {
    return Date.now() + PLACE_RECV_WINDOW_MS > this.until(order) - 500;
  }

  /**
   * Orders that waited in the queue and were never sent: their validity may begin anew, that of the next ones with it.
   * @returns until when the order is valid then
   */
  async ensure(order: LiveOrder, waiting: Iterable<LiveOrder>): Promise<number> {
    if (this.isStale(order)) await (this.#extending.get(order) ?? this.#prolong(order, waiting));
    return this.until(order);
  }

  #prolong(order: LiveOrder, waiting: Iterable<LiveOrder>): Promise<void> {
    const next = [...waiting].filter((each) => this.isStale(each) && !this.#extending.has(each));
    const orders = [order, ...next.slice(0, AT_ONCE - 1)];
    const work = this.#store(orders).finally(() => {
      for (const each of orders) this.#extending.delete(each);
    });
    for (const each of orders) this.#extending.set(each, work);
    return work;
  }

  async #store(orders: readonly LiveOrder[]): Promise<void> {
    const notAfter = Date.now() + INTENT_VALIDITY_MS;
    await this.#extend(
      orders.map(({ row }) => row.id),
      new Date(notAfter),
    );
    // Not before MySQL has it: a successor judges by what is stored.
    for (const { row } of orders) this.#until.set(row.clientOrderId, notAfter);
  }
}
