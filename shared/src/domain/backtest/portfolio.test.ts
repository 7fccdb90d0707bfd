import { describe, expect, it } from 'vitest';
import { dec, sum } from '../numbers/decimal.js';
import type { Candles } from './candles.js';
import { portfolioOf, PortfolioError } from './portfolio.js';
import { reportOf, type ReportInput } from './report.js';
import { candleTest } from './run-backtest.js';
import type { BacktestSetup } from './setup.js';
import { candlesOf, gridSetup, randomCandles } from './test-market.js';

function testOf(candles: Candles, changes: Partial<BacktestSetup> = {}, seriesPoints = 100): ReportInput {
  return candleTest(gridSetup({}, changes), candles, { fillModel: 'path', seriesPoints });
}

/** A week of minutes would be slow; hours give daily returns just as well. */
function hourly(candles: Candles): Candles {
  const first = candles.times[0] ?? 0;
  return { ...candles, times: candles.times.map((_, row) => first + row * 3_600_000) };
}

const from = (candles: Candles, first: number, rows: number): Candles => ({
  places: candles.places,
  times: candles.times.slice(first, first + rows),
  open: candles.open.slice(first, first + rows),
  high: candles.high.slice(first, first + rows),
  low: candles.low.slice(first, first + rows),
  close: candles.close.slice(first, first + rows),
});

describe('a portfolio', () => {
  it('of one strategy has the figures of its own report', () => {
    const test = testOf(hourly(randomCandles(5, 300, 15_000)));
    const { total, legs } = portfolioOf([test]);
    const alone = reportOf(test);
    expect(legs).toEqual([alone]);
    const { drawdown, ...figures } = total;
    expect(alone).toMatchObject(figures);
    expect(drawdown).not.toBeNull();
    expect(total.sharpe).not.toBeNull();
  });

  it('adds up equity at every moment, and measures the drawdown of the sum', () => {
    const rising = candlesOf([
      [150, 150, 150, 150],
      [150, 160, 150, 160],
      [160, 160, 160, 160],
    ]);
    const falling = candlesOf([
      [150, 150, 150, 150],
      [150, 150, 142, 142],
      [142, 142, 142, 142],
    ]);
    const tests = [testOf(rising), testOf(falling)];
    const { total, legs } = portfolioOf(tests);
    expect(legs.map(({ maxDrawdownPct }) => Number(maxDrawdownPct) > 0.04)).toEqual([false, true]);
    total.equitySeries.forEach(([time, equity, holding], index) => {
      expect(legs.map((leg) => leg.equitySeries[index]?.[0])).toEqual([time, time]);
      const parts = (column: 1 | 2) => sum(legs.map((leg) => leg.equitySeries[index]?.[column] ?? '0'));
      expect(equity).toBe(parts(1).toFixed(8));
      // Holding is a quotient: each part is rounded where it is printed.
      expect(parts(2).minus(holding).abs().lte('0.00000001')).toBe(true);
    });
    const worst = total.equitySeries.map(([, equity]) => dec(equity));
    const [peak = dec('1'), trough = dec('0')] = [worst[0], worst[1]];
    expect(total.maxDrawdownPct).toBe(peak.minus(trough).div(peak).times(100).toFixed(8));
    expect(total.drawdown).toEqual({ from: rising.times[0], to: rising.times[1] });
  });

  it('counts a strategy with its funds before its data begins, and with its last worth when it has ended', () => {
    const all = randomCandles(9, 90, 15_000);
    const early = testOf(from(all, 0, 30));
    const late = testOf(from(all, 60, 30));
    const { total, legs, from: first, to } = portfolioOf([early, late]);
    expect([first, to]).toEqual([all.times[0], all.times[89]]);
    const [a, b] = legs;
    if (a === undefined || b === undefined) throw new Error('two strategies were tested');
    expect(total.equitySeries[29]?.[1]).toBe(dec(a.equity).plus(b.startEquity).toFixed(8));
    expect(total.equity).toBe(dec(a.equity).plus(b.equity).toFixed(8));
    expect(total.startEquity).toBe(dec(a.startEquity).plus(b.startEquity).toFixed(8));
  });

  it('is the same byte for byte when it is made again', () => {
    const run = (): string =>
      JSON.stringify(portfolioOf([1, 2, 3].map((seed) => testOf(hourly(randomCandles(seed, 200, 15_000))))));
    expect(run()).toBe(run());
  });

  it('is refused when the strategies are counted in different coins', () => {
    const { market } = gridSetup();
    const other = testOf(randomCandles(1, 20, 15_000), {
      market: { ...market, symbol: 'SOL/EUR', quote: 'EUR' },
    });
    expect(() => portfolioOf([testOf(randomCandles(1, 20, 15_000)), other])).toThrow(PortfolioError);
  });
});
