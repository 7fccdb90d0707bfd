import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MatchingBook,
  opposite,
  type FillModel,
  type IncomingOrder,
  type Level,
  type MatchEvent,
  type Side,
} from './index.js';

// Whatever orders and market data come in:
// 1. an order never trades more than it asked for, and never worse than its limit;
// 2. what trades, rests and expires adds up to what was ordered;
// 3. of one side, the better price fills first, and at one price the earlier order;
// 4. the recorded trade gives out its quantity once, unless a touch fills;
// 5. the displayed book never crosses;
// 6. what the outside market fills at an order's very price is what the fill model says.

type Action =
  | {
      kind: 'place';
      side: Side;
      price: number;
      quantity: number;
      owner: string;
      timeInForce: 'GTC' | 'IOC' | 'FOK';
    }
  | { kind: 'cancel'; pick: number }
  | { kind: 'quote'; bid: number; spread: number; bidQuantity: number; askQuantity: number }
  | { kind: 'trade'; price: number; quantity: number; aggressor: Side };

const side = fc.constantFrom<Side>('buy', 'sell');
const price = fc.integer({ min: 90, max: 110 });
const quantity = fc.integer({ min: 1, max: 12 });

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('place' as const),
    side,
    price,
    quantity,
    owner: fc.constantFrom('alice', 'bob', 'carol'),
    timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
  }),
  fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(50) }),
  fc.record({
    kind: fc.constant('quote' as const),
    bid: price,
    spread: fc.integer({ min: 1, max: 4 }),
    bidQuantity: quantity,
    askQuantity: quantity,
  }),
  fc.record({ kind: fc.constant('trade' as const), price, quantity, aggressor: side }),
);

interface Known {
  order: IncomingOrder & { price: number; amount: { quantity: number } };
  traded: number;
  ended: number;
  resting: boolean;
}

/** Follows the book from its events alone. */
class Observer {
  readonly book: MatchingBook;
  readonly orders = new Map<number, Known>();
  #nextId = 1;

  constructor(fillModel: FillModel = 'queue') {
    this.book = new MatchingBook(fillModel);
  }

  apply(step: Action): void {
    switch (step.kind) {
      case 'place': {
        const id = this.#nextId++;
        const order = {
          id,
          owner: step.owner,
          side: step.side,
          price: step.price,
          amount: { quantity: step.quantity },
          timeInForce: step.timeInForce,
          postOnly: false,
          selfTrade: 'expire-maker' as const,
        };
        this.orders.set(id, { order, traded: 0, ended: 0, resting: false });
        this.#follow(this.book.place(order));
        return;
      }
      case 'cancel': {
        const known = [...this.orders.values()].filter((one) => one.resting)[step.pick];
        if (!known) return;
        known.ended += this.book.cancel(known.order.id) ?? 0;
        known.resting = false;
        return;
      }
      case 'quote': {
        const bid: Level = [step.bid, step.bidQuantity];
        const ask: Level = [step.bid + step.spread, step.askQuantity];
        this.#follow(this.book.applyQuote(bid, ask));
        for (const { order, resting } of this.orders.values()) {
          if (!resting) continue;
          const [quoted] = order.side === 'buy' ? ask : bid;
          // A level that takers have emptied reaches nobody until the market shows it anew.
          if (this.book.displayed(opposite(order.side), quoted) === 0) continue;
          const distance = order.side === 'buy' ? quoted - order.price : order.price - quoted;
          expect(distance, `quote against order ${order.id}`).toBeGreaterThanOrEqual(this.#leastDistance());
        }
        return;
      }
      case 'trade': {
        const { events, left } = this.book.applyTrade(step.price, step.quantity, step.aggressor);
        const given = events.reduce((sum, event) => sum + (event.kind === 'trade' ? event.quantity : 0), 0);
        if (this.book.fillModel === 'touch') {
          expect(left).toBe(Math.max(0, step.quantity - given));
          for (const { order, resting } of this.orders.values()) {
            if (resting && order.price === step.price) expect(events.map(makerOf)).toContain(order.id);
          }
        } else expect(given + left).toBe(step.quantity);
        if (this.book.fillModel === 'through') {
          for (const event of events) expect(event).not.toMatchObject({ kind: 'trade', price: step.price });
        }
        this.#follow(events);
      }
    }
  }

  /** How near the opposite best quote may stand to an order that it has not filled, ticks. */
  #leastDistance(): number {
    return this.book.fillModel === 'through' ? 0 : 1;
  }

