import { describe, expect, it } from 'vitest';
import { SweepError } from './sweep-grid.js';
import { rankedRows, sweepRows, sweepRuns, type SweepJob } from './sweep-job.js';
import { gridSetup, randomCandles } from './test-market.js';

const { kind, market, fees, balance } = gridSetup({ lower: '90', upper: '110', levels: 11 });
const job = (grid: string): SweepJob => ({
  kind,
  market,
  fees,
  balance,
  params: {
    lower: '90',
    upper: '110',
    levels: 11,
    spacing: 'arithmetic',
    quantity: { mode: 'base', value: '1' },
  },
  grid,
  fillModel: 'path',
  trainPct: 70,
});
const candles = randomCandles(7, 400, 10_000);

describe('a sweep', () => {
  it('gives the same rows in parts as at once', () => {
    const sweep = job('levels=5:21:4,spacing=arithmetic|geometric');
    const runs = sweepRuns(sweep);
    expect(runs).toHaveLength(10);
    const whole = sweepRows(sweep, runs, candles);
    const parts = [runs.slice(0, 3), runs.slice(3, 4), runs.slice(4)];
    expect(parts.flatMap((part) => sweepRows(sweep, part, candles))).toEqual(whole);
    expect(new Set(whole.map(({ train }) => train?.equity)).size).toBeGreaterThan(1);
  });

  it('ranks by training return, refused runs last', () => {
    const sweep = job('upper=90.01|95|105|110');
    const ranked = rankedRows(sweepRows(sweep, sweepRuns(sweep), candles));
    const returns = ranked.map(({ train }) => (train === null ? null : Number(train.roiPct)));
    expect(returns.at(-1)).toBeNull();
    const made = returns.slice(0, -1).map(Number);
    expect(made).toEqual([...made].sort((a, b) => b - a));
  });

  it.each([
    ['levels=0:4:1', /^levels: "0" does not fit/],
    ['levels=10.5|11', /^levels: "10.5" does not fit/],
    ['levels=many', /^levels: "many" does not fit/],
    ['spacing=arithmetic|wide', /^spacing: "wide" does not fit/],
    ['levels=2:900:1,lower=1:900:1', /at most 100000/],
    ['levels', /must be parameter=values/],
    ['bogus=1', /^bogus: the config does not have it/],
  ])('%s is refused in one sentence', (grid, message) => {
    expect(() => sweepRuns(job(grid))).toThrow(SweepError);
    expect(() => sweepRuns(job(grid))).toThrow(message);
  });
});
