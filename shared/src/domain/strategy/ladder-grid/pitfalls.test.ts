import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec } from '../../numbers/decimal.js';
import { notional, ticksToPrice, toTicks } from '../../market/market.js';
import type { FeeMode } from '../range-grid/test-exchange.js';
import { KindSession, TEST_LEG } from '../testing/kind-session.js';
import { ladderGrid } from './index.js';
import type { LadderGridParams } from './params.js';
import type { LadderGridState } from './state.js';
import { FREE, FREE_LINEAR, ladder, PARAMS, resting } from './test-ladder.js';

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

describe('quantities', () => {
  it.each([
    ['0.3', 3],
    ['0.7', 7],
    ['2.3', 23],
  ])('of %s in steps of 0.1 are %i whole steps, as no binary fraction would have them', (value, steps) => {
    const leg = { ...FREE, market: { ...FREE.market, stepSize: '0.1', minQuantity: '0.1' } };
    const session = ladder({ quantity: { mode: 'base', value } }, leg);
    expect(session.order(1).quantity).toBe(steps);
    session.fill(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: steps });
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
    expect(session.order(-1)).toMatchObject({ side: 'buy', price: null, quantity: 1_000 });
  });

  it('keeps a short whose cancellation failed, and places it anew on its own side only when it is gone', () => {
    const session = both();
    const adrift = session.order(-1);
    session.quote(9_900);
    expect(session.commands).toContainEqual(expect.objectContaining({ type: 'cancel', side: 'sell' }));
    // The exchange did not do it: the order lives.
    session.tell(session.exchange.update(adrift, 'open'));
    expect(session.commands).toEqual([]);
    expect(session.state.slots.get(-1)?.order).toMatchObject({ generation: adrift.generation });
    session.cancel(adrift);
    expect(session.commands).toMatchObject([
      { type: 'place', side: 'sell', key: { slot: -1, positionSide: 'short' } },
    ]);
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
