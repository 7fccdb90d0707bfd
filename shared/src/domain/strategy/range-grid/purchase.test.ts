import { describe, expect, it } from 'vitest';
import type { RangeGridParams } from './params.js';
import { PURCHASE_LIMIT_MS } from './purchase.js';
import { PURCHASE_SLOT } from './state.js';
import { TestSession } from './test-session.js';

const begun = (changes: Partial<RangeGridParams> = {}): TestSession =>
  new TestSession({ params: { initialOrder: 'limit', ...changes }, feeMode: 'quote' });

function open(session: TestSession): void {
  session.tell(session.exchange.update(session.order(PURCHASE_SLOT), 'open'));
}

describe('an initial purchase as a limit order', () => {
  it('rests at the best bid, and the cells get their base when it has filled', () => {
    const session = begun();
    const order = session.order(PURCHASE_SLOT);
    expect(order).toMatchObject({ side: 'buy', price: 14_999 });
    open(session);
    session.fill(order);
    expect(session.state.header.phase).toBe('trading');
    expect(session.order(5)).toMatchObject({ side: 'sell', price: 15_200 });
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('is taken back after a minute, and what is left is bought at the market', () => {
    const session = begun();
    const order = session.order(PURCHASE_SLOT);
    open(session);
    session.fill(order, 4_000);
    session.tick(PURCHASE_LIMIT_MS - 1);
    expect(order.cancelRequested).toBe(false);
    session.tick(1);
    expect(order.cancelRequested).toBe(true);
    session.cancel(order);
    const rest = session.order(PURCHASE_SLOT);
    expect(rest).toMatchObject({ price: null, quantity: order.quantity - 4_000 });
    session.fill(rest);
    expect(session.state.header.phase).toBe('trading');
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('counts a fill that beats its cancellation', () => {
    const session = begun();
    const order = session.order(PURCHASE_SLOT);
    open(session);
    session.tick(PURCHASE_LIMIT_MS);
    session.fill(order);
    expect(session.state.header.phase).toBe('trading');
    expect(session.exchange.live().some(({ price }) => price === null)).toBe(false);
  });

  it('keeps its minute over a restart', () => {
    const session = begun();
    const order = session.order(PURCHASE_SLOT);
    open(session);
    session.tick(40_000);
    session.state = session.restored();
    session.quote(14_990, 14_991);
    session.tick(20_000);
    expect(order.cancelRequested).toBe(true);
  });

  it('is a market order unless asked for', () => {
    expect(begun({ initialOrder: 'market' }).order(PURCHASE_SLOT).price).toBeNull();
  });
});
