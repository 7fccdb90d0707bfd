import { describe, expect, test } from 'vitest';
import type { OrderUpdate, Step, StrategyEvent } from '../events.js';
import { kindNamed, strategyKinds, type BoundStrategy } from '../registry.js';
import type { MachineState } from '../kind.js';
import { testLeg } from '../range-grid/test-session.js';

const leg = testLeg();
const context = { legs: [leg] };
const quote: StrategyEvent = { type: 'quote', leg: 0, market: leg.market.symbol, bid: leg.bid, ask: leg.ask };

function order(params: object): BoundStrategy {
  const kind = kindNamed('single-order');
  if (kind === undefined) throw new Error('no such kind');
  return kind.bind(params);
}
const limit = { side: 'buy', type: 'limit', price: '150', quantity: '1' };

function begun(params: object): { strategy: BoundStrategy; placed: Step<MachineState> } {
  const strategy = order(params);
  const { state } = strategy.start({ ...context, firstGeneration: 7, carried: null }, 0);
  return { strategy, placed: strategy.on(context, state, quote, 1) };
}
const update = (change: Partial<OrderUpdate>): StrategyEvent => ({
  type: 'order',
  update: {
    key: { leg: 0, market: leg.market.symbol, positionSide: 'net', slot: 0 },
    side: 'buy',
    generation: 7,
    state: 'open',
    price: null,
    quantity: 1,
    filled: 0,
    fills: [],
    refusal: null,
    ...change,
  },
});

describe('a single order', () => {
  test('is no strategy anybody can choose', () => {
    expect(strategyKinds.has('single-order')).toBe(false);
  });

  test('is placed once, with the first quote, and never again', () => {
    const { strategy, placed } = begun(limit);
    expect(placed.commands).toMatchObject([
      { type: 'place', side: 'buy', generation: 7, orderType: 'limit' },
    ]);
    expect(strategy.on(context, placed.state, quote, 2).commands).toEqual([]);
    const restored = strategy.restore(placed.state.header, placed.state.slots);
    expect(strategy.on(context, restored, quote, 3).commands).toEqual([]);
  });

  test.each([
    ['filled', 'ORDER_FILLED', null],
    ['canceled', 'ORDER_CANCELED', null],
    ['expired', 'ORDER_ENDED', null],
    ['rejected', 'WOULD_CROSS', { code: 'WOULD_CROSS', message: 'It would take.' }],
    ['never-sent', 'TRADING_HALTED', { code: 'TRADING_HALTED', message: 'Halted.' }],
  ] as const)('ends when it is %s, saying %s, and is not placed again', (state, code, refusal) => {
    const { strategy, placed } = begun(limit);
    const ended = strategy.on(
      context,
      placed.state,
      update({ state, refusal, filled: state === 'filled' ? 1 : 0 }),
      2,
    );
    expect(ended.commands).toMatchObject([{ type: 'finish', reason: { code } }]);
    expect(strategy.on(context, ended.state, quote, 3).commands).toEqual([]);
  });

  test('is cancelled when it is stopped, and ends at once when it was not placed yet', () => {
    const { strategy, placed } = begun(limit);
    const stop: StrategyEvent = { type: 'lifecycle', action: 'stop', stop: 'sell' };
    expect(strategy.on(context, placed.state, stop, 2).commands).toMatchObject([
      { type: 'cancel', generation: 7 },
    ]);
    const fresh = strategy.start({ ...context, firstGeneration: 1, carried: null }, 0).state;
    expect(strategy.on(context, fresh, stop, 1).commands).toMatchObject([
      { type: 'finish', outcome: 'flat' },
    ]);
  });

  test.each([
    [{ ...limit, price: undefined }, 'PRICE_MISSING'],
    [{ ...limit, price: '0' }, 'PRICE_MISSING'],
    [{ ...limit, price: '150.00000001' }, 'PRICE_OFF_TICK'],
    [{ ...limit, quantity: '0.00000000001' }, 'QUANTITY_OFF_STEP'],
    [{ ...limit, quantity: '0' }, 'BELOW_MIN_QUANTITY'],
    [{ ...limit, reduceOnly: true }, 'REDUCE_ONLY_SPOT'],
    [{ ...limit, postOnly: true, timeInForce: 'IOC' }, 'POST_ONLY_IMMEDIATE'],
    [{ ...limit, type: 'market' }, 'PRICE_UNUSED'],
    [{ side: 'buy', type: 'market', quantity: '1', postOnly: true }, 'POST_ONLY_MARKET'],
  ])('is refused as %j with %s', (params, code) => {
    const given: unknown = JSON.parse(JSON.stringify(params));
    expect(
      order(given as object)
        .plan(context)
        .refusals.map((refusal) => refusal.code),
    ).toEqual([code]);
  });

  test('needs quote for a buy, base for a sell', () => {
    expect(order(limit).plan(context).requirements).toEqual([
      { leg: 0, asset: leg.market.quote, amount: '150' },
    ]);
    const sell = order({ ...limit, side: 'sell' }).plan({ legs: [{ ...leg, baseFree: '0.5' }] });
    expect(sell.refusals).toMatchObject([{ code: 'INSUFFICIENT_FUNDS', field: 'params.quantity' }]);
  });
});
