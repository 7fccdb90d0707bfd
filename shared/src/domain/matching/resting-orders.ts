import type { Steps, Ticks } from '../market/market.js';
import { Ladder } from './ladder.js';
import { isBetter, type RestingOrder, type Side } from './types.js';

/** The resting orders of one side, by price and, within a price, by arrival. */
export class RestingSide {
  readonly #levels: Ladder<RestingOrder[]>;

  constructor(readonly side: Side) {
    this.#levels = new Ladder<RestingOrder[]>(side);
  }

  /** Queues an order behind those already at its price. */
  add(order: RestingOrder): void {
    const level = this.#levels.get(order.price);
    if (level) level.push(order);
    else this.#levels.set(order.price, [order]);
  }

  remove(order: RestingOrder): void {
    const level = this.#levels.get(order.price);
    const index = level?.indexOf(order) ?? -1;
    if (!level || index < 0) throw new Error(`order ${order.id} does not rest at ${order.price}`);
    level.splice(index, 1);
    if (level.length === 0) this.#levels.delete(order.price);
  }

  /** The orders at a price in the order they arrived. The caller must not keep the array across changes. */
  at(price: Ticks): readonly RestingOrder[] {
    return this.#levels.get(price) ?? [];
  }

  /** Steps resting at a price. */
  quantityAt(price: Ticks): Steps {
    let total = 0;
    for (const order of this.at(price)) total += order.remaining;
    return total;
  }

  bestPrice(): Ticks | undefined {
    return this.#levels.priceAt(0);
  }

  priceAt(place: number): Ticks | undefined {
    return this.#levels.priceAt(place);
  }

  /** Orders whose price is strictly better than `price`, by price and then arrival. */
  betterThan(price: Ticks): RestingOrder[] {
    const orders: RestingOrder[] = [];
    for (let place = 0; ; place++) {
      const own = this.#levels.priceAt(place);
      if (own === undefined || !isBetter(this.side, own, price)) return orders;
      orders.push(...this.at(own));
    }
  }

  /** The outside queue at a price got shorter by trading: everybody behind it moves up. */
  advance(price: Ticks, quantity: Steps): void {
    for (const order of this.at(price)) order.ahead = Math.max(0, order.ahead - quantity);
  }

  /** The outside level now shows `available`: nobody can have more than that ahead. */
  limitAhead(price: Ticks, available: Steps): void {
    for (const order of this.at(price)) order.ahead = Math.min(order.ahead, available);
  }
}
