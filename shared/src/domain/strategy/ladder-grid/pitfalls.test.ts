import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec } from '../../numbers/decimal.js';
import { notional, ticksToPrice, toTicks } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, LINEAR_LEG, TEST_LEG } from '../testing/kind-session.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';

const PARAMS: LadderGridParams = {
  side: 'long',
  levels: 3,
  openDeviation: '1',
  closeDeviation: '1',
  quantity: { mode: 'base', value: '1' },
  anchor: 'trail-up',
  tolerance: '0.1',
  positionMode: 'one-way',
  postOnly: false,
};
const FREE: LegContext = { ...TEST_LEG, makerRate: '0', takerRate: '0', bid: 10_000, ask: 10_001 };
const FREE_LINEAR: LegContext = { ...LINEAR_LEG, makerRate: '0', takerRate: '0', bid: 10_000, ask: 10_001 };
const REFUSAL = { code: 'INSUFFICIENT_BALANCE', message: 'The exchange refused the order.' };

/** A ladder at 100.00 with buys at 99, 98 and 97, all resting. */
function ladder(
  params: Partial<LadderGridParams> = {},
  leg: LegContext = FREE,
  feeMode: FeeMode = 'received',
): KindSession<LadderGridParams, LadderGridState> {
  const session = new KindSession(ladderGrid, { ...PARAMS, ...params }, leg, feeMode);
  session.acceptAll();
  return session;
}

function resting(session: KindSession<LadderGridParams, LadderGridState>): [number, string, number | null][] {
  return session.exchange
    .live()
    .map(({ key, side, price }): [number, string, number | null] => [key.slot, side, price])
    .sort(([a], [b]) => a - b);
}

describe('a ladder on a cheap coin', () => {
  it('rests every buy and keeps it, because distances are in the market’s own ticks', () => {
    const market = { ...TEST_LEG.market, tickSize: '0.00000001', stepSize: '1', minNotional: '0' };
    const session = ladder(
      { openDeviation: '0.5', quantity: { mode: 'base', value: '1000000' } },
      { ...FREE, market: { ...market, maxQuantity: '900000000' }, bid: 1_230, ask: 1_231 },
    );
    expect(resting(session)).toEqual([
      [1, 'buy', 1_223],
      [2, 'buy', 1_217],
      [3, 'buy', 1_211],
    ]);
    session.quote(1_230, 1_231);
    session.quote(1_229, 1_230);
    expect(session.commands).toEqual([]);
  });

  it('rounds away from the market and stays inside tick, step and minimums, from 0.00000123 to 200,000', () => {
    const market = fc.record({
      tickPlaces: fc.integer({ min: 0, max: 8 }),
      stepPlaces: fc.integer({ min: 0, max: 8 }),
      price: fc.integer({ min: 123, max: 20_000_000_000_000 }).map((units) => dec(String(units)).div(1e8)),
      quote: fc.integer({ min: 6, max: 100_000 }),
      deviation: fc.constantFrom('0.01', '0.5', '7'),
    });
    fc.assert(
      fc.property(market, ({ tickPlaces, stepPlaces, price, quote, deviation }) => {
        const tickSize = dec('10').pow(-tickPlaces).toFixed();
        const stepSize = dec('10').pow(-stepPlaces).toFixed();
        const rules = {
          ...TEST_LEG.market,
          tickSize,
          stepSize,
          minQuantity: stepSize,
          maxQuantity: '1000000000',
        };
        const bid = toTicks(rules, price, 'down');
        fc.pre(bid >= 1);
        const leg = { ...FREE, market: rules, bid, ask: bid + 1 };
        const params: LadderGridParams = {
          ...PARAMS,
          openDeviation: deviation,
          quantity: { mode: 'quote', value: String(quote) },
        };
        const { levels, refusals } = ladderGrid.plan(params, { legs: [leg] });
        if (refusals.length > 0) return;
        const session = new KindSession(ladderGrid, params, leg);
        expect(session.exchange.orders).toHaveLength(3);
        session.exchange.orders.forEach(({ price: ticks, quantity }, i) => {
          expect(ticks).toBeLessThan(bid);
          expect(ticksToPrice(rules, ticks ?? 0).toFixed()).toBe(levels[i]?.price);
          expect(Number.isSafeInteger(quantity)).toBe(true);
          const value = notional(rules, ticks ?? 0, quantity);
          expect(value.gte(rules.minNotional) && value.lte(quote)).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a partly filled buy', () => {
  it('is counted once, whatever is said twice', () => {
    const session = ladder();
    const order = session.order(1);
    session.fill(order, 400);
    session.tell(session.exchange.update(order, 'partially-filled'));
    session.fill(order, 600);
    session.tell(session.exchange.update(order, 'filled'));
    expect(ladderGrid.view(session.params, session.context, session.state).position).toBe('1');
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 1_000, price: 9_999 });
  });

  it('gets its take-profit when the rest is cancelled, from whichever side', () => {
    const session = ladder();
    session.fill(session.order(1), 400);
    session.cancel(session.order(1));
    session.tick(5_000);
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 400 });
  });

  it('moves with the market as its unfilled part only', () => {
    const session = ladder({ quantity: { mode: 'base', value: '1' } });
    session.fill(session.order(1), 30);
    session.quote(10_100);
    session.cancelAsked();
    // 0.03 is below the venue's minimum: it stays in the slot, and only what is missing is bought.
    expect(session.order(1)).toMatchObject({ side: 'buy', price: 9_999, quantity: 970 });
  });

  it('is sold where its own take-profit is, once the market is there', () => {
    const session = ladder({ anchor: 'fixed' });
    session.quote(9_900);
    session.fill(session.order(1), 400);
    expect(session.commands).toEqual([]);
    session.quote(9_999);
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'buy' }]);
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 400, price: 9_999 });
  });
});

