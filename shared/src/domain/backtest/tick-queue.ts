import { MatchingBook, type MatchEvent } from '../matching/index.js';
import type { Steps, Ticks } from '../market/market.js';
import type { RestingQueue } from './session-orders.js';
import type { SessionOrder } from './session-order.js';

const OWNER = 'strategy';

/** When an order placed `now` reaches the exchange, ms on the recording's clock; null when it never does. */
export type ArrivalOf = (order: SessionOrder, now: number) => number | null;

/**
 * How long an order takes when nothing else is said, ms. Not 0: between a trade and the quote that shows what it took,
 * an order that is there at once would trade at prices that are gone, over and over.
 */
export const LATENCY_MS = 50;

/** What one of our orders traded; `price` only when it took, at what the book had. */
export interface QueueFill {
  order: SessionOrder;
  steps: Steps;
  price: Ticks | null;
}

/**
 * Our orders in the recorded market: they queue behind what is displayed and fill as it trades. An order is there when
 * it has arrived; by then it may cross the market.
 */
export class TickQueue implements RestingQueue {
  readonly book = new MatchingBook();
  readonly #ids = new Map<SessionOrder, number>();
  readonly #orders = new Map<number, SessionOrder>();
  readonly #underWay = new Map<SessionOrder, number>();
  readonly #arrivalOf: ArrivalOf;
  #nextId = 1;

  /** @param now the time at the beginning; to be kept up to date */
  constructor(
    arrivalOf: ArrivalOf,
    public now: number,
  ) {
    this.#arrivalOf = arrivalOf;
  }

  add(order: SessionOrder): void {
    const arrival = this.#arrivalOf(order, this.now);
    if (arrival !== null) this.#underWay.set(order, arrival);
  }

  remove(order: SessionOrder): void {
    this.#underWay.delete(order);
    const id = this.#ids.get(order);
    if (id === undefined) return;
    this.#ids.delete(order);
    this.#orders.delete(id);
    this.book.cancel(id);
  }

  /** The order under way that arrives first before a time, and when; null when none does. */
  nextArrival(before: number): { order: SessionOrder; time: number } | null {
    let next: { order: SessionOrder; time: number } | null = null;
    for (const [order, time] of this.#underWay) {
      if (time < before && (next === null || time < next.time)) next = { order, time };
    }
    return next;
  }

  /** An order reaches the book. @returns what it takes there and then */
  arrive(order: SessionOrder): QueueFill[] {
    this.#underWay.delete(order);
    const events = this.book.place({
      ...this.#numbered(order),
      price: order.price,
      amount: { quantity: left(order) },
      timeInForce: 'GTC',
      postOnly: false,
      selfTrade: 'expire-maker',
    });
    return this.fillsOf(events);
  }

  /** Fills of our orders among what the book did. */
  fillsOf(events: readonly MatchEvent[]): QueueFill[] {
    return events.flatMap((event) => {
      if (event.kind !== 'trade') return [];
      const { maker, taker, quantity, price } = event;
      const makes = maker === null ? undefined : this.#orders.get(maker);
      const takes = taker === null ? undefined : this.#orders.get(taker);
      return [
        ...(makes === undefined ? [] : [{ order: makes, steps: quantity, price: null }]),
        ...(takes === undefined ? [] : [{ order: takes, steps: quantity, price }]),
      ];
    });
  }

  #numbered(order: SessionOrder): { id: number; owner: string; side: SessionOrder['side'] } {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#ids.set(order, id);
    this.#orders.set(id, order);
    return { id, owner: OWNER, side: order.side };
  }
}

function left(order: SessionOrder): Steps {
  return order.quantity - order.filled;
}
