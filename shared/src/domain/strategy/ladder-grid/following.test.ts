import { describe, expect, it } from 'vitest';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import { FREE, ladder, resting } from './test-ladder.js';

describe('a falling market', () => {
  const fall = (anchor: LadderGridParams['anchor']): number => {
    const session = ladder({ anchor });
    for (let bid = 10_000; bid >= 9_500; bid -= 50) session.walkTo(bid);
    return (
      session.cycles.length + [...session.state.slots.values()].filter(({ phase }) => phase !== 'open').length
    );
  };

  it('fills the ladder, which does not run away from it', () => {
    expect(fall('trail-up')).toBe(3);
    expect(fall('fixed')).toBe(3);
  });

  it('never fills a ladder that trails both ways with a tolerance below its steps', () => {
    expect(fall('trail-both')).toBe(0);
  });
});

describe('a rising market', () => {
  it('takes the buys along once they are further away than the tolerance, and not before', () => {
    const session = ladder();
    session.quote(10_010);
    expect(session.commands).toEqual([]);
    session.quote(10_011);
    expect(session.commands.map((command) => command.type)).toEqual(['cancel', 'cancel', 'cancel']);
    session.cancelAsked();
    expect(resting(session)).toEqual([
      [1, 'buy', 9_910],
      [2, 'buy', 9_810],
      [3, 'buy', 9_710],
    ]);
  });

  it('leaves a fixed ladder where it is', () => {
    const session = ladder({ anchor: 'fixed' });
    session.quote(12_000);
    expect(session.commands).toEqual([]);
  });
});

describe('the most positions', () => {
  it('count resting buys, so that they are never exceeded', () => {
    const session = ladder({ maxPositions: 2 });
    expect(resting(session).map(([slot]) => slot)).toEqual([1, 2]);
    session.walkTo(5_000);
    const { positionCount } = ladderGrid.view(session.params, session.context, session.state);
    expect(positionCount).toBe(2);
    expect(session.state.slots.get(3)?.waiting?.code).toBe('MAX_POSITIONS');
  });

  it('take resting buys back when a late fill made a position too many', () => {
    const session = ladder({ maxPositions: 1 });
    const late = session.order(1);
    session.cancel(late);
    session.tick(5_000);
    const present = session.exchange.live().map(({ key }) => key.slot);
    session.tell(session.exchange.fill(late, 1_000));
    session.cancelAsked();
    session.acceptAll();
    expect(present).toHaveLength(1);
    expect(session.exchange.live()).toHaveLength(1);
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 1_000 });
  });
});

describe('profit', () => {
  it('comes from what the fills were, net of their fees, and is there after a restart', () => {
    const session = ladder({}, { ...FREE, makerRate: '0.001' }, 'quote');
    session.exchange.bid = 9_850;
    session.exchange.ask = 9_851;
    session.fill(session.order(1));
    // Bought at 98.51, better than 99: the take-profit is one percent above that.
    expect(session.order(1)).toMatchObject({ side: 'sell', price: 9_950 });
    session.state = session.restored();
    session.quote(9_900);
    session.fill(session.order(1), 400);
    session.fill(session.order(1), 600);
    expect(session.cycles.map(({ cycle }) => cycle)).toEqual([
      {
        generation: 1,
        part: 0,
        buyPrice: '98.51',
        sellPrice: '99.5',
        quantity: '1',
        gross: '0.99',
        fees: '0.19801',
        net: '0.79199',
      },
    ]);
  });
});

describe('an edit', () => {
  it('keeps every position, its take-profit and the statistics, even in slots that are no more', () => {
    const session = ladder();
    session.fill(session.order(1));
    session.fill(session.order(1));
    session.fill(session.order(3));
    session.acceptAll();
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({ levels: 1, closeDeviation: '5' });
    session.acceptAll();
    expect(session.order(3)).toMatchObject({ side: 'sell', price: 9_797, quantity: 1_000 });
    expect(session.state.header).toMatchObject({ cycles: 1, realised: '1' });
    // One position is all that one slot allows.
    expect(session.exchange.live()).toHaveLength(1);
    session.fill(session.order(3));
    session.acceptAll();
    expect(resting(session)).toEqual([[1, 'buy', 9_900]]);
    expect(session.state.slots.get(3)?.waiting?.code).toBe('SLOT_REMOVED');
  });
});
