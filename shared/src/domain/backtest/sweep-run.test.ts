import { describe, expect, it } from 'vitest';
import { runBacktest } from './run-backtest.js';
import { splitAt, sweepRow, sweepVerdict, type SweepRow } from './sweep-run.js';
import { gridSetup, randomCandles } from './test-market.js';

const candles = randomCandles(7, 400, 10_000);
const options = { fillModel: 'path', trainPct: 70 } as const;

describe('a run of a sweep', () => {
  it('has the figures of a backtest of each part', () => {
    const setup = gridSetup({ lower: '90', upper: '110', levels: 11 });
    const row = sweepRow({ levels: '11' }, setup, candles, options);
    const split = splitAt(candles, 70);
    expect(split).toBe(280);
    const cut = (from: number, to: number) =>
      runBacktest(
        setup,
        {
          places: candles.places,
          times: candles.times.slice(from, to),
          open: candles.open.slice(from, to),
          high: candles.high.slice(from, to),
          low: candles.low.slice(from, to),
          close: candles.close.slice(from, to),
        },
        { fillModel: 'path' },
      );
    expect(row.train?.equity).toBe(cut(0, 280).equity);
    expect(row.test?.equity).toBe(cut(280, 400).equity);
    expect(row.train?.cycles).toBeGreaterThan(0);
  });

  it('says why there are none when the plan is refused', () => {
    const row = sweepRow({}, gridSetup({ lower: '90', upper: '90.01', levels: 11 }), candles, options);
    expect(row).toMatchObject({ train: null, test: null });
    expect(row.refused).toContain('LEVELS_COLLAPSE');
  });
});

describe('the split', () => {
  it('leaves nothing out of sample when all candles are for training', () => {
    const row = sweepRow({}, gridSetup({ lower: '90', upper: '110', levels: 11 }), candles, {
      fillModel: 'path',
      trainPct: 100,
    });
    expect(row.train?.cycles).toBeGreaterThan(0);
    expect(row).toMatchObject({ test: null, refused: null });
  });
});

describe('the verdict', () => {
  const figures = (roiPct: string) => ({ roiPct }) as SweepRow['train'];
  const row = (train: string, test: string): SweepRow => ({
    values: {},
    train: figures(train),
    test: figures(test),
    refused: null,
  });

  it('warns when the best of the training is one of the worst afterwards', () => {
    const verdict = sweepVerdict([row('1', '3'), row('9', '-4'), row('2', '2'), row('3', '1')]);
    expect(verdict).toMatchObject({ best: 1, testRank: 4, ranked: 4, warning: { code: 'OVER_FITTED' } });
  });

  it('does not warn when it stays among the better half', () => {
    expect(sweepVerdict([row('1', '3'), row('9', '2'), row('2', '1')])).toMatchObject({
      best: 1,
      testRank: 2,
      warning: null,
    });
  });

  it('leaves out refused runs', () => {
    const refused: SweepRow = { values: {}, train: null, test: null, refused: 'no' };
    expect(sweepVerdict([refused])).toMatchObject({ best: null, ranked: 0 });
  });
});
