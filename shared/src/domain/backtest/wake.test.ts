import { describe, expect, it } from 'vitest';
import type { BoundStrategy } from '../strategy/registry.js';
import { FILL_MODELS } from './fill-model.js';
import { runBacktest } from './run-backtest.js';
import type { BacktestSetup } from './setup.js';
import { candlesOf, gridSetup, randomCandles } from './test-market.js';

const free = { fees: { maker: '0', taker: '0', currency: 'quote' as const } };

/** The same strategy without its promises of what it need not see. */
function sleepless(setup: BacktestSetup): BacktestSetup {
  const { strategy } = setup;
  const awake: BoundStrategy = {
    ...strategy,
    start: (context, now) => {
      const { state, commands } = strategy.start(context, now);
      return { state, commands };
    },
    on: (context, state, event, now) => {
      const step = strategy.on(context, state, event, now);
      return { state: step.state, commands: step.commands };
    },
  };
  return { ...setup, strategy: awake };
}

describe.each(FILL_MODELS)('skipping what a machine need not see (%s)', (fillModel) => {
  it('changes nothing in the result', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const setup = gridSetup({ initialInventory: seed % 2 === 0 ? 'buy' : 'none' });
      const candles = randomCandles(seed, 200, 15_000, 2, 0.01);
      const options = { fillModel, engine: 'machine' as const };
      expect(runBacktest(setup, candles, options)).toEqual(runBacktest(sleepless(setup), candles, options));
    }
  });
});

describe('a stop-loss', () => {
  it('is met on the way: what lies above it fills first, then all is sold at its price', () => {
    const setup = gridSetup({ exits: { stopLoss: '145' } }, free);
    const candles = candlesOf([
      [150, 150, 150, 150],
      [150, 150, 130, 131],
      [131, 170, 131, 170],
    ]);
    const result = runBacktest(setup, candles, { fillModel: 'path' });
    expect(result.fills.slice(0, 2).map(([, side, price]) => `${side} ${price}`)).toEqual([
      'BUY 148',
      'BUY 146',
    ]);
    expect(new Set(result.fills.slice(2).map(([, side, price]) => `${side} ${price}`))).toEqual(
      new Set(['SELL 145']),
    );
    expect(result.base).toBe('0.00000000');
    expect(result.ended?.time).toBe(candles.times[1]);
    expect(result.openOrders).toEqual([]);
  });
});
