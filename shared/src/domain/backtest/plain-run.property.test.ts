import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILL_MODELS } from './fill-model.js';
import { runPlainGrid } from './plain-run.js';
import { BacktestRefused, runBacktest } from './run-backtest.js';
import { gridSetup, randomCandles } from './test-market.js';

// For any plain grid, market, fees and candles: the fast path gives what the event-by-event machine gives, in every
// digit of every figure, fill by fill.

const rates = fc.constantFrom('0', '0.0002', '0.00075', '0.001', '0.0123', '-0.0001');

const scenario = fc.record({
  seed: fc.integer(),
  rows: fc.integer({ min: 1, max: 120 }),
  start: fc.integer({ min: 13_000, max: 18_000 }),
  swing: fc.constantFrom(0.002, 0.01, 0.05, 0.2),
  places: fc.constantFrom(2, 3),
  tickSize: fc.constantFrom('0.01', '0.05', '0.25', '1'),
  stepSize: fc.constantFrom('0.01', '0.001', '0.3'),
  minNotional: fc.constantFrom('0', '5'),
  model: fc.constantFrom(...FILL_MODELS),
  params: fc.record({
    levels: fc.integer({ min: 2, max: 30 }),
    spacing: fc.constantFrom('arithmetic', 'geometric'),
    quantity: fc.constantFrom(
      { mode: 'base', value: '1.2' },
      { mode: 'quote', value: '333' },
      { mode: 'total', value: '20000' },
    ),
    profit: fc.constantFrom('quote', 'compound', 'base'),
    initialInventory: fc.constantFrom('buy', 'have', 'none'),
  }),
  maker: rates,
  taker: rates,
  currency: fc.constantFrom('quote' as const, 'third' as const),
  slippage: fc.constantFrom('0', '0.0003'),
});

describe('the fast path', () => {
  it('gives the result of the event-by-event machine in every digit', () => {
    let compared = 0;
    fc.assert(
      fc.property(scenario, (given) => {
        const { params, maker, taker, currency, tickSize, stepSize, minNotional, slippage } = given;
        const base = gridSetup(params);
        const setup = {
          ...base,
          market: { ...base.market, tickSize, stepSize, minNotional },
          fees: { maker, taker, currency },
          balance: { quote: null, base: null },
          slippage,
        };
        const start = given.places === 3 ? given.start * 10 + 7 : given.start;
        const candles = randomCandles(given.seed, given.rows, start, given.places, given.swing);
        if (runPlainGrid(setup, candles, given.model) === null) return;
        const run = (engine: 'auto' | 'machine'): unknown => {
          try {
            return runBacktest(setup, candles, { fillModel: given.model, engine });
          } catch (error) {
            if (error instanceof BacktestRefused) return null;
            throw error;
          }
        };
        const fast = run('auto');
        if (fast === null) return;
        expect(fast).toEqual(run('machine'));
        compared += 1;
      }),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(75);
  }, 60_000);
});
