import { describe, expect, it } from 'vitest';
import { strategyKinds } from '../strategy/registry.js';
import { runBacktest } from './run-backtest.js';
import { candlesOf, gridSetup } from './test-market.js';

/** Buys of a ladder of three slots, 1 % apart, while the price falls from 150 to 135, a little more each minute. */
function buysOf(anchor: string): number {
  const strategy = strategyKinds.get('ladder-grid')?.bind({
    levels: 3,
    openDeviation: '1',
    closeDeviation: '1',
    tolerance: '0.1',
    quantity: { mode: 'base', value: '1' },
    anchor,
  });
  if (strategy === undefined) throw new Error('ladder-grid is not registered');
  const prices = Array.from({ length: 16 }, (_, minute) => 150 - minute);
  const fall = candlesOf(
    prices.map((price, minute): [number, number, number, number] => {
      const open = minute === 0 ? price : price + 1;
      return [open, open, price, price];
    }),
  );
  return runBacktest(gridSetup({}, { kind: 'ladder-grid', strategy }), fall, { fillModel: 'path' }).buys;
}

describe('a ladder in a falling market, backtested', () => {
  it.each(['trail-up', 'fixed'])('fills when it is %s, because its orders stay where they are', (anchor) => {
    expect(buysOf(anchor)).toBe(3);
  });

  it('runs away from every fill when it trails both ways with a tolerance below its steps', () => {
    expect(buysOf('trail-both')).toBe(0);
  });
});