describe('long and short in one ladder', () => {
  const both = (): KindSession<LadderGridParams, LadderGridState> =>
    ladder({ side: 'both', levels: 2 }, FREE_LINEAR);

  it('gives each side its own slots, which never take from the other', () => {
    const session = both();
    expect(resting(session)).toEqual(
      [
        [-2, 'sell', 10_202],
        [-1, 'sell', 10_102],
        [1, 'buy', 9_900],
        [2, 'buy', 9_800],
      ].sort(([a], [b]) => Number(a) - Number(b)),
    );
    session.fill(session.order(1));
    session.fill(session.order(-1));
    session.acceptAll();
    expect(session.exchange.live()).toHaveLength(4);
    expect(session.order(1)).toMatchObject({ side: 'sell', price: 9_999 });
    // 101.02 · 0.99 = 100.0098, rounded down.
    expect(session.order(-1)).toMatchObject({ side: 'buy', price: 10_000 });
  });

  it('closes by position side in hedge mode, and reduce-only in one-way mode, never by both', () => {
    const hedged = both();
    hedged.fill(hedged.order(1));
    expect(hedged.commands).toMatchObject([{ reduceOnly: false, key: { positionSide: 'long' } }]);
    hedged.fill(hedged.order(-1));
    expect(hedged.commands).toMatchObject([{ reduceOnly: false, key: { positionSide: 'short' } }]);
    const oneWay = ladder({ side: 'short' }, FREE_LINEAR);
    oneWay.fill(oneWay.order(-1));
    expect(oneWay.commands).toMatchObject([{ side: 'buy', reduceOnly: true, key: { positionSide: 'net' } }]);
  });

  it('holds shorts to the same limits as longs: positions, stop loss and age', () => {
    const session = ladder({ side: 'short', maxPositions: 1, stopLoss: '2' }, FREE_LINEAR);
    expect(session.exchange.live()).toHaveLength(1);
    session.fill(session.order(-1));
    session.acceptAll();
    expect(session.exchange.live()).toHaveLength(1);
    session.quote(10_303, 10_305);
    session.cancelAsked();
    expect(session.order(-1)).toMatchObject({ side: 'buy', price: 10_305, quantity: 1_000 });
  });

  it('is refused on a spot market', () => {
    const { refusals } = ladderGrid.plan({ ...PARAMS, side: 'short' }, { legs: [FREE] });
    expect(refusals.map(({ code }) => code)).toContain('SHORT_NEEDS_FUTURES');
  });
});

describe('fees', () => {
  it.each<[FeeMode, number]>([
    ['received', 999],
    ['quote', 1_000],
    ['third', 1_000],
  ])('in %s leave %i steps to sell: what the fills say, never an estimate', (feeMode, steps) => {
    const session = ladder({}, { ...FREE, makerRate: '0.001' }, feeMode);
    session.fill(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: steps });
  });

  it('leave residue that goes into the next position of the slot', () => {
    const session = ladder({}, { ...FREE, makerRate: '0.0005' });
    session.fill(session.order(1));
    session.fill(session.order(1));
    const [lot] = session.state.slots.get(1)?.lots ?? [];
    expect(lot?.base).toBe('0.0005');
    session.fill(session.order(1));
    // 0.0005 + 0.9995: whole again.
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 1_000 });
  });
});

describe('a stop loss', () => {
  const stopped = (leg: LegContext = FREE): KindSession<LadderGridParams, LadderGridState> => {
    const session = ladder({ stopLoss: '5' }, leg);
    session.fill(session.order(1));
    session.acceptAll();
    session.quote(9_405, 9_406);
    return session;
  };

  it('first takes the take-profit back, and sells only when that is done and the account was looked at', () => {
    const session = stopped();
    expect(session.commands).toMatchObject([{ type: 'cancel', side: 'sell' }]);
    session.tick();
    expect(session.commands).toEqual([]);
    session.cancelAsked();
    expect(session.commands).toMatchObject([
      { type: 'look' },
      { type: 'place', side: 'sell', price: 9_405, timeInForce: 'IOC', quantity: 1_000 },
    ]);
  });

  it('sells what is there after fees, and not what was bought', () => {
    const session = stopped({ ...FREE, makerRate: '0.001' });
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ price: 9_405, quantity: 999 });
  });

  it('sells only the rest when the take-profit filled meanwhile', () => {
    const session = stopped();
    session.fill(session.order(1), 300);
    session.cancelAsked();
    expect(session.order(1)).toMatchObject({ price: 9_405, quantity: 700 });
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
    expect(session.order(1)).toMatchObject({ price: 9_386, quantity: 600 });
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
    expect(session.order(1)).toMatchObject({ price: 9_500 });
  });

  it('sells no more than the account has beside what others have reserved', () => {
    const session = stopped();
    session.answersLooks = false;
    session.cancelAsked();
    expect(session.exchange.live().filter(({ side }) => side === 'sell')).toEqual([]);
    session.see('0.25');
    expect(session.order(1)).toMatchObject({ price: 9_405, quantity: 250 });
  });

  it('lets two positions not count on the same base', () => {
    const session = ladder({ stopLoss: '5' });
    session.answersLooks = false;
    for (const slot of [1, 2]) session.fill(session.order(slot));
    session.acceptAll();
    session.quote(9_000, 9_001);
    session.cancelAsked();
    session.see('2');
    expect(session.exchange.live().filter(({ side }) => side === 'sell')).toHaveLength(1);
    session.tick();
    session.see('1');
    expect(session.exchange.live().filter(({ side }) => side === 'sell')).toHaveLength(2);
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
    expect(session.order(1)).toMatchObject({ side: 'sell', timeInForce: 'IOC' });
  });
});

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
