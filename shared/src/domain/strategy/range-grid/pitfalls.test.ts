import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, Decimal } from '../../numbers/decimal.js';
import { sizeRefusal, type Market } from '../../market/market.js';
import type { Command } from '../events.js';
import type { RangeGridParams } from './params.js';
import { planRangeGrid } from './plan.js';
import { TEST_MARKET, TEST_PARAMS, testLeg, TestSession, type SessionOptions } from './test-session.js';

/** Five cells of 100-110 with one each at 104, no fees unless said. */
function small(options: SessionOptions = {}): TestSession {
  const session = new TestSession({
    ...options,
    params: { lower: '100', upper: '110', levels: 6, ...options.params },
    leg: { bid: 10_399, ask: 10_400, makerRate: '0', takerRate: '0', ...options.leg },
  });
  for (let round = 0; round < 3; round += 1) session.acceptAll();
  return session;
}

const identity = (session: TestSession): void => {
  const { claimed, real } = session.profit();
  expect(claimed).toBe(real);
};

describe('pitfalls of grid bots, each of which this grid does not fall into', { timeout: 60_000 }, () => {
  it('a hard-coded tick: coins of 0.00000123 and of 200,000 rest at levels of their own tick', () => {
    const scale = fc.record({
      /** Decimal places of price and quantity; small prices have many. */
      places: fc.integer({ min: 0, max: 10 }),
      stepPlaces: fc.integer({ min: 0, max: 18 }),
      lower: fc.integer({ min: 100, max: 200_000 }),
      width: fc.integer({ min: 50, max: 100_000 }),
      levels: fc.integer({ min: 2, max: 12 }),
      spacing: fc.constantFrom('arithmetic' as const, 'geometric' as const),
      at: fc.double({ min: -0.2, max: 1.2, noNaN: true }),
      minNotional: fc.constantFrom('0', '5', '10'),
    });
    fc.assert(
      fc.property(scale, ({ places, stepPlaces, lower, width, levels, spacing, at, minNotional }) => {
        const unit = (count: number, decimals: number): string =>
          decStr(new Decimal(count).div(new Decimal(10).pow(decimals)));
        const market: Market = {
          ...TEST_MARKET,
          tickSize: unit(1, places),
          stepSize: unit(1, stepPlaces),
          minQuantity: unit(1, stepPlaces),
          maxQuantity: '999999999999999999',
          minNotional,
        };
        const ask = Math.max(2, lower + Math.round(width * at));
        const params: RangeGridParams = {
          ...TEST_PARAMS,
          lower: unit(lower, places),
          upper: unit(lower + width, places),
          levels,
          spacing,
          quantity: { mode: 'quote', value: '500' },
        };
        const leg = testLeg({ market, bid: ask - 1, ask });
        if (planRangeGrid(params, leg).refusals.length > 0) return;
        const session = new TestSession({ params, leg });
        for (const bid of [ask - 1, lower + 1, lower + width, lower - 5]) {
          if (bid > 0) session.walkTo(bid, bid + 1);
        }
        for (const { price, quantity } of session.exchange.orders) {
          if (price === null) continue;
          expect(session.levels).toContain(price);
          expect(sizeRefusal(market, price, quantity)).toBeNull();
        }
        identity(session);
      }),
      { numRuns: 60 },
    );
  });

  it('a partial fill booked twice: repeated news of it changes nothing', () => {
    const session = small();
    const order = session.order(1);
    session.fill(order, 400);
    session.tell(session.exchange.update(order, 'partially-filled'));
    session.tell(session.exchange.update(order, 'open'));
    expect(session.heldBase(1)).toBe('0.4');
    identity(session);
  });

  it('a partial fill lost when the remainder is cancelled: the part is sold', () => {
    const session = small();
    const order = session.order(1);
    session.fill(order, 400);
    session.cancel(order);
    session.tick(5_000);
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 400 });
    identity(session);
  });

  it('profit with the wrong sign in base mode: the quote comes back whole and base is left over', () => {
    const session = small({ params: { profit: 'base' } });
    const before = session.exchange.quote;
    session.walkTo(10_199, 10_200);
    session.walkTo(10_400, 10_401);
    expect(session.exchange.quote.gte(before)).toBe(true);
    expect(dec(session.state.header.unassigned.base).gt(0)).toBe(true);
    identity(session);
  });

  it('a fee in a third coin taken off the base: all of it is sold', () => {
    const session = small({ feeMode: 'third', leg: { makerRate: '0.001' } });
    session.fill(session.order(1));
    expect(session.order(1)).toMatchObject({ side: 'sell', quantity: 1_000 });
    identity(session);
  });

  it('levels that collapse on a narrow range: the plan is refused with the levels named', () => {
    const plan = planRangeGrid({ ...TEST_PARAMS, lower: '150', upper: '150.05' }, testLeg());
    expect(plan.refusals.some(({ code, level }) => code === 'LEVELS_COLLAPSE' && level !== undefined)).toBe(
      true,
    );
  });

  it('BUYs above the market that cross as taker: cells above it wait until the price has come', () => {
    const session = small({ params: { initialInventory: 'none' } });
    const buys = session.exchange.orders.filter((order) => order.side === 'buy');
    expect(buys.every((order) => (order.price ?? 0) < 10_400)).toBe(true);
  });

  it('a failed counter order that kills its cell: it is placed again', () => {
    const session = small();
    session.fill(session.order(1));
    const refusal = { code: 'TOO_MANY_REQUESTS', message: 'slow down' };
    session.tell(session.exchange.update(session.order(1), 'rejected', refusal));
    expect(session.cell(1).waiting?.code).toBe('TOO_MANY_REQUESTS');
    session.tick(5_000);
    expect(session.order(1)).toMatchObject({ side: 'sell', price: 10_400 });
  });

  it('one bad slot that stops the whole grid after a restart: the others trade on', () => {
    const session = small();
    const frozen = session.order(0);
    session.tell(session.exchange.update(frozen, 'sent'));
    session.state = session.restored();
    session.quote(10_399, 10_400);
    session.fill(session.order(1));
    expect(session.order(1).side).toBe('sell');
    expect(session.cell(0).order?.state).toBe('sent');
  });

  it('a batch of which only the last is handled: every fill of one update is booked', () => {
    const session = small();
    const order = session.order(1);
    const first = session.exchange.fill(order, 300);
    const second = session.exchange.fill(order, 700);
    session.tell({ ...second, fills: [...first.fills, ...second.fills] });
    expect(session.heldBase(1)).toBe('1');
    identity(session);
  });

  it('recovered orders that lose their level, and a sell after the restart that books no profit', () => {
    const session = small();
    session.fill(session.order(1));
    session.acceptAll();
    session.state = session.restored();
    expect(session.cell(1).order).toMatchObject({ side: 'sell', price: 10_400 });
    const commands = session.fill(session.order(1));
    const cycle = commands.find(
      (command): command is Extract<Command, { type: 'cycle' }> => command.type === 'cycle',
    );
    expect(cycle?.cycle).toMatchObject({ buyPrice: '102', sellPrice: '104', net: '2' });
    expect(session.state.header.grid).toBe('2');
  });

  it('a minimum notional that is loaded and never enforced: the plan refuses, and no such order is placed', () => {
    const params: RangeGridParams = { ...TEST_PARAMS, quantity: { mode: 'base', value: '0.03' } };
    expect(planRangeGrid(params, testLeg()).refusals.map(({ code }) => code)).toContain('BELOW_MIN_NOTIONAL');
    const session = small();
    session.fill(session.order(1), 10);
    session.cancel(session.order(1));
    session.tick(5_000);
    expect(session.order(1)).toMatchObject({ side: 'buy', quantity: 990 });
  });

  it('edits that orphan the inventory or lose the statistics: both go over to the new revision', () => {
    const session = small();
    session.walkTo(10_600, 10_601);
    const { cycles, grid } = session.state.header;
    const held = session.exchange.base;
    session.pause();
    for (const order of session.exchange.live()) session.cancel(order);
    session.edit({
      upper: '120',
      levels: 11,
      quantity: { mode: 'base', value: '0.7' },
      exits: { stop: 'sell' },
    });
    session.acceptAll();
    expect(session.state.header).toMatchObject({ cycles, grid });
    const inCells = session
      .cells()
      .reduce((total, [index]) => total.plus(session.heldBase(index)), new Decimal(0));
    expect(decStr(inCells.plus(session.state.header.unassigned.base))).toBe(decStr(held));
    identity(session);
  });
});
