import { describe, expect, it } from 'vitest';
import type { StrategyView } from '../view.js';
import { PURCHASE_SLOT } from './state.js';
import { TestSession } from './test-session.js';
import { viewRangeGrid } from './view.js';

const view = (session: TestSession): StrategyView =>
  viewRangeGrid(session.params, session.context, session.state);

describe('what people see of a range grid', () => {
  it('a level is in flight, then resting, and frozen while its outcome is unknown', () => {
    const session = new TestSession({ params: { initialInventory: 'have' } });
    const state = (): string | undefined => view(session).levels[0]?.state;
    expect(state()).toBe('in-flight');
    session.tell(session.exchange.update(session.order(0), 'sent'));
    expect(state()).toBe('frozen');
    expect(view(session).levels[0]?.reason?.code).toBe('OUTCOME_UNKNOWN');
    session.tell(session.exchange.update(session.order(0), 'open'));
    expect(state()).toBe('resting');
  });

  it('every waiting level says why', () => {
    const session = new TestSession();
    expect(view(session)).toMatchObject({ phase: 'buying initial inventory' });
    expect(view(session).levels[5]?.reason?.code).toBe('INITIAL_PURCHASE');
    session.acceptAll();
    session.cancel(session.order(3));
    expect(view(session).levels[3]).toMatchObject({ state: 'waiting', reason: { code: 'CANCELED_OUTSIDE' } });
    session.pause();
    expect(view(session)).toMatchObject({ phase: 'paused' });
    expect(view(session).levels[3]?.reason?.code).toBe('STOPPED');
  });

  it('says what blocks the initial purchase', () => {
    const session = new TestSession();
    const refusal = { code: 'INSUFFICIENT_BALANCE', message: 'No funds.' };
    session.tell(session.exchange.update(session.order(PURCHASE_SLOT), 'rejected', refusal));
    expect(view(session).blocked).toEqual(refusal);
  });

  it('counts no residue as a position', () => {
    const session = new TestSession({
      params: { initialInventory: 'none' },
      leg: { bid: 13_999, ask: 14_600 },
    });
    session.acceptAll();
    session.fill(session.order(2));
    expect(view(session)).toMatchObject({ positionCount: 1, position: '0.999' });
    session.fill(session.order(2));
    expect(view(session)).toMatchObject({ positionCount: 0, cycles: 1 });
  });

  it('knows where the market is', () => {
    const session = new TestSession();
    expect(view(session).range).toBe('in-range');
    session.quote(17_001, 17_002);
    expect(view(session).range).toBe('above-range');
    session.quote(13_998, 13_999);
    expect(view(session).range).toBe('below-range');
  });

  it('splits profit into parts that add up, fees of open lots apart', () => {
    const session = new TestSession();
    session.acceptAll();
    session.walkTo(14_400, 14_401);
    const { profit } = view(session);
    expect(profit.openFees).not.toBe('0');
    expect(profit.total).toBe(session.profit().real);
  });
});
