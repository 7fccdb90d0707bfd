import { describe, expect, it } from 'vitest';
import { dec } from '../numbers/decimal.js';
import { strategyKinds } from '../strategy/registry.js';
import { FILL_MODELS } from './fill-model.js';
import { runBacktest } from './run-backtest.js';
import type { BacktestSetup } from './setup.js';
import { gridSetup, randomCandles } from './test-market.js';

const PARAMS: Record<string, Record<string, unknown>> = {
  'range-grid': {
    lower: '145',
    upper: '155',
    levels: 21,
    quantity: { mode: 'base', value: '1' },
    trailing: { direction: 'both' },
  },
  'range-grid without an upper end': {
    lower: '145',
    spacing: 'infinity',
    stepPercent: '0.4',
    quantity: { mode: 'quote', value: '10000' },
  },
  'ladder-grid': {
    levels: 5,
    openDeviation: '0.5',
    closeDeviation: '0.6',
    quantity: { mode: 'base', value: '1' },
  },
  dca: { buys: 200, stepDeviation: '0.5', takeProfit: '1', quantity: { mode: 'quote', value: '200' } },
};

function setupOf(name: string): BacktestSetup {
  const kind = name.split(' ')[0] ?? name;
  const strategy = strategyKinds.get(kind)?.bind(PARAMS[name]);
  if (strategy === undefined) throw new Error(`${kind} is not registered`);
  return gridSetup({}, { kind, strategy });
}

it('every kind is among them', () => {
  expect(Object.keys(PARAMS)).toEqual(expect.arrayContaining([...strategyKinds.keys()]));
});

describe.each(FILL_MODELS)('every kind with the %s model', (fillModel) => {
  it.each(Object.keys(PARAMS))('%s trades, and its result adds up', (kind) => {
    const result = runBacktest(setupOf(kind), randomCandles(3, 600, 15_000), { fillModel });
    expect(result.cycles).toBeGreaterThan(0);
    const worth = dec(result.base).times(result.lastPrice).plus(result.quote);
    expect(worth.minus(result.equity).abs().lt('0.00001')).toBe(true);
    // All trades and fees, added up by hand.
    const trades = [...result.initialFills, ...result.fills];
    expect(trades.length).toBeGreaterThan(10);
    const quote = trades.reduce((total, [, side, price, quantity, fee]) => {
      const amount = dec(price).times(quantity);
      return (side === 'BUY' ? total.minus(amount) : total.plus(amount)).minus(fee);
    }, dec(result.startQuote));
    expect(quote.minus(result.quote).abs().lt('0.00001')).toBe(true);
  });
});
