import { describe, expect, it } from 'vitest';
import { BacktestRefused, runBacktest } from './run-backtest.js';
import type { FillModel } from './fill-model.js';
import { candlesOf, gridSetup } from './test-market.js';

const engines = ['auto', 'machine'] as const;
const free = { fees: { maker: '0', taker: '0', currency: 'quote' as const } };
const start = [150, 150, 150, 150] as const;

/** Sides and prices of the fills. */
function fillsOf(
  rows: readonly (readonly [number, number, number, number])[],
  fillModel: FillModel,
  engine: 'auto' | 'machine',
  params: Record<string, unknown> = {},
): string[] {
  const result = runBacktest(gridSetup(params, free), candlesOf([start, ...rows]), { fillModel, engine });
  return result.fills.map(([, side, price]) => `${side} ${price}`);
}

describe.each(engines)('fill models (%s engine)', (engine) => {
  const dip = [[150, 150, 148, 149]] as const;

  it('close fills by the close alone', () => {
    expect(fillsOf([[150, 150, 140, 149]], 'close', engine)).toEqual([]);
    expect(fillsOf([[150, 150, 148, 148]], 'close', engine)).toEqual(['BUY 148']);
  });

  it('touch fills at the low, strict only below it', () => {
    expect(fillsOf(dip, 'touch', engine)).toEqual(['BUY 148']);
    expect(fillsOf(dip, 'strict', engine)).toEqual([]);
    expect(fillsOf([[150, 150, 147, 149]], 'strict', engine)).toEqual(['BUY 148']);
  });

  it('a cell acts at most once in a candle, except on the path', () => {
    const swing = [[149, 151, 147, 151]] as const;
    expect(fillsOf(swing, 'touch', engine)).toEqual(['BUY 148']);
    expect(fillsOf([...swing, [151, 151, 150, 151]], 'touch', engine)).toEqual(['BUY 148', 'SELL 150']);
    expect(fillsOf(swing, 'path', engine)).toEqual(['BUY 148', 'SELL 150']);
  });

  it('the path goes to the low first when the bar rises, to the high first when it falls', () => {
    expect(fillsOf([[149, 153, 147, 150]], 'path', engine)).toEqual([
      'BUY 148',
      'SELL 150',
      'SELL 152',
      'BUY 150',
    ]);
    expect(fillsOf([[151, 153, 147, 150]], 'path', engine)).toEqual([
      'SELL 152',
      'BUY 150',
      'BUY 148',
      'SELL 150',
    ]);
  });

  it('a gap fills every level it passes, each at its own price', () => {
    expect(fillsOf([[143, 143, 143, 143]], 'path', engine)).toEqual(['BUY 148', 'BUY 146', 'BUY 144']);
  });

  it('an empty cell buys only after price has reached its sell level', () => {
    const params = { initialInventory: 'none' };
    expect(fillsOf([[151, 151, 151, 151]], 'touch', engine, params)).toEqual([]);
    expect(fillsOf([[151, 152, 149, 149]], 'path', engine, params)).toEqual(['BUY 150']);
    expect(fillsOf([[151, 152, 149, 151]], 'touch', engine, params)).toEqual([]);
    expect(
      fillsOf(
        [
          [151, 152, 151, 151],
          [150, 150, 150, 150],
        ],
        'touch',
        engine,
        params,
      ),
    ).toEqual(['BUY 150']);
  });
});

