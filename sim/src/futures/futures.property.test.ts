import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FuturesBench } from '../testing/futures-bench.js';
import { VenueError } from '../venue/errors.js';
import { accountMargin } from './account-margin.js';

// Whatever traders send and the market does, liquidations and funding included, wallets and positions agree with the
// ledger to the last digit, and no wallet ends below zero.

const user = fc.constantFrom('alice', 'bob');
const side = fc.constantFrom('BUY', 'SELL');
const quantity = fc.integer({ min: 2, max: 400 }).map((steps) => (steps / 1000).toFixed(3));
const kinds = fc.constantFrom<Record<string, string>>(
  { type: 'LIMIT', timeInForce: 'GTC' },
  { type: 'LIMIT', timeInForce: 'GTC' },
  { type: 'LIMIT', timeInForce: 'GTX' },
  { type: 'LIMIT', timeInForce: 'IOC' },
  { type: 'LIMIT', timeInForce: 'FOK' },
  { type: 'MARKET' },
  { type: 'MARKET' },
);
const hedgedSide = fc.constantFrom('LONG', 'SHORT');

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      user,
      side,
      quantity,
      offset: fc.integer({ min: -300, max: 300 }),
      reduceOnly: fc.boolean(),
      hedgedSide,
      fields: kinds,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), user, pick: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('price' as const), percent: fc.integer({ min: -6, max: 6 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('fund' as const), rate: fc.integer({ min: -9, max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('leverage' as const),
      user,
      leverage: fc.constantFrom(1, 10, 50, 100, 125),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('margin' as const),
      user,
      isolated: fc.boolean(),
      hedgedSide,
      cents: fc.integer({ min: -5000, max: 5000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mode' as const), user, hedged: fc.boolean() }) },
);
type Action = typeof action extends fc.Arbitrary<infer One> ? One : never;

it('random order flow keeps wallets, positions and margins true', () => {
  let fills = 0;
  let liquidations = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 5, maxLength: 60 }), (actions) => {
      const bench = new FuturesBench({ alice: '300', bob: '1500' });
      bench.venue.onLiquidated = () => liquidations++;
      // Close to its limit from the start, so that liquidations happen.
      bench.buy('alice', '0.09');
      let price = 60_000;
      for (const one of actions) {
        bench.now += 1000;
        if (one.do === 'price') bench.price((price = Math.round((price * (100 + one.percent)) / 100)));
        else attempt(() => act(bench, one, price));
        bench.venue.settle();
      }
      expect(bench.checks()).toEqual([]);
      for (const trader of bench.venue.traders()) {
        const margin = accountMargin(bench.venue.sources, trader);
        expect(margin.wallet >= 0n).toBe(true);
        expect(margin.crossWallet + margin.crossUnrealised >= 0n).toBe(true);
        for (const { isolatedWallet } of trader.positions()) expect(isolatedWallet >= 0n).toBe(true);
        fills += bench.venue.store.fills(trader).length;
      }
    }),
    { numRuns: 200 },
  );
  expect(fills).toBeGreaterThan(30);
  expect(liquidations).toBeGreaterThan(3);
});

function act(bench: FuturesBench, one: Action, price: number): void {
  const { venue, market } = bench;
  switch (one.do) {
    case 'order': {
      const { hedged } = bench.trader(one.user);
      const limit = one.fields['type'] === 'LIMIT' ? { price: String(price + one.offset) } : {};
      const mode = hedged ? { positionSide: one.hedgedSide } : { reduceOnly: String(one.reduceOnly) };
      bench.order(one.user, { side: one.side, quantity: one.quantity, ...one.fields, ...limit, ...mode });
      return;
    }
    case 'cancel': {
      const order = venue.store.open(bench.trader(one.user))[one.pick];
      if (order) venue.trading.cancel(market, order);
      return;
    }
    case 'fund':
      market.funding.rate = BigInt(one.rate) * 10_000n;
      venue.funding.settle(market, bench.now);
      return;
    case 'leverage':
      venue.settings.changeLeverage(bench.trader(one.user), market.rules, one.leverage);
      return;
    case 'margin': {
      const trader = bench.trader(one.user);
      const { isolated } = trader.settings('BTCUSDT');
      const position = trader.position(market.rules, trader.hedged ? one.hedgedSide : 'BOTH');
      if (isolated && position.steps !== 0) {
        venue.settings.changePositionMargin(trader, position, BigInt(one.cents) * 1_000_000n);
      } else venue.settings.changeMarginType(trader, market.rules, one.isolated);
      return;
    }
    case 'mode':
      venue.settings.changePositionMode(bench.trader(one.user), one.hedged);
      return;
    case 'price':
      return;
  }
}

function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
  }
}
