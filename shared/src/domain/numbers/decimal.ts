import { Decimal as DecimalJs } from 'decimal.js';

/**
 * Exact decimal arithmetic for money. 100 significant digits: a product of two DECIMAL(36,18) values has at most 72,
 * so sums and products of stored values are exact; only division rounds, and every division says how.
 */
export const Decimal = DecimalJs.clone({
  precision: 100,
  toExpNeg: -1e9,
  toExpPos: 1e9,
  rounding: DecimalJs.ROUND_HALF_UP,
});
export type Decimal = DecimalJs;

/** What money looks like outside arithmetic: a plain decimal string such as "-0.00012". */
export type DecimalString = string;

const PLAIN = /^-?(?:\d+\.?\d*|\.\d+)$/;

export const ZERO: Decimal = new Decimal(0);

/**
 * Reads a decimal string exactly.
 * @throws RangeError when the text is not a plain decimal number (exponents, NaN and blanks are refused).
 */
export function dec(text: DecimalString | Decimal): Decimal {
  if (typeof text !== 'string') return text;
  if (!PLAIN.test(text)) throw new RangeError(`not a decimal number: "${text}"`);
  return new Decimal(text);
}

/** Whether a text is a plain decimal number that `dec` accepts. */
export function isDecimalString(text: string): boolean {
  return PLAIN.test(text);
}

/** Prints without exponent and without trailing zeros, e.g. "0.00001". */
export function decStr(value: Decimal): DecimalString {
  return value.isZero() ? '0' : value.toFixed();
}

/** Exact sum; an empty list is 0. */
export function sum(values: Iterable<Decimal | DecimalString>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(dec(value));
  return total;
}

/** Rounds to `places` decimal places, half up; for display and for results of division. */
export function roundTo(value: Decimal, places: number): Decimal {
  return value.toDecimalPlaces(places, DecimalJs.ROUND_HALF_UP);
}

/** Rounds towards zero to `places` decimal places: never reports more money than there is. */
export function truncateTo(value: Decimal, places: number): Decimal {
  return value.toDecimalPlaces(places, DecimalJs.ROUND_DOWN);
}
