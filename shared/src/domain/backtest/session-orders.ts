import type { Ticks } from '../market/market.js';
import { nameOf, type SessionOrder } from './session-order.js';

/** Somebody who keeps the queue of resting orders, when fills depend on it. */
export interface RestingQueue {
  add(order: SessionOrder): void;
  remove(order: SessionOrder): void;
}

/** The orders that rest in a session's market. */
export class SessionOrders {
  readonly #orders = new Map<string, SessionOrder>();
  readonly #queue: RestingQueue | undefined;
  /** Prices of the nearest orders; null when orders have come or gone since. */
  #nearest: { buy: Ticks; sell: Ticks } | null = null;

  constructor(queue: RestingQueue | undefined) {
    this.#queue = queue;
  }

  get(name: string): SessionOrder | undefined {
    return this.#orders.get(name);
  }

  values(): Iterable<SessionOrder> {
    return this.#orders.values();
  }

  isLive(order: SessionOrder): boolean {
    return this.#orders.get(nameOf(order)) === order;
  }

  add(order: SessionOrder): void {
    this.#nearest = null;
    this.#orders.set(nameOf(order), order);
    this.#queue?.add(order);
  }

  remove(order: SessionOrder): void {
    this.#orders.delete(nameOf(order));
    this.#queue?.remove(order);
    this.#nearest = null;
  }

  /** Highest BUY and lowest SELL. */
  nearest(): { buy: Ticks; sell: Ticks } {
    if (this.#nearest === null) {
      let buy = -Infinity;
      let sell = Infinity;
      for (const { side, price } of this.#orders.values()) {
        if (side === 'buy') buy = Math.max(buy, price);
        else sell = Math.min(sell, price);
      }
      this.#nearest = { buy, sell };
    }
    return this.#nearest;
  }
}
