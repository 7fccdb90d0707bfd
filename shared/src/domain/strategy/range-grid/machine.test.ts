import { describe, expect, it } from 'vitest';
import { TestSession, type SessionOptions } from './test-session.js';
import { PURCHASE_SLOT } from './state.js';
import { viewRangeGrid } from './view.js';

const FREE: SessionOptions['leg'] = { makerRate: '0', takerRate: '0' };

/** A grid of two cells, 100-110-120, at 110: cell 0 buys, cell 1 holds. */
function small(options: SessionOptions = {}): TestSession {
  const session = new TestSession({
    ...options,
    params: {
      lower: '100',
      upper: '120',
      levels: 3,
      quantity: '1',
      initialInventory: 'have',
      ...options.params,
    },
    leg: { ...FREE, bid: 10_999, ask: 11_000, ...options.leg },
  });
  session.acceptAll();
  return session;
}

describe('the start', () => {
  it('buys the base of the holding cells first, while the BUYs below rest already', () => {
    const session = new TestSession();
    expect(session.commands.map((at) => at.type === 'place' && [at.key.slot, at.side, at.orderType])).toEqual(
      [[PURCHASE_SLOT, 'buy', 'market'], ...[0, 1, 2, 3, 4].map((slot) => [slot, 'buy', 'limit'])],
    );
    expect(session.order(PURCHASE_SLOT).quantity).toBe(10_011);
    session.fill(session.order(PURCHASE_SLOT));
    const sells = session.exchange.live().filter((order) => order.side === 'sell');
    expect(sells.map((order) => [order.price, order.quantity])).toEqual(
      Array.from({ length: 10 }, (_, i) => [15_200 + 200 * i, 1_000]),
    );
  });

  it('buys the rest when the purchase fills in part, after a pause', () => {
    const session = new TestSession();
    session.tell(session.exchange.fill(session.order(PURCHASE_SLOT), 4_000, 'expired'));
    expect(session.commands).toEqual([]);
    session.tick(5_000);
    expect(session.order(PURCHASE_SLOT).quantity).toBe(6_011);
    session.fill(session.order(PURCHASE_SLOT));
    expect(session.state.header.phase).toBe('trading');
    expect(session.exchange.live()).toHaveLength(15);
  });

  it('lets go a rest of the purchase that is too small for an order', () => {
    const session = new TestSession({ params: { levels: 2 } });
    session.tell(session.exchange.fill(session.order(PURCHASE_SLOT), 1_000, 'expired'));
    expect(session.state.header.phase).toBe('trading');
    expect(session.order(0).quantity).toBe(999);
  });

  it('gives base that falls short to the nearest cells and leaves the others empty', () => {
    const session = new TestSession({ params: { initialInventory: 'none' } });
    expect(session.exchange.live()).toHaveLength(5);
    expect(session.cell(5)).toMatchObject({ want: 'none', order: null, waiting: { code: 'EMPTY' } });
  });

  it('rests a BUY in an empty cell once price reaches its sell level, and not before', () => {
    const session = new TestSession({ params: { initialInventory: 'none' } });
    session.quote(15_199, 15_200);
    expect(session.commands).toEqual([]);
    session.quote(15_200, 15_201);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'buy', price: 15_000, key: { slot: 5 } }]);
  });

  it('starts generations where it is told to', () => {
    const session = new TestSession();
    session.acceptAll();
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({});
    expect(session.exchange.live().every((order) => order.generation === 2)).toBe(true);
  });
});

describe('the example 140-170, 16 levels, 1 SOL a cell, bought at 150', () => {
  it('has gained 110 when all is sold: 20 from the grid and 90 from inventory', () => {
    const session = new TestSession({ leg: FREE });
    session.acceptAll();
    for (let ask = 15_001; ask <= 17_001; ask += 200) session.walkTo(ask - 1, ask);
    const { profit, position } = viewRangeGrid(session.params, session.context, session.state);
    expect(profit).toEqual({
      grid: '20',
      inventoryRealised: '90',
      inventoryUnrealised: '0',
      priceImprovement: '0',
      funding: '0',
      openFees: '0',
      total: '110',
    });
    expect(position).toBe('0');
    expect(session.profit().real).toBe('110');
    expect(session.cycles).toHaveLength(10);
  });
});

