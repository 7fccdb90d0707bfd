import type { Steps, Ticks } from '../market/market.js';
import { mergedDepth } from './depth.js';
import { OutsideSide } from './outside-book.js';
import { RestingSide } from './resting-orders.js';
import { planTake, type TakePlan } from './take-plan.js';
import { isBetter, opposite } from './types.js';
import type { BookSnapshot, IncomingOrder, Level, MatchEvent, Quote, RestingOrder, Side } from './types.js';

/** Prices whose displayed quantity may have changed since the last `takeChanges`. */
export interface BookChanges {
  bids: Set<Ticks>;
  asks: Set<Ticks>;
}

interface BookSide {
  outside: OutsideSide;
  resting: RestingSide;
  changed: Set<Ticks>;
}

/**
 * The order book of one market: the outside market as it is replayed or streamed, and the resting orders of our
 * users. No clock and no I/O: the caller feeds it orders and market data and gets events back.
 */
export class MatchingBook {
  readonly #sides: Record<Side, BookSide> = { buy: newSide('buy'), sell: newSide('sell') };
  readonly #orders = new Map<number, RestingOrder>();

  /** Matches an order and rests what is left if it may rest. @throws Error when its id rests already. */
  place(order: IncomingOrder): MatchEvent[] {
    if (this.#orders.has(order.id)) throw new Error(`order ${order.id} rests already`);
    const plan = this.preview(order);
    const quantity = 'quantity' in order.amount ? order.amount.quantity : plan.filled;
    if (order.postOnly && plan.steps.length > 0)
      return [{ kind: 'refused', order: order.id, cause: 'would-take' }];
    if (order.timeInForce === 'FOK' && plan.filled < quantity) {
      return [{ kind: 'expired', order: order.id, quantity, cause: 'fill-or-kill' }];
    }
    const events = this.#execute(order, plan);
    const left = quantity - plan.filled;
    if (plan.stopped) {
      events.push({ kind: 'expired', order: order.id, quantity: left, cause: 'self-trade' });
    } else if (left > 0 || quantity === 0) {
      if (order.price !== null && order.timeInForce === 'GTC') {
        this.restore({
          id: order.id,
          owner: order.owner,
          side: order.side,
          price: order.price,
          remaining: left,
        });
        events.push({ kind: 'rested', order: order.id, quantity: left });
      } else {
        events.push({ kind: 'expired', order: order.id, quantity: left, cause: 'unfilled' });
      }
    }
    return events;
  }

  /** What an order would take now, without changing anything. */
  preview(order: IncomingOrder): TakePlan {
    const other = this.#sides[opposite(order.side)];
    return planTake(other.outside, other.resting, order);
  }

  /** Puts an order at the end of its queue without matching it; the next market data checks it. */
  restore(order: Omit<RestingOrder, 'ahead'>): void {
    const side = this.#sides[order.side];
    const resting: RestingOrder = { ...order, ahead: side.outside.available(order.price) };
    side.resting.add(resting);
    side.changed.add(order.price);
    this.#orders.set(order.id, resting);
  }

  /** Takes a resting order out. @returns its unfilled steps, or null when it does not rest. */
  cancel(id: number): Steps | null {
    const order = this.#orders.get(id);
    if (!order) return null;
    this.#remove(order);
    return order.remaining;
  }

  /** A resting order as it stands; for reports and tests. */
  resting(id: number): Readonly<RestingOrder> | undefined {
    return this.#orders.get(id);
  }

  /** The outside market's best quote: levels better than it are gone. */
  applyQuote(bid: Level, ask: Level): MatchEvent[] {
    this.#trim('buy', bid[0]);
    this.#trim('sell', ask[0]);
    this.#setLevel('buy', bid);
    this.#setLevel('sell', ask);
    return this.#crossed();
  }

  /** Absolute quantities of outside levels, all at once; zero removes a level. */
  applyLevels(levels: BookSnapshot): MatchEvent[] {
    for (const level of levels.bids) this.#setLevel('buy', level);
    for (const level of levels.asks) this.#setLevel('sell', level);
    return this.#crossed();
  }

  /** Replaces the whole outside market; resting orders stay and are checked against it. */
  reset(snapshot: BookSnapshot): MatchEvent[] {
    for (const side of ['buy', 'sell'] as const) {
      const keep = new Set((side === 'buy' ? snapshot.bids : snapshot.asks).map(([price]) => price));
      for (const price of this.#sides[side].outside.prices()) {
        if (!keep.has(price)) this.#setLevel(side, [price, 0]);
      }
    }
    return this.applyLevels(snapshot);
  }

  /**
   * A trade of the outside market. Orders it traded through fill first, then those at its price once the quantity
   * ahead of them has traded; all of them together fill at most its quantity.
   * @returns the events, and the steps of the trade that found none of our orders.
   */
  applyTrade(price: Ticks, quantity: Steps, aggressor: Side): { events: MatchEvent[]; left: Steps } {
    const events: MatchEvent[] = [];
    let left = quantity;
    /** Steps of the outside queue at this price that traded ahead of our orders. */
    let passed = 0;
    const fill = (order: RestingOrder): void => {
      const filled = Math.min(left, order.remaining);
      if (filled === 0) return;
      left -= filled;
      events.push(this.#fillMaker(order, filled, null));
    };
    for (const side of [opposite(aggressor), aggressor]) {
      const { resting } = this.#sides[side];
      for (const order of resting.betterThan(price)) fill(order);
      if (side === aggressor) continue;
      for (const order of [...resting.at(price)]) {
        const before = Math.min(left, Math.max(0, order.ahead - passed));
        left -= before;
        passed += before;
        fill(order);
      }
      resting.advance(price, passed);
    }
    return { events, left: left + passed };
  }

  /** Displayed steps at a price: outside and ours. */
  displayed(side: Side, price: Ticks): Steps {
    return this.#sides[side].outside.available(price) + this.#sides[side].resting.quantityAt(price);
  }

  /** The best levels displayed, best first. */
  depth(side: Side, limit: number): Level[] {
    return mergedDepth(this.#sides[side].outside, this.#sides[side].resting, limit);
  }

  quote(): Quote {
    return { bid: this.depth('buy', 1)[0] ?? null, ask: this.depth('sell', 1)[0] ?? null };
  }

  hasChanges(): boolean {
    return this.#sides.buy.changed.size > 0 || this.#sides.sell.changed.size > 0;
  }

  /** Hands over the changed prices and starts a new collection. */
  takeChanges(): BookChanges {
    const changes = { bids: this.#sides.buy.changed, asks: this.#sides.sell.changed };
    this.#sides.buy.changed = new Set();
    this.#sides.sell.changed = new Set();
    return changes;
  }

  #execute(order: IncomingOrder, plan: TakePlan): MatchEvent[] {
    const other = this.#sides[opposite(order.side)];
    return plan.steps.map((step): MatchEvent => {
      if (step.kind === 'expire') {
        this.#remove(step.maker);
        return { kind: 'expired', order: step.maker.id, quantity: step.maker.remaining, cause: 'self-trade' };
      }
      if (step.maker) return this.#fillMaker(step.maker, step.quantity, order.id);
      const { price, quantity } = step;
      other.outside.take(price, quantity);
      other.resting.advance(price, quantity);
      other.changed.add(price);
      return { kind: 'trade', price, quantity, aggressor: order.side, maker: null, taker: order.id };
    });
  }

  #fillMaker(order: RestingOrder, quantity: Steps, taker: number | null): MatchEvent {
    order.remaining -= quantity;
    if (order.remaining === 0) this.#remove(order);
    else this.#sides[order.side].changed.add(order.price);
    return {
      kind: 'trade',
      price: order.price,
      quantity,
      aggressor: opposite(order.side),
      maker: order.id,
      taker,
    };
  }

  #remove(order: RestingOrder): void {
    const side = this.#sides[order.side];
    side.resting.remove(order);
    side.changed.add(order.price);
    this.#orders.delete(order.id);
  }

  #setLevel(side: Side, [price, quantity]: Level): void {
    const book = this.#sides[side];
    if (!book.outside.set(price, quantity)) return;
    book.changed.add(price);
    book.resting.limitAhead(price, quantity);
  }

  #trim(side: Side, best: Ticks): void {
    const { outside } = this.#sides[side];
    for (;;) {
      const price = outside.bestDisplayed();
      if (price === undefined || !isBetter(side, price, best)) return;
      this.#setLevel(side, [price, 0]);
    }
  }

  /** Orders that the outside market's best quote has reached fill in full at their own price. */
  #crossed(): MatchEvent[] {
    const events: MatchEvent[] = [];
    for (const side of ['buy', 'sell'] as const) {
      const best = this.#sides[side].resting.bestPrice();
      if (best === undefined) continue;
      const quote = this.#sides[opposite(side)].outside.best();
      if (quote === null || isBetter(side, quote[0], best)) continue;
      const reached = [
        ...this.#sides[side].resting.betterThan(quote[0]),
        ...this.#sides[side].resting.at(quote[0]),
      ];
      for (const order of reached) events.push(this.#fillMaker(order, order.remaining, null));
    }
    return events;
  }
}

function newSide(side: Side): BookSide {
  return { outside: new OutsideSide(side), resting: new RestingSide(side), changed: new Set() };
}
