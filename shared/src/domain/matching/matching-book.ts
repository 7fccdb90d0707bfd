import type { Steps, Ticks } from '../market/market.js';
import { newSide, type BookChanges, type BookSide } from './book-side.js';
import { mergedDepth } from './depth.js';
import { fillsOfTrade, ordersReached } from './fill-model.js';
import { planTake, type TakePlan } from './take-plan.js';
import { isBetter, opposite } from './types.js';
import type {
  BookSnapshot,
  FillModel,
  IncomingOrder,
  Level,
  MatchEvent,
  Quote,
  RestingOrder,
  Side,
} from './types.js';

/**
 * The order book of one market: the outside market as it is replayed or streamed, and the resting orders of our
 * users. No clock and no I/O: the caller feeds it orders and market data and gets events back.
 */
export class MatchingBook {
  readonly #sides: Record<Side, BookSide> = { buy: newSide('buy'), sell: newSide('sell') };
  readonly #orders = new Map<number, RestingOrder>();

  constructor(readonly fillModel: FillModel = 'queue') {}

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
    this.#lock();
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
    const { id, owner, price, remaining } = order;
    const ahead = side.outside.available(price);
    const resting: RestingOrder = { id, owner, side: order.side, price, remaining, ahead };
    side.resting.add(resting);
    side.changed.add(order.price);
    this.#orders.set(order.id, resting);
    this.#lock();
  }

  /** Takes a resting order out. @returns its unfilled steps, or null when it does not rest. */
  cancel(id: number): Steps | null {
    const order = this.#orders.get(id);
    if (!order) return null;
    this.#remove(order);
    this.#lock();
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
   * A trade of the outside market. Orders it traded through fill first, then those at its price as the fill model
   * says; all of them together fill at most its quantity, except on touch.
   * @returns the events, and the steps of the trade that found none of our orders.
   */
  applyTrade(price: Ticks, quantity: Steps, aggressor: Side): { events: MatchEvent[]; left: Steps } {
    const resting = { buy: this.#sides.buy.resting, sell: this.#sides.sell.resting };
    const { fills, passed, left } = fillsOfTrade(this.fillModel, resting, { price, quantity, aggressor });
    const events = fills.map((fill) => this.#fillMaker(fill.order, fill.quantity, null));
    if (passed > 0) resting[opposite(aggressor)].advance(price, passed);
    this.#lock();
    return { events, left };
  }

  /** Displayed steps at a price: outside and ours. */
  displayed(side: Side, price: Ticks): Steps {
    const { outside, resting, locked } = this.#sides[side];
    return outside.available(price) + (price === locked ? 0 : resting.quantityAt(price));
  }

  /** The best levels displayed, best first. */
  depth(side: Side, limit: number): Level[] {
    const { outside, resting, locked } = this.#sides[side];
    return mergedDepth(outside, resting, limit, locked === undefined ? 0 : 1);
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

  /** Orders that the outside market's best quote has reached, or passed, fill in full at their own price. */
  #crossed(): MatchEvent[] {
    const events: MatchEvent[] = [];
    for (const side of ['buy', 'sell'] as const) {
      const quote = this.#sides[opposite(side)].outside.best();
      for (const order of ordersReached(this.fillModel, this.#sides[side].resting, quote)) {
        events.push(this.#fillMaker(order, order.remaining, null));
      }
    }
    this.#lock();
    return events;
  }

  /** Hides our best price while the outside market stands at it from the other side, so that the book never locks. */
  #lock(): void {
    if (this.fillModel !== 'through') return;
    for (const side of ['buy', 'sell'] as const) {
      const book = this.#sides[side];
      const best = book.resting.bestPrice();
      const quote = this.#sides[opposite(side)].outside.best();
      const locked = best === quote?.[0] ? best : undefined;
      if (locked === book.locked) continue;
      for (const price of [locked, book.locked]) if (price !== undefined) book.changed.add(price);
      book.locked = locked;
    }
  }
}
