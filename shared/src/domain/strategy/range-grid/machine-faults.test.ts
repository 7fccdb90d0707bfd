import { describe, expect, it } from 'vitest';
import { TestSession, type SessionOptions } from './test-session.js';

const REFUSAL = { code: 'INSUFFICIENT_BALANCE', message: 'The exchange refused the order.' };

/** A grid of two cells, 100-110-120, at 110, without fees: cell 0 buys, cell 1 holds. */
function small(options: SessionOptions = {}): TestSession {
  const session = new TestSession({
    params: {
      lower: '100',
      upper: '120',
      levels: 3,
      quantity: { mode: 'base', value: '1' },
      initialInventory: 'have',
      ...options.params,
    },
    leg: { makerRate: '0', takerRate: '0', bid: 10_999, ask: 11_000 },
  });
  session.acceptAll();
  return session;
}

describe('an order that ends without having filled', () => {
  it('is tried again after 5, 10, 20, 40, 60 and 60 s when it is refused', () => {
    const session = new TestSession({
      params: { levels: 2, initialInventory: 'none' },
      leg: { ask: 17_001, bid: 17_000 },
    });
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      session.tell(session.exchange.update(session.order(0), 'rejected', REFUSAL));
      expect(session.commands).toEqual([]);
      expect(session.cell(0).waiting).toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
      session.tick(seconds * 1_000 - 1);
      expect(session.commands).toEqual([]);
      session.tick(1);
      expect(session.commands).toHaveLength(1);
    }
  });

  it('starts from 5 s again once an order was accepted', () => {
    const session = small();
    for (let failures = 0; failures < 3; failures += 1) {
      session.tell(session.exchange.update(session.order(0), 'rejected', REFUSAL));
      session.tick(60_000);
    }
    session.tell(session.exchange.update(session.order(0), 'open'));
    session.tell(session.exchange.update(session.order(0), 'expired'));
    expect(session.cell(0).waiting).toMatchObject({ code: 'ORDER_EXPIRED', retryAt: session.now + 5_000 });
  });

  it('is placed again with the next generation when it was cancelled from outside', () => {
    const session = small();
    session.cancel(session.order(0));
    expect(session.cell(0).waiting?.code).toBe('CANCELED_OUTSIDE');
    session.tick(5_000);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'buy', generation: 2, quantity: 1_000 }]);
  });

  it('is placed again at once when it provably never left, but not when the order path refused it', () => {
    const session = small();
    session.tell(session.exchange.update(session.order(0), 'never-sent'));
    expect(session.commands).toMatchObject([{ type: 'place', generation: 2 }]);
    session.tell(session.exchange.update(session.order(0), 'never-sent', REFUSAL));
    expect(session.commands).toEqual([]);
    session.tick(5_000);
    expect(session.commands).toMatchObject([{ type: 'place', generation: 3 }]);
  });

  it('goes on after a restart when a gate that opens between two milliseconds holds it back', () => {
    const session = small();
    const held = session.exchange.update(session.order(0), 'never-sent', REFUSAL);
    session.tell({ ...held, retryAt: session.now + 1_999.5 });
    session.state = session.restored();
    session.tick(1_999);
    expect(session.commands).toEqual([]);
    session.tick(1);
    expect(session.commands).toMatchObject([{ type: 'place', generation: 2 }]);
  });

  it('sells the part that a cancelled BUY has bought', () => {
    const session = small();
    session.fill(session.order(0), 400);
    session.cancel(session.order(0));
    session.tick(5_000);
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 400 });
  });

  it('goes on buying, at least the venue’s minimum, when that part is too small to sell', () => {
    const session = small();
    session.fill(session.order(0), 30);
    session.cancel(session.order(0));
    session.tick(5_000);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 970 });
    const tiny = small({ params: { quantity: { mode: 'base', value: '0.06' } } });
    tiny.fill(tiny.order(0), 30);
    tiny.cancel(tiny.order(0));
    tiny.tick(5_000);
    expect(tiny.order(0)).toMatchObject({ side: 'buy', quantity: 50 });
  });

  it('does not hold up the other cells', () => {
    const session = small();
    session.tell(session.exchange.update(session.order(0), 'expired'));
    session.walkTo(12_000, 12_001);
    expect(session.order(1)).toMatchObject({ side: 'buy', price: 11_000 });
  });
});