describe.each(engines)('figures (%s engine)', (engine) => {
  it('selling ten cells bought at 150 earns 110: 20 from the grid and 90 from the inventory', () => {
    const setup = gridSetup({}, free);
    const result = runBacktest(setup, candlesOf([start, [150, 170, 150, 170]]), {
      fillModel: 'path',
      engine,
    });
    expect(result).toMatchObject({
      initialBase: '10.00000000',
      buys: 0,
      sells: 10,
      cycles: 10,
      grossGridProfit: '20.00000000',
      netGridProfit: '20.00000000',
      base: '0.00000000',
      quote: '100110.00000000',
      equity: '100110.00000000',
      roiPct: '0.11000000',
      maxDrawdownPct: '0.00000000',
      openSells: [],
    });
    expect(result.openBuys).toHaveLength(15);
    expect(result.levels).toHaveLength(16);
  });

  it('fees are rate × notional: taker for the initial purchase, maker for the rest', () => {
    const fees = { maker: '0.001', taker: '0.002', currency: 'quote' as const };
    const candles = candlesOf([start, [150, 152, 150, 152]]);
    const result = runBacktest(gridSetup({}, { fees }), candles, { fillModel: 'path', engine });
    // 10 × 150 × 0.002 at the start, 152 × 0.001 for the SELL.
    expect(result.fees).toBe('3.15200000');
    expect(result.fills).toEqual([[candles.times[1], 'SELL', '152', '1', '0.15200000']]);
    // 2 less the SELL's fee and the sold lot's share of the purchase fee.
    expect(result.netGridProfit).toBe('1.54800000');
    expect(result.quote).toBe('98648.84800000');
  });

  it('slippage makes the initial purchase dearer and leaves resting orders alone', () => {
    const candles = candlesOf([start, [150, 152, 150, 152]]);
    const setup = gridSetup({}, { ...free, slippage: '0.001' });
    const result = runBacktest(setup, candles, { fillModel: 'path', engine });
    expect(result.initialFills.map(([, side, price, quantity]) => [side, price, quantity])).toEqual([
      ['BUY', '150.15', '10'],
    ]);
    expect(result.quote).toBe('98650.50000000');
  });

  it('drawdown is the largest fall of equity at closes', () => {
    const setup = gridSetup(
      { levels: 2, lower: '100', upper: '200', quantity: { mode: 'base', value: '10' } },
      free,
    );
    const rows = [start, [150, 160, 150, 160], [160, 160, 120, 130], [130, 160, 130, 155]] as const;
    const result = runBacktest(setup, candlesOf(rows), { fillModel: 'path', engine });
    // 10 SOL: 100,100 at 160, 99,800 at 130.
    expect(result.maxDrawdownPct).toBe('0.29970030');
    expect(result.equitySeries.map(([, equity]) => equity)).toEqual([
      '100000.00000000',
      '100100.00000000',
      '99800.00000000',
      '100050.00000000',
    ]);
  });

  it('a plan that cannot be carried out is refused, with its reason', () => {
    const candles = candlesOf([start, start]);
    const run = (params: Record<string, unknown>, quote: string) => () =>
      runBacktest(gridSetup(params, { balance: { quote, base: null } }), candles, {
        fillModel: 'path',
        engine,
      });
    expect(run({ upper: '130' }, '100000')).toThrow(BacktestRefused);
    expect(run({}, '100')).toThrow(/INSUFFICIENT_FUNDS/);
  });

  it('a grid that does not pay its fees runs, with a warning', () => {
    const fees = { maker: '0.05', taker: '0.05', currency: 'quote' as const };
    const candles = candlesOf([start, [150, 152, 150, 152]]);
    const result = runBacktest(gridSetup({}, { fees }), candles, { fillModel: 'path', engine });
    expect(result.warnings.map(({ code }) => code)).toContain('CYCLE_NOT_PROFITABLE');
  });
});

describe('fees in base', () => {
  it('leave less base to sell, and the result still adds up', () => {
    const setup = gridSetup({}, { fees: { maker: '0.001', taker: '0.001', currency: 'base' } });
    const rows = [start, [150, 150, 144, 145], [145, 171, 145, 171]] as const;
    const result = runBacktest(setup, candlesOf(rows), { fillModel: 'path' });
    // The purchase is grossed up to whole steps: 10 / 0.999 = 10.01…, and its fee leaves base again.
    expect(result.initialFills[0]?.[3]).toBe('10.02');
    expect(result.sells).toBeGreaterThan(10);
    const equity = Number(result.quote) + Number(result.base) * Number(result.lastPrice);
    expect(Number(result.equity)).toBeCloseTo(equity, 4);
  });
});