  #follow(events: readonly MatchEvent[]): void {
    for (const event of events) {
      if (event.kind === 'trade') {
        if (event.maker !== null) this.#maker(event.maker, event.price, event.quantity);
        if (event.taker !== null) this.#traded(event.taker, event.price, event.quantity);
      } else if (event.kind === 'rested') {
        this.#known(event.order).resting = true;
      } else if (event.kind === 'expired') {
        const known = this.#known(event.order);
        known.ended += event.quantity;
        known.resting = false;
      }
    }
  }

  #maker(id: number, at: number, amount: number): void {
    const known = this.#known(id);
    expect(at).toBe(known.order.price);
    for (const other of this.orders.values()) {
      if (!other.resting || other.order.side !== known.order.side || other === known) continue;
      const better = known.order.side === 'buy' ? other.order.price > at : other.order.price < at;
      expect(better, `order ${id} filled before ${other.order.id} at a better price`).toBe(false);
      if (other.order.price === at) expect(other.order.id, 'arrival').toBeGreaterThan(id);
    }
    this.#traded(id, at, amount);
    if (known.traded === known.order.amount.quantity) known.resting = false;
  }

  #traded(id: number, at: number, amount: number): void {
    const known = this.#known(id);
    expect(amount).toBeGreaterThan(0);
    if (known.order.side === 'buy') expect(at).toBeLessThanOrEqual(known.order.price);
    else expect(at).toBeGreaterThanOrEqual(known.order.price);
    known.traded += amount;
    expect(known.traded).toBeLessThanOrEqual(known.order.amount.quantity);
  }

  #known(id: number): Known {
    const known = this.orders.get(id);
    if (!known) throw new Error(`unknown order ${id}`);
    return known;
  }
}

function makerOf(event: MatchEvent): number | null {
  return event.kind === 'trade' ? event.maker : null;
}

describe('any flow of orders and market data', () => {
  it.each(['touch', 'queue', 'through'] as const)('keeps all of it with fill model %s', (fillModel) => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 60 }), (steps) => {
        const observer = new Observer(fillModel);
        for (const step of steps) {
          observer.apply(step);
          const { bid, ask } = observer.book.quote();
          if (bid && ask) expect(bid[0]).toBeLessThan(ask[0]);
        }
        for (const { order, traded, ended, resting } of observer.orders.values()) {
          const left = observer.book.resting(order.id)?.remaining ?? 0;
          expect(left > 0).toBe(resting);
          expect(traded + ended + left).toBe(order.amount.quantity);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('takes nothing that a preview did not announce', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 30 }),
        side,
        price,
        quantity,
        (steps, taker, limit, amount) => {
          const observer = new Observer();
          steps.forEach((step) => observer.apply(step));
          const order: IncomingOrder = {
            id: 1_000_000,
            owner: 'dave',
            side: taker,
            price: limit,
            amount: { quantity: amount },
            timeInForce: 'IOC',
            postOnly: false,
            selfTrade: 'expire-maker',
          };
          const plan = observer.book.preview(order);
          const before = observer.book.depth(opposite(taker), 100).reduce((sum, [, shown]) => sum + shown, 0);
          const events = observer.book.place(order);
          const taken = events.reduce((sum, event) => sum + (event.kind === 'trade' ? event.quantity : 0), 0);
          const after = observer.book.depth(opposite(taker), 100).reduce((sum, [, shown]) => sum + shown, 0);
          expect(taken).toBe(plan.filled);
          expect(before - after).toBe(taken);
        },
      ),
      { numRuns: 200 },
    );
  });
});
