import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUnits, timesRate, toUnits, unitsText } from './units.js';

describe('amounts of 8 decimals', () => {
  it('are read and written without loss', () => {
    fc.assert(fc.property(fc.bigInt(0n, 10n ** 26n), (units) => toUnits(unitsText(units)) === units));
  });

  it.each([
    ['', 'malformed'],
    ['1e5', 'malformed'],
    ['-1', 'malformed'],
    ['.5', 'malformed'],
    ['1.', 'malformed'],
    ['0.123456789', 'precision'],
    ['0.1234567800', 12_345_678n],
  ])('"%s" is %s', (text, expected) => {
    expect(readUnits(text)).toBe(expected);
  });

  it('a commission is cut, never rounded up', () => {
    expect(timesRate(19_999n, toUnits('0.0001'))).toBe(1n);
  });
});
