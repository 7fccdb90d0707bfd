import { describe, expect, it } from 'vitest';
import type { LegContext } from '../kind.js';
import type { KindSession } from '../testing/kind-session.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';
import { FREE, ladder, REFUSAL } from './test-ladder.js';

describe('a stop loss', () => {
  const stopped = (leg: LegContext = FREE): KindSession<LadderGridParams, LadderGridState> => {
    const session = ladder({ stopLoss: '5' }, leg);
    session.fill(session.order(1));
    session.acceptAll();
    session.quote(9_405, 9_406);
    return session;
  };

  it('first takes the take-profit back, and sells at the market only when that is done', () => {
    const session = stopped();
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'sell' }]);
    session.tick();
    expect(session.commands).toEqual([]);
    session.cancelAsked();
    expect(session.commands).toMatchObject([{ type: 'place', side: 'sell', price: null, quantity: 1_000 }]);
  });

  it('sells what is there after fees, and not what was bought', () => {
    const session = stopped({ ...FREE, makerRate: '0.001' });
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ price: null, quantity: 999 });
  });

  it('sells only the rest when the take-profit filled meanwhile', () => {
    const session = stopped();
    session.fill(session.order(1), 300);
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ price: null, quantity: 700 });
  });

  it('is tried again until the slot is flat, and says why it is not', () => {
    const session = stopped();
    session.cancelAsked();
    session.tell(session.exchange.update(session.order(1), 'rejected', REFUSAL));
    expect(ladderGrid.view(session.params, session.context, session.state).blocked?.code).toBe(REFUSAL.code);
    session.tick(5_000);
    session.tell(session.exchange.fill(session.order(1), 400, 'expired'));
    expect(session.state.slots.get(1)?.phase).toBe('exit');
    session.tick(10_000);
    expect(session.order(1)).toMatchObject({ price: null, quantity: 600 });
    session.fill(session.order(1));
    expect(session.state.slots.get(1)).toMatchObject({ phase: 'open', lots: [] });
    expect(session.order(1)).toMatchObject({ side: 'buy', price: 9_310 });
  });

  it('goes on after a restart in the middle of it', () => {
    const session = stopped();
    session.state = session.restored();
    session.quote(9_500);
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'sell' }]);
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ price: null });
  });
});

describe('the longest holding time', () => {
  it('closes an old position at the market, whether it wins or loses', () => {
    const session = ladder({ maxHoldingMinutes: 10 });
    session.fill(session.order(1));
    session.acceptAll();
    session.tick(599_000);
    expect(session.commands).toEqual([]);
    session.tick(1_000);
    expect(session.state.slots.get(1)).toMatchObject({ phase: 'exit', exitCode: 'HOLDING_TIME' });
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ side: 'sell', price: null });
  });
});

describe('an end', () => {
  const trading = (): KindSession<LadderGridParams, LadderGridState> => {
    const session = ladder();
    session.fill(session.order(1));
    session.acceptAll();
    return session;
  };

  it('that keeps the orders is over at once', () => {
    const session = trading();
    session.stop('keep');
    expect(session.commands).toMatchObject([{ type: 'finish', outcome: 'orders-kept' }]);
  });

  it('that cancels is over when every order is, and keeps the position for the next start', () => {
    const session = trading();
    session.stop('cancel');
    expect(session.finish).toBeNull();
    session.cancelAsked();
    expect(session.finish).toMatchObject({ outcome: 'holding' });
    session.resume();
    expect(session.order(1)).toMatchObject({ side: 'sell', price: 9_999 });
  });

  it('that sells is over only when the exchange has shown that all is sold', () => {
    const session = trading();
    session.stop('sell');
    session.cancelAsked();
    expect(session.finish).toBeNull();
    session.fill(session.order(1), 500);
    expect(session.finish).toBeNull();
    session.fill(session.order(1));
    expect(session.finish).toMatchObject({ outcome: 'flat' });
  });
});