describe('a fill that comes late', () => {
  it('of a cancelled BUY is sold, and not bought a second time', () => {
    const session = small();
    const order = session.order(0);
    session.cancel(order);
    session.tell(session.exchange.fill(order, 1_000));
    session.tick(5_000);
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 1_000 });
  });

  it('of an earlier BUY takes the present one back', () => {
    const session = small();
    const order = session.order(0);
    session.cancel(order);
    session.tick(5_000);
    session.tell(session.exchange.fill(order, 1_000));
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'buy', generation: 2 }]);
    session.cancel(session.order(0));
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 1_000 });
  });

  it('of an earlier SELL takes back a SELL of base that is gone', () => {
    const session = small();
    const order = session.order(1);
    session.cancel(order);
    session.tick(5_000);
    session.tell(session.exchange.fill(order, 600));
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'sell', generation: 2 }]);
    session.cancel(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'sell', generation: 3, quantity: 400 });
  });

  it('of a SELL whose cell has turned to buying is a cycle of its own with its own number', () => {
    const session = small();
    const order = session.order(1);
    session.fill(order, 500);
    session.quote(10_999, 11_000);
    session.cancel(order);
    session.tell(session.exchange.fill(order, 200));
    session.tell(session.exchange.fill(order, 300));
    expect(session.cycles.map(({ cycle }) => [cycle.generation, cycle.part, cycle.quantity])).toEqual([
      [1, 0, '0.5'],
      [1, 1, '0.2'],
      [1, 2, '0.3'],
    ]);
    expect(session.state.header).toMatchObject({ cycles: 3, grid: '10' });
  });

  it('does not sweep up base that the cell is buying as profit of an earlier SELL', () => {
    const session = small({ params: { profit: 'base' } });
    const order = session.order(1);
    session.fill(order, 500);
    session.quote(10_999, 11_000);
    session.cancel(order);
    session.fill(session.order(1), 200);
    expect(session.heldBase(1)).toBe('0.7');
    session.tell(session.exchange.fill(order, 417));
    expect(order.state).toBe('filled');
    expect(session.heldBase(1)).toBe('0.283');
    expect(session.state.header.unassigned.base).toBe('0');
  });

  it('for a cell that an edit removed is kept as unassigned base', () => {
    const session = small();
    const order = session.order(1);
    session.pause();
    for (const live of session.exchange.live()) session.cancel(live);
    session.edit({ levels: 2 });
    session.tell(session.exchange.fill(order, 400));
    expect(session.profit().claimed).toBe(session.profit().real);
    expect(session.state.header.unassigned.base).toBe('-0.4');
  });
});

describe('an order that was thought to be over', () => {
  it('is cancelled when it turns out to live', () => {
    const session = small();
    const order = session.order(0);
    session.tell(session.exchange.update(order, 'never-sent'));
    session.tell(session.exchange.update(order, 'open'));
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'buy', generation: 1 }]);
    expect(session.cell(0).order?.generation).toBe(2);
  });
});

describe('post-only', () => {
  const options: SessionOptions = { params: { postOnly: true } };

  it('waits while its level would cross, and places the order when the market moves away', () => {
    const session = small(options);
    const order = session.order(0);
    session.quote(11_500, 11_501);
    session.fill(order);
    expect(session.commands).toEqual([]);
    expect(session.cell(0).waiting?.code).toBe('WOULD_CROSS');
    session.quote(11_000, 11_001);
    expect(session.commands).toEqual([]);
    session.quote(10_999, 11_000);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'sell', price: 11_000, postOnly: true }]);
  });

  it('waits for the first quote after a restart', () => {
    const session = small(options);
    const order = session.order(0);
    session.state = session.restored();
    session.fill(order);
    expect(session.commands).toEqual([]);
    session.quote(10_500, 10_501);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'sell', price: 11_000 }]);
  });
});
