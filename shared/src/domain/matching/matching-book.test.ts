import { beforeEach, describe, expect, it } from 'vitest';
import { MatchingBook, type FillModel, type IncomingOrder, type MatchEvent } from './index.js';

let book: MatchingBook;
let nextId: number;

beforeEach(() => {
  book = new MatchingBook();
  nextId = 1;
  book.reset({
    bids: [
      [99, 10],
      [98, 20],
    ],
    asks: [
      [101, 5],
      [102, 7],
    ],
  });
});

function order(fields: Partial<IncomingOrder>): IncomingOrder {
  return {
    id: nextId++,
    owner: 'alice',
    side: 'buy',
    price: 100,
    amount: { quantity: 4 },
    timeInForce: 'GTC',
    postOnly: false,
    selfTrade: 'expire-maker',
    ...fields,
  };
}

const rest = (fields: Partial<IncomingOrder>): number => {
  const placed = order({ postOnly: true, ...fields });
  expect(book.place(placed).map((event) => event.kind)).toEqual(['rested']);
  return placed.id;
};

/** Price, quantity, maker and taker of each trade. */
const trades = (events: readonly MatchEvent[]): unknown[] =>
  events.flatMap((event) =>
    event.kind === 'trade' ? [[event.price, event.quantity, event.maker, event.taker]] : [],
  );

describe('taking from the outside market', () => {
  it('walks the displayed depth and rests what the limit leaves over', () => {
    const events = book.place(order({ price: 101, amount: { quantity: 8 } }));
    expect(trades(events)).toEqual([[101, 5, null, 1]]);
    expect(events.at(-1)).toEqual({ kind: 'rested', order: 1, quantity: 3 });
    expect(book.quote()).toEqual({ bid: [101, 3], ask: [102, 7] });
  });

  it('does not sell the same displayed quantity twice until the level changes', () => {
    book.place(order({ price: 101, amount: { quantity: 5 }, timeInForce: 'IOC' }));
    const again = order({ price: 101, timeInForce: 'IOC' });
    expect(trades(book.place(again))).toEqual([]);
    book.applyLevels({ bids: [], asks: [[101, 6]] });
    expect(trades(book.place(order({ price: 101, timeInForce: 'IOC' })))).toEqual([[101, 4, null, 3]]);
  });

  it('expires the rest of a market order when the book is empty', () => {
    const events = book.place(order({ price: null, amount: { quantity: 20 } }));
    expect(trades(events)).toEqual([
      [101, 5, null, 1],
      [102, 7, null, 1],
    ]);
    expect(events.at(-1)).toEqual({ kind: 'expired', order: 1, quantity: 8, cause: 'unfilled' });
  });

  it('spends a budget in whole steps and never more', () => {
    const plan = book.preview(order({ price: null, amount: { budget: 101n * 5n + 102n * 2n + 101n } }));
    expect(plan.filled).toBe(7);
    expect(plan.cost).toBe(101n * 5n + 102n * 2n);
  });

  it('trades all of a fill-or-kill order or nothing', () => {
    const killed = book.place(order({ price: 101, amount: { quantity: 6 }, timeInForce: 'FOK' }));
    expect(killed).toEqual([{ kind: 'expired', order: 1, quantity: 6, cause: 'fill-or-kill' }]);
    expect(
      trades(book.place(order({ price: 101, amount: { quantity: 5 }, timeInForce: 'FOK' }))),
    ).toHaveLength(1);
  });

  it('refuses a post-only order that would take', () => {
    expect(book.place(order({ price: 101, postOnly: true }))).toEqual([
      { kind: 'refused', order: 1, cause: 'would-take' },
    ]);
  });
});

describe('a resting order and recorded trades', () => {
  it('fills at its own price when the market trades through it, limited by the quantity traded', () => {
    const id = rest({ price: 99, amount: { quantity: 4 } });
    const { events, left } = book.applyTrade(98, 3, 'sell');
    expect(trades(events)).toEqual([[99, 3, id, null]]);
    expect(left).toBe(0);
    expect(book.resting(id)?.remaining).toBe(1);
  });

  it('waits at its price until the quantity displayed ahead of it has traded', () => {
    const id = rest({ price: 99 });
    expect(book.applyTrade(99, 10, 'sell')).toEqual({ events: [], left: 10 });
    const { events, left } = book.applyTrade(99, 6, 'sell');
    expect(trades(events)).toEqual([[99, 4, id, null]]);
    expect(left).toBe(2);
  });

  it('moves up when the level ahead of it shrinks, and does not fall back when it grows', () => {
    const id = rest({ price: 99 });
    book.applyLevels({ bids: [[99, 3]], asks: [] });
    book.applyLevels({ bids: [[99, 50]], asks: [] });
    expect(book.resting(id)?.ahead).toBe(3);
    expect(trades(book.applyTrade(99, 5, 'sell').events)).toEqual([[99, 2, id, null]]);
  });

  it('does not fill by a buyer trading at its bid price', () => {
    rest({ price: 100 });
    expect(book.applyTrade(100, 5, 'buy')).toEqual({ events: [], left: 5 });
  });

  it('fills orders by price and then by arrival', () => {
    const early = rest({ price: 100, owner: 'alice' });
    const late = rest({ price: 100, owner: 'bob' });
    const worse = rest({ price: 99, owner: 'carol' });
    const { events } = book.applyTrade(98, 9, 'sell');
    expect(trades(events)).toEqual([
      [100, 4, early, null],
      [100, 4, late, null],
      [99, 1, worse, null],
    ]);
  });
});

