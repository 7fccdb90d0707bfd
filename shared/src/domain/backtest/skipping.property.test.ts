import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategyKinds } from '../strategy/registry.js';
import type { FeeCurrency } from '../strategy/fee-currency.js';
import { FILL_MODELS, type FillModel } from './fill-model.js';
import { BacktestRefused, runBacktest } from './run-backtest.js';
import type { BacktestSetup } from './setup.js';
import { gridSetup, randomCandles } from './test-market.js';

const RUNS = { numRuns: 40 };
/** An option that may be left out. */
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const quantity = fc.constantFrom(
  { mode: 'base', value: '1' },
  { mode: 'base', value: '0.03' },
  { mode: 'quote', value: '60' },
);

const PARAMS: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  'range-grid': fc.record({
    lower: fc.constant('140'),
    upper: fc.constantFrom('155', '170'),
    levels: fc.integer({ min: 3, max: 20 }),
    quantity,
    profit: fc.constantFrom('quote', 'compound', 'base'),
    initialInventory: fc.constantFrom('buy', 'none'),
    trailing: maybe(fc.constantFrom({ direction: 'both' }, { direction: 'up' })),
    exits: maybe(fc.constantFrom({ stopLoss: '139' }, { trailingStopPercent: '4' })),
    postOnly: fc.boolean(),
  }),
  'ladder-grid': fc.record({
    levels: fc.integer({ min: 1, max: 6 }),
    openDeviation: fc.constantFrom('0.2', '0.5', '1.37'),
    closeDeviation: fc.constantFrom('0.3', '0.6', '1'),
    quantity,
    anchor: fc.constantFrom('trail-up', 'trail-both', 'fixed'),
    tolerance: fc.constantFrom('0', '0.1', '0.4'),
    maxPositions: maybe(fc.integer({ min: 1, max: 6 })),
    stopLoss: maybe(fc.constantFrom('0.7', '3')),
    maxHoldingMinutes: maybe(fc.integer({ min: 1, max: 90 })),
    postOnly: fc.boolean(),
  }),
  dca: fc.record({
    quantity,
    buys: fc.integer({ min: 1, max: 8 }),
    intervalMinutes: maybe(fc.integer({ min: 1, max: 120 })),
    stepDeviation: maybe(fc.constantFrom('0.3', '1', '2')),
    takeProfit: fc.constantFrom('0.3', '1', '2'),
  }),
};

interface Case {
  params: Record<string, unknown>;
  seed: number;
  swing: number;
  fillModel: FillModel;
  currency: FeeCurrency;
}

function anyCase(params: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Case> {
  return fc.record({
    params: params.map((given) =>
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    swing: fc.constantFrom(0.002, 0.01),
    fillModel: fc.constantFrom(...FILL_MODELS),
    currency: fc.constantFrom<FeeCurrency>('quote', 'base', 'third'),
  });
}

function setupOf(kind: string, { params, currency }: Case): BacktestSetup {
  const strategy = strategyKinds.get(kind)?.bind(params);
  if (strategy === undefined) throw new Error(`${kind} is not registered`);
  const fees = { maker: '0.0004', taker: '0.001', currency };
  const { market } = gridSetup();
  return gridSetup({}, { kind, strategy, fees, market: { ...market, minNotional: '2' } });
}

it('every kind is among them', () => {
  expect(Object.keys(PARAMS)).toEqual(expect.arrayContaining([...strategyKinds.keys()]));
});

describe.each(Object.entries(PARAMS))(
  'passing over what %s need not see',
  { timeout: 60_000 },
  (kind, params) => {
    it('gives the result of the machine that sees every event, whatever the configuration', () => {
      let trades = 0;
      fc.assert(
        fc.property(anyCase(params), (given) => {
          const setup = setupOf(kind, given);
          const candles = randomCandles(given.seed, 100, 15_000, 2, given.swing);
          const result = (engine: 'machine' | 'every-event'): string => {
            try {
              const { buys, ...rest } = runBacktest(setup, candles, { fillModel: given.fillModel, engine });
              trades += buys;
              return JSON.stringify({ buys, ...rest });
            } catch (error) {
              if (error instanceof BacktestRefused) return error.message;
              throw error;
            }
          };
          expect(result('machine')).toBe(result('every-event'));
        }),
        RUNS,
      );
      expect(trades).toBeGreaterThan(RUNS.numRuns);
    });
  },
);
