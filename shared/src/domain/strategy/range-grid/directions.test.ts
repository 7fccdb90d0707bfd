import { describe, expect, it } from 'vitest';
import type { Market } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { TEST_MARKET, TEST_PARAMS, testLeg, TestSession } from './test-session.js';

const LINEAR: Market = { ...TEST_MARKET, symbol: 'SOL/USDT:USDT', type: 'linear' };
const futures = { leverage: 2, marginMode: 'isolated', positionMode: 'one-way' } as const;

function perpetual(params: Partial<RangeGridParams>): TestSession {
  const session = new TestSession({
    params: { lower: '100', upper: '110', levels: 6, futures, ...params },
    leg: { market: LINEAR, bid: 10_399, ask: 10_400, makerRate: '0', takerRate: '0' },
    feeMode: 'quote',
  });
  for (let round = 0; round < 3; round += 1) session.acceptAll();
  return session;
}

const resting = (session: TestSession): string[] =>
  session.exchange
    .live()
    .map(({ key, side, price }) => `${key.slot} ${side} ${price ?? 0}`)
    .sort();

describe('a short grid', () => {
  it('sells at the start for the cells below the market, and buys back there', () => {
    const session = perpetual({ direction: 'short' });
    expect(session.exchange.base.toFixed()).toBe('-2');
    expect(resting(session)).toEqual([
      '0 buy 10000',
      '1 buy 10200',
      '2 sell 10600',
      '3 sell 10800',
      '4 sell 11000',
    ]);
  });

  it('earns the step when a cell opens above and closes below', () => {
    const session = perpetual({ direction: 'short' });
    session.walkTo(10_601, 10_602);
    session.walkTo(10_399, 10_400);
    expect(session.cycles).toMatchObject([{ slot: 2, cycle: { gross: '2', quantity: '1' } }]);
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });

  it('closes reduce-only in one-way mode; hedge mode says the side instead', () => {
    const session = perpetual({ direction: 'short' });
    const commands = session.fill(session.order(2));
    expect(commands).toMatchObject([{ side: 'buy', price: 10_400, reduceOnly: true }]);
    const hedge = perpetual({ direction: 'short', futures: { ...futures, positionMode: 'hedge' } });
    expect(hedge.order(2).key.positionSide).toBe('short');
    expect(hedge.fill(hedge.order(2))).toMatchObject([{ reduceOnly: false }]);
  });
});

describe('a neutral grid', () => {
  it('starts flat with sells above and buys below', () => {
    const session = perpetual({ direction: 'neutral' });
    expect(session.exchange.base.isZero()).toBe(true);
    expect(resting(session)).toEqual([
      '0 buy 10000',
      '1 buy 10200',
      '2 sell 10600',
      '3 sell 10800',
      '4 sell 11000',
    ]);
  });

  it('keeps its position through an edit, where closing it earns', () => {
    const session = perpetual({ direction: 'neutral' });
    session.walkTo(9_999, 10_000);
    expect(session.exchange.base.toFixed()).toBe('2');
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({ lower: '96', upper: '106' });
    session.acceptAll();
    const holding = session.cells().filter(([, cell]) => cell.lots.length > 0);
    expect(holding.map(([index, cell]) => [index, cell.short, cell.order?.side])).toEqual([
      [2, false, 'sell'],
      [3, false, 'sell'],
    ]);
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });
});

describe('a reverse grid', () => {
  it('invests base: an initial sale pays for the BUYs, and a SELL buys again what it brought', () => {
    const session = new TestSession({
      params: { lower: '100', upper: '110', levels: 6, direction: 'reverse' },
      leg: { bid: 10_400, ask: 10_401, makerRate: '0', takerRate: '0' },
      feeMode: 'quote',
    });
    // BUYs at 100 and 102 of 1 each cost 202 quote: 1.943 SOL at 104.
    expect(session.exchange.live().find((order) => order.price === null)).toMatchObject({
      side: 'sell',
      quantity: 1_943,
    });
    for (let round = 0; round < 3; round += 1) session.acceptAll();
    expect(session.exchange.live()).toHaveLength(5);
    session.walkTo(10_600, 10_601);
    expect(session.order(2)).toMatchObject({ side: 'buy', price: 10_400, quantity: 1_019 });
    const { claimed, real } = session.profit();
    expect(claimed).toBe(real);
  });
});

describe('the plan of a direction', () => {
  const codes = (params: Partial<RangeGridParams>, leg: Partial<LegContext> = {}): string[] =>
    planRangeGrid({ ...TEST_PARAMS, ...params }, testLeg(leg)).refusals.map(({ code }) => code);
  const linear = { market: LINEAR };

  it.each<[string, Partial<RangeGridParams>, Partial<LegContext>]>([
    ['NEEDS_PERPETUAL', { direction: 'short' }, {}],
    ['NEEDS_PERPETUAL', { futures }, {}],
    ['FUTURES_MISSING', { direction: 'short' }, linear],
    ['NEEDS_SPOT', { direction: 'reverse', futures }, linear],
    ['NEEDS_SPOT', { initialInventory: 'have', futures }, linear],
    ['NEEDS_ONE_WAY', { direction: 'neutral', futures: { ...futures, positionMode: 'hedge' } }, linear],
    ['PROFIT_NOT_POSSIBLE', { profit: 'base', futures }, linear],
    ['LIQUIDATION_INSIDE_RANGE', { futures: { ...futures, leverage: 20 } }, linear],
    ['EXIT_ALREADY_REACHED', { exits: { stopLoss: '151', stop: 'sell' } }, {}],
    [
      'EXIT_ALREADY_REACHED',
      { direction: 'short', futures, exits: { stopLoss: '149', stop: 'sell' } },
      linear,
    ],
    ['VALUE_NOT_POSITIVE', { exits: { stopLoss: '0', stop: 'sell' } }, {}],
    ['TRAILING_LIMIT_INSIDE', { trailing: { direction: 'up', highest: '160' } }, {}],
    [
      'TRAILING_STOP_NOT_POSSIBLE',
      { direction: 'neutral', futures, exits: { trailingStopPercent: '5', stop: 'sell' } },
      linear,
    ],
  ])('is refused with %s', (code, params, leg) => {
    expect(codes(params, leg)).toContain(code);
  });

  it('reserves margin and shows where it would be liquidated', () => {
    const waived = { ...futures, allowUnprotected: true };
    const plan = planRangeGrid({ ...TEST_PARAMS, direction: 'neutral', futures: waived }, testLeg(linear));
    expect(plan.refusals).toEqual([]);
    // 720 below and 1,610 above, at half, and the taker's fee for all of it.
    expect(plan.requirements).toEqual([{ leg: 0, asset: 'USDT', amount: '1167.33' }]);
    // Long side: (720 − 360) / (5 · 0.996).
    expect(plan.liquidationPrice).toBe('72.28915663');
  });

  it('judges a trigger price by the market it will start in', () => {
    const plan = planRangeGrid({ ...TEST_PARAMS, trigger: '160' }, testLeg());
    expect(plan.levels.filter((level) => level.holdsBase)).toHaveLength(5);
  });

  it('lets an order budget carry more cells than a venue has room for', () => {
    expect(codes({ levels: 250, quantity: { mode: 'base', value: '1' } }, { makerRate: '0' })).toEqual([
      'TOO_MANY_ORDERS',
    ]);
    expect(codes({ levels: 250, maxOrders: 50 }, { makerRate: '0' })).toEqual([]);
  });
});