describe('a resting order and the recorded quote', () => {
  it('fills in full at its own price when the best ask reaches it', () => {
    const id = rest({ price: 100 });
    expect(trades(book.applyQuote([99, 1], [100, 1]))).toEqual([[100, 4, id, null]]);
    expect(book.resting(id)).toBeUndefined();
  });

  it('is checked against the book after a reset', () => {
    const sell = rest({ side: 'sell', price: 103 });
    const buy = rest({ price: 97 });
    expect(trades(book.reset({ bids: [[104, 1]], asks: [[105, 1]] }))).toEqual([[103, 4, sell, null]]);
    expect(book.resting(buy)?.remaining).toBe(4);
    expect(book.depth('buy', 9)).toEqual([
      [104, 1],
      [97, 4],
    ]);
  });

  it('a new best quote removes the better levels of the old one', () => {
    book.applyQuote([98, 4], [102, 7]);
    expect(book.quote()).toEqual({ bid: [98, 4], ask: [102, 7] });
  });
});

describe('orders of several users', () => {
  it('match each other at the resting price before worse outside levels', () => {
    const maker = rest({ owner: 'bob', side: 'sell', price: 100 });
    expect(trades(book.place(order({ price: 101, amount: { quantity: 6 } })))).toEqual([
      [100, 4, maker, 2],
      [101, 2, null, 2],
    ]);
  });

  it('give way to the outside quantity that was displayed first at the same price', () => {
    const maker = rest({ owner: 'bob', side: 'sell', price: 101, amount: { quantity: 2 } });
    book.applyLevels({ bids: [], asks: [[101, 9]] });
    expect(trades(book.place(order({ price: 101, amount: { quantity: 10 } })))).toEqual([
      [101, 5, null, 2],
      [101, 2, maker, 2],
      [101, 3, null, 2],
    ]);
  });

  it.each([
    ['expire-maker', ['expired 1', 'trade', 'rested 2']],
    ['expire-taker', ['expired 2']],
    ['expire-both', ['expired 1', 'expired 2']],
    ['none', ['trade', 'trade']],
  ] as const)('prevent a trade with oneself as %s says', (selfTrade, expected) => {
    rest({ side: 'sell', price: 100, amount: { quantity: 3 } });
    const events = book.place(
      order({ price: 101, amount: { quantity: selfTrade === 'expire-maker' ? 6 : 4 }, selfTrade }),
    );
    expect(
      events.map((event) => (event.kind === 'trade' ? 'trade' : `${event.kind} ${event.order}`)),
    ).toEqual(expected);
  });

  it('shows their quantity with the outside quantity of the level', () => {
    rest({ price: 99 });
    expect(book.depth('buy', 1)).toEqual([[99, 14]]);
    expect(book.cancel(1)).toBe(4);
    expect(book.cancel(1)).toBeNull();
    expect(book.depth('buy', 1)).toEqual([[99, 10]]);
  });
});

describe('the fill model', () => {
  const start = (fillModel: FillModel): void => {
    book = new MatchingBook(fillModel);
    book.applyQuote([99, 10], [101, 5]);
  };

  it('touch fills whole at a trade at the price, whoever was the aggressor and whatever was ahead', () => {
    start('touch');
    const buy = rest({ price: 99 });
    expect(trades(book.applyTrade(99, 1, 'buy').events)).toEqual([[99, 4, buy, null]]);
    const sell = rest({ side: 'sell', price: 101 });
    const { events, left } = book.applyTrade(101, 9, 'buy');
    expect([trades(events), left]).toEqual([[[101, 4, sell, null]], 5]);
  });

  it('touch fills whole when the opposite best quote reaches the price', () => {
    start('touch');
    const buy = rest({ price: 99 });
    expect(trades(book.applyQuote([98, 1], [99, 1]))).toEqual([[99, 4, buy, null]]);
  });

  it('through fills by nothing at the price, only beyond it', () => {
    start('through');
    const buy = rest({ price: 99 });
    expect(book.applyTrade(99, 50, 'sell')).toEqual({ events: [], left: 50 });
    expect(book.applyQuote([98, 1], [99, 1])).toEqual([]);
    expect(trades(book.applyTrade(98, 3, 'sell').events)).toEqual([[99, 3, buy, null]]);
    expect(trades(book.applyQuote([97, 1], [98, 1]))).toEqual([[99, 1, buy, null]]);
  });

  it('through hides orders at which the opposite quote stands, so that the book never locks', () => {
    start('through');
    rest({ price: 99 });
    rest({ price: 98 });
    book.takeChanges();
    book.applyQuote([97, 1], [99, 1]);
    expect(book.quote()).toEqual({ bid: [98, 4], ask: [99, 1] });
    expect([book.displayed('buy', 99), book.takeChanges().bids.has(99)]).toEqual([0, true]);
    book.applyQuote([97, 1], [100, 1]);
    expect(book.quote()).toEqual({ bid: [99, 4], ask: [100, 1] });
    expect(book.takeChanges().bids.has(99)).toBe(true);
  });
});
