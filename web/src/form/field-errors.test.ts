import { describe, expect, it } from 'vitest';
import { errorsByField, fieldPath } from './field-errors.js';

describe('errors at their fields', () => {
  it('reads every spelling of a field', () => {
    expect(
      ['body.params.lower', 'params.lower', '/params/lower', '/body/params/lower'].map(fieldPath),
    ).toEqual(Array.from({ length: 4 }, () => 'params.lower'));
    expect(fieldPath('body.legs[0].market')).toBe('legs.0.market');
  });

  it('keeps the first message of each field', () => {
    const errors = errorsByField([
      { field: 'body.name', message: 'first' },
      { field: 'body.name', message: 'second' },
      { field: 'params.upper', message: 'third' },
    ]);
    expect([...errors]).toEqual([
      ['name', 'first'],
      ['params.upper', 'third'],
    ]);
  });
});
