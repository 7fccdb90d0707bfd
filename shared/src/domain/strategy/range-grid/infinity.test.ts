import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, dec } from '../../numbers/decimal.js';
import { notional, ticksToPrice } from '../../market/market.js';
import type { LegContext } from '../kind.js';
import type { Plan } from '../plan.js';
import { fieldErrors } from '../params-check.js';
import { anchorAt, cellSteps, infinityFunds, infinityTicks, lowestCell, startCells } from './infinity.js';
import { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { TEST_MARKET, TestSession, testLeg } from './test-session.js';

/** 3,000 quote of SOL held at every price, 1 % apart, no BUYs below 140. */
const PARAMS: RangeGridParams = {
  lower: '140',
  spacing: 'infinity',
  stepPercent: '1',
  quantity: { mode: 'quote', value: '3000' },
  profit: 'quote',
  initialInventory: 'buy',
  initialOrder: 'market',
  postOnly: false,
  direction: 'long',
  outOfRange: 'hold',
  maxOrders: 6,
};

function plan(changes: Partial<RangeGridParams> = {}, leg: Partial<LegContext> = {}): Plan {
  return planRangeGrid({ ...PARAMS, ...changes }, testLeg(leg));
}

/** Bought, trading, at 150. */
function trading(leg: Partial<LegContext> = { makerRate: '0', takerRate: '0' }): TestSession {
  const session = new TestSession({ leg }, PARAMS);
  session.acceptAll();
  session.quote(14_999, 15_000);
  session.acceptAll();
  return session;
}

/** Moves the market until nothing fills, and every order that has to make room is gone. */
function move(session: TestSession, bid: number): void {
  for (let isBusy = true; isBusy;) {
    session.walkTo(bid, bid + 1);
    const canceling = session.exchange.live().filter((order) => order.cancelRequested);
    for (const order of canceling) session.cancel(order);
    isBusy = canceling.length > 0;
  }
}

const resting = (session: TestSession): string[] =>
  session.exchange
    .live()
    .map(({ key, side, price, quantity }) => `${key.slot} ${side} ${price ?? 0} ${quantity}`)
    .sort();

describe('levels and sizes of an infinity grid', () => {
  const anchor = { price: 15_000, value: '3000' };

  it('are the start price times powers of the ratio, each rounded to the tick, in both directions', () => {
    const lines = [-2, -1, 0, 1, 2, 100].map((k) => infinityTicks(PARAMS, TEST_MARKET, anchor, k));
    expect(lines).toEqual([14_704, 14_851, 15_000, 15_150, 15_302, 40_572]);
  });

  it('end above the lower price, whatever step and price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 3_000 }),
        fc.integer({ min: 1_000, max: 60_000 }),
        fc.integer({ min: 1_000, max: 60_000 }),
        (step, lower, price) => {
          const params = { ...PARAMS, stepPercent: String(step / 100), lower: String(lower / 100) };
          const at = { price, value: '3000' };
          const lowest = lowestCell(params, TEST_MARKET, at);
          expect(infinityTicks(params, TEST_MARKET, at, lowest)).toBeGreaterThanOrEqual(lower);
          expect(infinityTicks(params, TEST_MARKET, at, lowest - 1)).toBeLessThan(lower);
        },
      ),
    );
  });

  it('trade what keeps the value of the base held: V/p_k − V/p_{k+1}', () => {
    // 3000/150 − 3000/151.5 = 0.198…
    expect(cellSteps(TEST_MARKET, '3000', 15_000, 15_150)).toBe(198);
    const cells = startCells({ ...PARAMS, maxOrders: 200 }, testLeg(), anchor);
    for (const [i, { cell, sell }] of cells.entries()) {
      const sold = cells.slice(0, i + 1).reduce((steps, at) => steps + (at.cell < 0 ? 0 : at.quantity), 0);
      if (cell < 0) continue;
      const value = new Decimal(20)
        .minus(new Decimal(sold).div(1_000))
        .times(ticksToPrice(TEST_MARKET, sell));
      // Each sale is floored to the step: a little more is held, never less.
      expect(value.minus(3_000).gte(0)).toBe(true);
      expect(
        value.minus(3_000).lte(
          dec('0.001')
            .times(i + 1)
            .times(ticksToPrice(TEST_MARKET, sell)),
        ),
      ).toBe(true);
    }
  });
});

