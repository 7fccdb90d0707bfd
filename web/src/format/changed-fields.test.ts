import { describe, expect, it } from 'vitest';
import { changedFields } from './changed-fields.js';

describe('what a correction changed', () => {
  it('is one line for each field that differs', () => {
    const before = { state: 'open', filledQuantity: '0', price: '10' };
    const after = { state: 'filled', filledQuantity: '1', price: '10' };
    expect(changedFields(before, after)).toEqual([
      { field: 'state', before: 'open', after: 'filled' },
      { field: 'filledQuantity', before: '0', after: '1' },
    ]);
  });

  it('names what was not there before', () => {
    expect(changedFields(null, { tradeId: 7 })).toEqual([{ field: 'tradeId', before: '–', after: '7' }]);
  });

  it('compares anything else as a whole', () => {
    expect(changedFields('a', null)).toEqual([{ field: '', before: 'a', after: '–' }]);
  });
});