describe('counter orders', () => {
  it('a filled BUY arms a SELL one level up, and a filled SELL a BUY one level down', () => {
    const session = small();
    session.walkTo(9_999, 10_000);
    expect(session.order(0)).toMatchObject({ side: 'sell', price: 11_000, quantity: 1_000, generation: 1 });
    session.walkTo(11_000, 11_001);
    expect(session.order(0)).toMatchObject({ side: 'buy', price: 10_000, quantity: 1_000, generation: 2 });
    expect(session.cycles).toEqual([
      {
        slot: 0,
        cycle: {
          generation: 1,
          part: 0,
          buyPrice: '100',
          sellPrice: '110',
          quantity: '1',
          gross: '10',
          fees: '0',
          net: '10',
        },
      },
    ]);
  });

  it('the SELL is for the base received, and its residue goes into the next one', () => {
    const session = small({ leg: { makerRate: '0.0007' }, feeMode: 'received' });
    session.walkTo(9_999, 10_000);
    expect(session.order(0).quantity).toBe(999);
    expect(session.heldBase(0)).toBe('0.9993');
    session.walkTo(11_000, 11_001);
    expect(session.heldBase(0)).toBe('0.0003');
    for (const expected of [999, 999, 1_000]) {
      session.walkTo(9_999, 10_000);
      expect(session.order(0)).toMatchObject({ side: 'sell', quantity: expected });
      session.walkTo(11_000, 11_001);
    }
  });

  it('a fee in a third coin takes nothing off the base', () => {
    const session = small({ leg: { makerRate: '0.001' }, feeMode: 'third' });
    session.walkTo(9_999, 10_000);
    expect(session.order(0).quantity).toBe(1_000);
  });

  it('come when a partly filled order completes, not before', () => {
    const session = small();
    session.fill(session.order(0), 400);
    expect(session.commands).toEqual([]);
    session.fill(session.order(0), 600);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'sell', quantity: 1_000 }]);
  });

  it('rest at their level even where it crosses by now', () => {
    const session = small();
    const order = session.order(0);
    session.quote(11_500, 11_501);
    session.fill(order);
    expect(session.commands).toMatchObject([{ type: 'place', side: 'sell', price: 11_000, postOnly: false }]);
  });
});

describe('an order that the market has overtaken', () => {
  it('a BUY filled in part is cancelled at its sell level, and its part is sold', () => {
    const session = small();
    session.fill(session.order(0), 400);
    session.quote(11_000, 11_001);
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'buy', generation: 1 }]);
    session.quote(11_100, 11_101);
    expect(session.commands).toEqual([]);
    session.cancel(session.order(0));
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 400 });
  });

  it('stays when its part is too small to sell', () => {
    const session = small();
    session.fill(session.order(0), 40);
    session.quote(11_000, 11_001);
    expect(session.commands).toEqual([]);
  });

  it('a SELL filled in part is cancelled at its buy level, and only its part is bought again', () => {
    const session = small();
    session.fill(session.order(1), 400);
    session.quote(10_999, 11_000);
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'sell', generation: 1 }]);
    session.cancel(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'buy', price: 11_000, quantity: 400 });
    session.fill(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 1_000 });
  });

  it('a SELL stays when the part sold is too small to buy', () => {
    const session = small();
    session.fill(session.order(1), 40);
    session.quote(10_999, 11_000);
    expect(session.commands).toEqual([]);
  });

  it('is cancelled once more after a restart, in case the first request was lost', () => {
    const session = small();
    session.fill(session.order(0), 400);
    session.quote(11_000, 11_001);
    session.state = session.restored();
    session.quote(11_000, 11_001);
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'buy', generation: 1 }]);
    session.quote(11_000, 11_001);
    expect(session.commands).toEqual([]);
  });
});
