import { describe, expect, it } from 'vitest';
import { dec } from '../../numbers/decimal.js';
import { edgesOf } from './layout.js';
import type { RangeGridParams } from './params.js';
import { TestSession } from './test-session.js';
import { violations } from './test-invariants.js';

/** Five cells of 100-110 with one each, trading at 104. */
function trailing(params: Partial<RangeGridParams>): TestSession {
  const session = new TestSession({
    params: { lower: '100', upper: '110', levels: 6, ...params },
    leg: { bid: 10_399, ask: 10_400, makerRate: '0', takerRate: '0' },
  });
  session.acceptAll();
  session.acceptAll();
  return session;
}

function confirmAll(session: TestSession): void {
  for (let round = 0; round < 20; round += 1) {
    for (const order of session.exchange.live()) if (order.cancelRequested) session.cancel(order);
    session.acceptAll();
  }
}

describe('a grid that follows the market up', () => {
  it('moves by one cell once the price has passed the end by a full step', () => {
    const session = trailing({ trailing: { direction: 'up' } });
    session.walkTo(11_199, 11_200);
    expect(edgesOf(session.state.slots)).toEqual({ low: 0, high: 4 });
    session.quote(11_200, 11_201);
    // The lowest BUY is cancelled first; its place is taken only when that is confirmed.
    expect(session.order(0).cancelRequested).toBe(true);
    expect(edgesOf(session.state.slots)).toEqual({ low: 0, high: 4 });
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: 1, high: 5 });
    // 1 at 100 is 100 quote: 0.909 at 110.
    expect(session.order(5)).toMatchObject({ side: 'buy', price: 11_000, quantity: 909 });
    expect(session.exchange.live()).toHaveLength(5);
  });

  it('follows a gap as far as it goes, and no farther than the limit', () => {
    const session = trailing({ trailing: { direction: 'up', highest: '118' } });
    session.walkTo(13_000, 13_001);
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: 4, high: 8 });
    expect(violations(session)).toEqual([]);
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });

  it('stays where it is when the price comes back before the cancellation is confirmed', () => {
    const session = trailing({ trailing: { direction: 'up' } });
    session.walkTo(11_200, 11_201);
    session.quote(10_999, 11_000);
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: 0, high: 4 });
    expect(session.order(0)).toMatchObject({ side: 'buy', price: 10_000 });
  });

  it('does not follow down', () => {
    const session = trailing({ trailing: { direction: 'up' } });
    session.walkTo(9_000, 9_001);
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: 0, high: 4 });
  });
});

describe('a grid that follows the market down', () => {
  it('keeps the base of the moved SELL, and shows the loss as inventory', () => {
    const session = trailing({ trailing: { direction: 'down' } });
    session.walkTo(9_801, 9_802);
    const before = dec(session.state.header.inventoryRealised);
    session.quote(9_799, 9_800);
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: -1, high: 3 });
    expect(session.order(-1)).toMatchObject({ side: 'sell', price: 10_000, quantity: 1_000 });
    // Booked at 108, now at 98.
    expect(dec(session.state.header.inventoryRealised).minus(before).toFixed()).toBe('-10');
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });

  it('never goes below its limit', () => {
    const session = trailing({ trailing: { direction: 'both', lowest: '97' } });
    session.walkTo(5_000, 5_001);
    confirmAll(session);
    expect(edgesOf(session.state.slots)).toEqual({ low: -1, high: 3 });
  });

  it('goes there and back without using a client order id twice', () => {
    const session = trailing({ trailing: { direction: 'both' } });
    for (const bid of [9_000, 12_000, 8_500, 11_500]) {
      session.walkTo(bid, bid + 1);
      confirmAll(session);
      session.walkTo(bid, bid + 1);
      confirmAll(session);
    }
    expect(violations(session)).toEqual([]);
    expect(session.cells().filter(([, cell]) => cell.active)).toHaveLength(5);
  });

  it('books news of a place it has left', () => {
    const session = trailing({ trailing: { direction: 'up' } });
    session.walkTo(11_200, 11_201);
    const moved = session.order(0);
    confirmAll(session);
    session.fill(moved, 300);
    expect(session.state.header.unassigned.base).toBe('0.3');
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });
});

describe('lines beyond the range', () => {
  it('come from the unrounded formula, geometric ones by the ratio', () => {
    const session = trailing({ spacing: 'geometric', trailing: { direction: 'up' } });
    session.walkTo(11_300, 11_301);
    confirmAll(session);
    // 100 · 1.1^(6/5) = 112.117…
    expect(session.order(5)).toMatchObject({ price: 11_000 });
    session.quote(11_211, 11_212);
    expect(session.cell(5).want).toBe('buy');
    session.walkTo(10_999, 11_000);
    expect(session.order(5)).toMatchObject({ side: 'sell', price: 11_212 });
  });
});