describe('plan of an infinity grid', () => {
  it('shows the nearest orders, and asks for every BUY and the base held', () => {
    const preview = plan({}, { takerRate: '0', makerRate: '0' });
    expect(preview.refusals).toEqual([]);
    expect(preview.levels.map(({ cell, side, price, quantity }) => [cell, side, price, quantity])).toEqual([
      [-3, 'buy', '145.59', '0.203'],
      [-2, 'buy', '147.04', '0.201'],
      [-1, 'buy', '148.51', '0.2'],
      [0, 'sell', '151.5', '0.198'],
      [1, 'sell', '153.02', '0.196'],
      [2, 'sell', '154.55', '0.194'],
    ]);
    expect(preview.initialPurchase).toBe('20');
    const buys = startCells(PARAMS, testLeg(), { price: 15_000, value: '3000' }).filter(
      ({ cell }) => cell < 0,
    );
    expect(buys).toHaveLength(6);
    const cost = buys.reduce(
      (sum, at) => sum.plus(notional(TEST_MARKET, at.buy, at.quantity)),
      new Decimal(3_000),
    );
    expect(preview.requirements).toEqual([{ leg: 0, asset: 'USDT', amount: cost.toFixed() }]);
    expect(preview.worstCase?.base).toBe('21.226');
  });

  it('takes base of the value from the account with `have`', () => {
    const preview = plan({ initialInventory: 'have' });
    expect(preview.initialPurchase).toBe('0');
    expect(preview.requirements[1]).toEqual({ leg: 0, asset: 'SOL', amount: '20' });
  });

  it('spends no more than a total, and one more step of base would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 500, max: 50_000 }),
        fc.constantFrom('buy' as const, 'have' as const),
        (total, initialInventory) => {
          const params: RangeGridParams = {
            ...PARAMS,
            initialInventory,
            quantity: { mode: 'total', value: String(total) },
          };
          const leg = testLeg();
          const costOf = (steps: number): boolean => {
            const anchor = { price: 15_000, value: String(steps * 0.15) };
            const cells = startCells(params, leg, { ...anchor, value: dec('0.15').times(steps).toFixed() });
            const value = dec('0.15').times(steps).toFixed();
            const funds = infinityFunds(params, leg, { ...anchor, value }, cells);
            return funds.quote.plus(funds.base.times(150)).lte(total);
          };
          const held = dec(anchorAt(params, leg).value).div('0.15').toNumber();
          expect(costOf(held)).toBe(true);
          expect(costOf(held + 1)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each<[string, string, Partial<RangeGridParams>, Partial<LegContext>]>([
    ['NOT_WITH_SPACING', 'params.upper', { upper: '170' }, {}],
    ['NOT_WITH_SPACING', 'params.trailing', { trailing: { direction: 'up' } }, {}],
    ['NOT_WITH_SPACING', 'params.profit', { profit: 'base' }, {}],
    ['NOT_WITH_SPACING', 'params.initialInventory', { initialInventory: 'none' }, {}],
    ['NOT_WITH_SPACING', 'params.direction', { direction: 'reverse' }, {}],
    ['NEEDS_SPOT', 'params.spacing', {}, { market: { ...TEST_MARKET, type: 'linear' } }],
    ['VALUE_NOT_POSITIVE', 'params.stepPercent', { stepPercent: '0' }, {}],
    ['LEVELS_COLLAPSE', 'params.stepPercent', { stepPercent: '0.0001' }, {}],
    ['TOO_MANY_LEVELS', 'params.stepPercent', { stepPercent: '0.01', lower: '1' }, {}],
    ['RANGE_EMPTY', 'params.lower', { lower: '150.01' }, {}],
    ['CYCLE_NOT_PROFITABLE', 'params.stepPercent', { stepPercent: '0.15' }, {}],
    ['BELOW_MIN_NOTIONAL', 'params.quantity.value', { quantity: { mode: 'quote', value: '400' } }, {}],
  ])('is refused with %s at %s', (code, field, params, leg) => {
    const found = plan(params, leg).refusals.filter((refusal) => refusal.code === code);
    expect(found.map((refusal) => refusal.field)).toContain(field);
  });

  it('needs a step and no upper end; a grid with an upper end needs both', () => {
    const errors = (params: object): string[] => fieldErrors(RangeGridParams, params).map(({ path }) => path);
    const quantity = { mode: 'quote', value: '3000' };
    expect(errors({ lower: '140', spacing: 'infinity', stepPercent: '1', quantity })).toEqual([]);
    expect(errors({ lower: '140', spacing: 'infinity', quantity })).toEqual(['stepPercent']);
    expect(errors({ lower: '140', quantity })).toEqual(['upper', 'levels']);
    expect(plan({ ...PARAMS, spacing: 'geometric', upper: '170', levels: 5 }).refusals[0]).toMatchObject({
      code: 'NOT_WITH_SPACING',
      field: 'params.stepPercent',
    });
  });
});

describe('an infinity grid that trades', () => {
  it('rests only the nearest orders, and keeps the rest of the base in reserve', () => {
    const session = trading();
    expect(resting(session)).toEqual([
      '-1 buy 14851 200',
      '-2 buy 14704 201',
      '-3 buy 14559 203',
      '0 sell 15150 198',
      '1 sell 15302 196',
      '2 sell 15455 194',
    ]);
    expect(session.profit().claimed).toBe(session.profit().real);
    expect(session.exchange.base.toFixed()).toBe('20');
    expect(dec(session.state.header.unassigned.base).gt(0)).toBe(true);
  });

  it('sells on its way up without end, always holding base of the same value', () => {
    const session = trading();
    for (let price = 15_000; price <= 60_000; price = Math.ceil(price * 1.004)) move(session, price - 1);
    const mark = ticksToPrice(TEST_MARKET, session.exchange.bid);
    const value = session.exchange.base.times(mark);
    // One step of 1 % either way; flooring each of 141 sales leaves less than 0.001 base at 600.
    expect(value.gt(2_970)).toBe(true);
    expect(value.lt(3_030 + 0.6 * 141)).toBe(true);
    expect(session.state.header.cycles).toBeGreaterThan(100);
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('grows over a gap of many levels at once', () => {
    const session = trading();
    move(session, 29_999);
    expect(session.exchange.live().filter(({ side }) => side === 'sell').length).toBeGreaterThan(0);
    expect(session.exchange.base.times(300).gt(2_970)).toBe(true);
    expect(session.exchange.base.times(300).lt(3_030 + 0.3 * 70)).toBe(true);
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('buys back on its way down, and not below the lower price', () => {
    const session = trading();
    for (let price = 15_000; price >= 12_000; price -= 50) move(session, price - 1);
    expect(
      session.exchange.orders.some(
        ({ side, price }) => side === 'buy' && (price ?? 0) < 14_000 && price !== null,
      ),
    ).toBe(false);
    expect(session.exchange.live().every(({ side }) => side === 'sell')).toBe(true);
    expect(session.exchange.base.toFixed()).toBe('21.226');
    move(session, 15_000);
    expect(session.exchange.base.toFixed()).toBe('20');
    expect(session.profit().claimed).toBe(session.profit().real);
  });

  it('is anchored anew by an edit that keeps inventory and statistics', () => {
    const session = trading();
    move(session, 16_000);
    const held = session.exchange.base;
    const cycles = session.state.header.cycles;
    const { claimed } = session.profit();
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({ stepPercent: '2' });
    session.acceptAll();
    expect(session.state.header.anchor).toEqual({ price: 16_001, value: '3000' });
    expect(session.exchange.base.eq(held)).toBe(true);
    expect(session.state.header.cycles).toBe(cycles);
    session.quote(16_000, 16_001);
    expect(session.profit().claimed).toBe(claimed);
    expect(resting(session)).toContain('0 sell 16321 367');
  });

  it('goes on after a restart from what is stored', () => {
    const session = trading();
    move(session, 16_000);
    const before = session.state.slots;
    session.state = session.restored();
    session.quote(16_000, 16_001);
    expect([...session.state.slots]).toEqual([...before]);
    move(session, 17_000);
    expect(session.profit().claimed).toBe(session.profit().real);
  });
});
