import { describe, expect, it } from 'vitest';
import { TestSession, type SessionOptions } from './test-session.js';

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

describe('profit mode', () => {
  it('`compound` buys as much more as the proceeds allow', () => {
    const session = small({ params: { profitMode: 'compound' } });
    session.walkTo(9_999, 10_000);
    session.walkTo(11_000, 11_001);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_100 });
    session.walkTo(9_999, 10_000);
    session.walkTo(11_000, 11_001);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_210 });
  });

  it('`compound` counts a SELL that was interrupted as one with its continuation', () => {
    const session = small({ params: { profitMode: 'compound' } });
    session.walkTo(9_999, 10_000);
    session.fill(session.order(0), 500);
    session.cancel(session.order(0));
    session.tick(5_000);
    session.walkTo(11_000, 11_001);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_100 });
    expect(session.cycles.map(({ cycle }) => cycle.quantity)).toEqual(['0.5', '0.5']);
  });

  it('`compound` spends no quote that went into the SELL fee', () => {
    const session = small({
      params: { profitMode: 'compound', upper: '100.2' },
      leg: { makerRate: '0.001', bid: 10_009, ask: 10_010 },
      feeMode: 'quote',
    });
    session.walkTo(9_999, 10_000);
    session.walkTo(10_010, 10_011);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_000 });
  });

  it('`compound` never buys less than before', () => {
    const session = small({
      params: { profitMode: 'compound', upper: '100.2' },
      leg: { makerRate: '0.01', bid: 10_019, ask: 10_020 },
    });
    session.walkTo(9_999, 10_000);
    session.walkTo(10_020, 10_021);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_000 });
  });

  it('`base` sells only what brings the quote back and keeps the rest', () => {
    const session = small({ params: { profitMode: 'base' } });
    session.walkTo(9_999, 10_000);
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 910 });
    session.walkTo(11_000, 11_001);
    expect(session.order(0)).toMatchObject({ side: 'buy', quantity: 1_000 });
    expect(session.state.header.unassigned).toMatchObject({ base: '0.09', cost: '9' });
    expect(session.state.header.grid).toBe('9.1');
    // The quote is whole again: sold for 100.1 what had cost 100.
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('`base` remembers what an interrupted SELL has brought', () => {
    const session = small({ params: { profitMode: 'base' } });
    session.walkTo(9_999, 10_000);
    session.fill(session.order(0), 500);
    session.cancel(session.order(0));
    session.tick(5_000);
    expect(session.order(0)).toMatchObject({ side: 'sell', quantity: 410 });
  });
});
