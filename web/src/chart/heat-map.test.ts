import { describe, expect, it } from 'vitest';
import type { SweepRow } from '../api/backtests.js';
import { axesOf, heatMapOf } from './heat-map.js';

const run = (values: Record<string, string>, train: string | null, test: string | null = null): SweepRow =>
  ({
    values,
    train: train === null ? null : { roiPct: train },
    test: test === null ? null : { roiPct: test },
    refused: train === null ? 'X' : null,
  }) as SweepRow;

describe('the heat map of a sweep', () => {
  it('has a column and a row for each value, in the order of the sweep', () => {
    const runs = [run({ a: '5', b: '1' }, '1'), run({ a: '5', b: '2' }, '2'), run({ a: '10', b: '1' }, '3')];
    expect(axesOf(runs)).toEqual(['a', 'b']);
    expect(heatMapOf(runs, ['a', 'b'], 'train')).toEqual({
      x: ['5', '10'],
      y: ['1', '2'],
      cells: [
        [0, 0, '1'],
        [0, 1, '2'],
        [1, 0, '3'],
      ],
    });
  });

  it('shows the run that ranks best in each cell, also out of sample', () => {
    const runs = [run({ a: '5', b: '1', c: '1' }, '1', '9'), run({ a: '5', b: '1', c: '2' }, '2', '-4')];
    expect(heatMapOf(runs, ['a', 'b'], 'train').cells).toEqual([[0, 0, '2']]);
    expect(heatMapOf(runs, ['a', 'b'], 'test').cells).toEqual([[0, 0, '-4']]);
  });

  it('leaves a refused combination blank', () => {
    expect(heatMapOf([run({ a: '5', b: '1' }, null)], ['a', 'b'], 'train').cells).toEqual([]);
  });
});
