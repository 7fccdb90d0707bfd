/**
 * Money in the venue is a bigint count of 0.00000001 of its asset: Binance spot keeps and shows 8 decimals, so every
 * balance, commission and quote amount is exact.
 */
export type Units = bigint;

export const UNIT_PLACES = 8;
export const ONE: Units = 10n ** BigInt(UNIT_PLACES);

const PLAIN = /^(\d{1,20})(?:\.(\d{1,20}))?$/;

/** Most amounts of a fresh order: one text for all of them. */
const ZERO = '0.00000000';

/** Reads a plain positive decimal. @returns 'malformed' or 'precision' (more than 8 significant decimals). */
export function readUnits(text: string): Units | 'malformed' | 'precision' {
  const match = PLAIN.exec(text);
  if (!match) return 'malformed';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > UNIT_PLACES) return 'precision';
  return BigInt((match[1] ?? '') + fraction.padEnd(UNIT_PLACES, '0'));
}

/** @throws RangeError when the text is not a plain decimal of at most 8 places. */
export function toUnits(text: string): Units {
  const units = readUnits(text);
  if (typeof units === 'string')
    throw new RangeError(`not a decimal of at most ${UNIT_PLACES} places: "${text}"`);
  return units;
}

/** An amount that may be below zero. @throws RangeError as `toUnits`. */
export function signedUnits(text: string): Units {
  return text.startsWith('-') ? -toUnits(text.slice(1)) : toUnits(text);
}

/** Prints all 8 decimals, as Binance spot does, e.g. "0.00010000". */
export function unitsText(units: Units): string {
  if (units === 0n) return ZERO;
  if (units < 0n) return `-${unitsText(-units)}`;
  const digits = units.toString().padStart(UNIT_PLACES + 1, '0');
  return `${digits.slice(0, -UNIT_PLACES)}.${digits.slice(-UNIT_PLACES)}`;
}

/** Units with `places` decimals; what is finer is cut off. */
export function fixedText(units: Units, places = UNIT_PLACES): string {
  const text = unitsText(units);
  return places === 0 ? text.slice(0, -UNIT_PLACES - 1) : text.slice(0, text.length - UNIT_PLACES + places);
}

/** Units without trailing zeros, e.g. "0.05". */
export function plainText(units: Units): string {
  return unitsText(units).replace(/\.?0+$/, '');
}

/** `amount × rate`, cut off after 8 decimals. */
export function timesRate(amount: Units, rate: Units): Units {
  return (amount * rate) / ONE;
}
