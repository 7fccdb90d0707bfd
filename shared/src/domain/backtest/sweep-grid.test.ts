import { describe, expect, it } from 'vitest';
import { expandSweep, parseSweepGrid, SweepError } from './sweep-grid.js';

const config = {
  kind: 'range-grid',
  params: { lower: '140', levels: 16, quantity: { mode: 'base', value: '1' }, postOnly: false },
};

describe('the text of a sweep', () => {
  it('has ranges with both ends, in exact decimals', () => {
    expect(parseSweepGrid('lower=0.1:0.5:0.1')).toEqual([
      { path: 'lower', values: ['0.1', '0.2', '0.3', '0.4', '0.5'] },
    ]);
  });

  it('ends a range below an end the step does not meet', () => {
    expect(parseSweepGrid('levels=10:25:10')[0]?.values).toEqual(['10', '20']);
  });

  it('has alternatives', () => {
    expect(parseSweepGrid('spacing=arithmetic|geometric, levels=5')).toEqual([
      { path: 'spacing', values: ['arithmetic', 'geometric'] },
      { path: 'levels', values: ['5'] },
    ]);
  });

  it.each([
    ['levels', '"levels" must be parameter=values'],
    ['levels=', '"levels=" must be parameter=values'],
    ['levels=1:2', 'levels: "1:2" must be from:to:step'],
    ['levels=1:x:1', 'levels: "x" is not a decimal number'],
    ['levels=1:2:0', 'levels: the step 0 must be above zero'],
    ['levels=3:2:1', 'levels: 2 lies below 3'],
    ['levels=1:9:1,levels=2', 'levels: is named twice'],
    ['lower=0:1000:0.1', 'lower: has more than 1000 values'],
  ])('refuses %j and says why', (text, message) => {
    expect(() => parseSweepGrid(text)).toThrow(new SweepError(message));
  });
});

describe('the runs of a sweep', () => {
  it('are all combinations, the last parameter changing fastest, with the types of the config', () => {
    const runs = expandSweep(config, 'levels=10:20:10,quantity.value=1|2');
    expect(runs.map(({ values }) => values)).toEqual([
      { levels: '10', 'quantity.value': '1' },
      { levels: '10', 'quantity.value': '2' },
      { levels: '20', 'quantity.value': '1' },
      { levels: '20', 'quantity.value': '2' },
    ]);
    expect(runs[3]?.config).toEqual({
      kind: 'range-grid',
      params: { lower: '140', levels: 20, quantity: { mode: 'base', value: '2' }, postOnly: false },
    });
  });

  it('leave the config they come from as it was', () => {
    expandSweep(config, 'levels=99');
    expect(config.params.levels).toBe(16);
  });

  it('refuse a parameter the config does not have', () => {
    expect(() => expandSweep(config, 'quantity.size=1')).toThrow(
      'quantity.size: the config does not have it',
    );
  });
});
