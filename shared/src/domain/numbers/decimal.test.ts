import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec, decStr, Decimal, isDecimalString, roundTo, sum, truncateTo } from './decimal.js';

/** A DECIMAL(36,18) as text, and as an integer count of 1e-18. */
const money = fc.bigInt({ min: -(10n ** 36n) + 1n, max: 10n ** 36n - 1n }).map((units) => {
  const digits = (units < 0n ? -units : units).toString().padStart(19, '0');
  const text = `${units < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`;
  return { units, text };
});

describe('exact decimals', () => {
  it('adds and multiplies DECIMAL(36,18) values without losing a digit', () => {
    fc.assert(
      fc.property(money, money, (a, b) => {
        const scale = new Decimal(10).pow(18);
        expect(dec(a.text).plus(b.text).times(scale).toFixed()).toBe((a.units + b.units).toString());
        const product = dec(a.text).times(b.text).times(scale).times(scale);
        expect(product.toFixed()).toBe((a.units * b.units).toString());
      }),
    );
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(money, ({ text }) => {
        expect(dec(decStr(dec(text))).eq(text)).toBe(true);
      }),
    );
  });

  it('sums a thousand values exactly', () => {
    expect(decStr(sum(Array.from({ length: 1_000 }, () => '0.000000000000000001')))).toBe(
      '0.000000000000001',
    );
    expect(decStr(sum([]))).toBe('0');
  });

  it.each(['', ' ', '1e5', 'NaN', 'Infinity', '0x10', '1,5', '--1', '1.2.3', '.', '-', ' 1', '+1'])(
    'refuses %j as a number',
    (text) => {
      expect(isDecimalString(text)).toBe(false);
      expect(() => dec(text)).toThrow(RangeError);
    },
  );

  it('prints without exponent, trailing zeros or a negative zero', () => {
    expect(decStr(dec('0.000000100'))).toBe('0.0000001');
    expect(decStr(dec('123000000000000000000000.0'))).toBe('123000000000000000000000');
    expect(decStr(dec('-0'))).toBe('0');
  });

  it('rounds halves up and truncates towards zero', () => {
    expect(decStr(roundTo(dec('1.005'), 2))).toBe('1.01');
    expect(decStr(roundTo(dec('1.00499999999'), 2))).toBe('1');
    expect(decStr(truncateTo(dec('1.999'), 2))).toBe('1.99');
    expect(decStr(truncateTo(dec('-1.999'), 2))).toBe('-1.99');
  });
});
