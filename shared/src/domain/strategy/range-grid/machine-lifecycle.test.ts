import { describe, expect, it } from 'vitest';
import { restoreRangeGrid } from './state.js';
import { TestSession, type SessionOptions } from './test-session.js';

/** A grid of two cells, 100-110-120, at 110, without fees: cell 0 buys, cell 1 holds. */
function small(options: SessionOptions = {}): TestSession {
  const session = new TestSession({
    params: {
      lower: '100',
      upper: '120',
      levels: 3,
      quantity: '1',
      initialInventory: 'have',
      ...options.params,
    },
    leg: { makerRate: '0', takerRate: '0', bid: 10_999, ask: 11_000 },
  });
  session.acceptAll();
  return session;
}

describe('pause and resume', () => {
  it('places nothing while paused, books what still fills, and gives each cell its order back', () => {
    const session = small();
    session.pause();
    session.fill(session.order(0));
    session.cancel(session.order(1));
    session.tick(60_000);
    expect(session.exchange.live()).toEqual([]);
    session.resume();
    expect(session.commands).toMatchObject([
      { type: 'place', side: 'sell', key: { slot: 0 } },
      { type: 'place', side: 'sell', key: { slot: 1 } },
    ]);
  });
});

describe('an edit', () => {
  it('gives held base to the cells above the market, nearest first, and keeps statistics and profit', () => {
    const session = small();
    session.walkTo(12_000, 12_001);
    session.walkTo(9_999, 10_000);
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    const before = session.profit();
    const { cycles, grid } = session.state.header;
    session.edit({ lower: '90', upper: '130', levels: 5 });
    expect(session.profit()).toEqual(before);
    expect(session.state.header).toMatchObject({ cycles, grid });
    expect(session.exchange.live().map((order) => [order.key.slot, order.side, order.quantity])).toEqual([
      [0, 'buy', 1_000],
      [1, 'sell', 1_000],
      [2, 'sell', 1_000],
    ]);
    expect(session.cell(3).waiting?.code).toBe('EMPTY');
  });

  it('never buys on its own', () => {
    const session = small();
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({ initialInventory: 'buy', levels: 9 });
    expect(session.exchange.live().every((order) => order.price !== null)).toBe(true);
  });
});

describe('a stored state', () => {
  it('comes back as it was, but for the quote', () => {
    const session = small();
    session.fill(session.order(1), 300);
    expect(session.restored()).toEqual({ ...session.state, quote: null });
  });

  it.each([
    ['a header of another kind', { phase: 'dancing' }, new Map()],
    ['a cell without its lots', undefined, new Map([[0, { want: 'buy', order: null }]])],
  ])('is refused with %s', (_, header, slots) => {
    const good = small().state.header;
    expect(() => restoreRangeGrid(header ?? good, slots)).toThrow();
  });

  it('is refused when the purchase stands where a cell should', () => {
    const { state } = new TestSession();
    const purchase = [...state.slots.values()].at(-1);
    expect(() => restoreRangeGrid(state.header, new Map([[0, purchase]]))).toThrow();
  });
});
