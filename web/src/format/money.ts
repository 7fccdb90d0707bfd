import { dec, decStr, isDecimalString, roundTo, type DecimalString } from '@gridfleet/shared/domain';

/** Most decimal places ever shown in a column; the exact value is in the tooltip. */
const MAX_PLACES = 8;
/** Shown where there is no value. */
export const NO_VALUE = '–';

export type Sign = -1 | 0 | 1;

/** The two assets of a unified symbol: "BTC/USDT" or "BTC/USDT:USDT". */
export function assetsOf(market: string): { base: string; quote: string } {
  const [pair = '', settle] = market.split(':');
  const [base = '', quote = ''] = pair.split('/');
  return { base, quote: settle ?? quote };
}

/** Decimal places of a tick or step size: "0.01" → 2, "1" and "10" → 0. */
export function placesOf(step: DecimalString): number {
  return Math.max(0, dec(step).decimalPlaces());
}

function group(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The exact value without trailing zeros, grouped: "1234.50" → "1,234.5". Text that is no number stays as it is. */
export function formatExact(text: DecimalString): string {
  return isDecimalString(text) ? group(decStr(dec(text))) : text;
}

/** Rounded half up to fixed places, grouped. A value that would round to zero keeps up to 8 places instead. */
export function formatFixed(text: DecimalString, places: number): string {
  if (!isDecimalString(text)) return text;
  const value = dec(text);
  const rounded = roundTo(value, places);
  if (rounded.isZero() && !value.isZero() && places < MAX_PLACES) return formatFixed(text, MAX_PLACES);
  const digits = rounded.abs().toFixed(places);
  return rounded.isNegative() && !rounded.isZero() ? `-${group(digits)}` : group(digits);
}

/** A price rounded to the market's tick size (a mid price is finer); exact when the rules are not known. */
export function formatPrice(text: DecimalString | null, tickSize: DecimalString | null): string {
  if (text === null) return NO_VALUE;
  return tickSize === null || !isDecimalString(tickSize)
    ? formatExact(text)
    : formatFixed(text, placesOf(tickSize));
}

/** A quantity by the market's step size; exact when the rules are not known or the value is finer than a step. */
export function formatQuantity(text: DecimalString | null, stepSize: DecimalString | null): string {
  if (text === null) return NO_VALUE;
  if (stepSize === null || !isDecimalString(stepSize) || !isDecimalString(text)) return formatExact(text);
  const places = placesOf(stepSize);
  return dec(text).decimalPlaces() > places ? formatExact(text) : formatFixed(text, places);
}

/** Places for profit in quote: two finer than the tick, between 2 and 8; 4 when the rules are not known. */
export function profitPlaces(tickSize: DecimalString | null): number {
  if (tickSize === null || !isDecimalString(tickSize)) return 4;
  return Math.min(MAX_PLACES, Math.max(2, placesOf(tickSize) + 2));
}

export function signOf(text: DecimalString): Sign {
  if (!isDecimalString(text)) return 0;
  const value = dec(text);
  if (value.isZero()) return 0;
  return value.isNegative() ? -1 : 1;
}

/** A profit with its sign always shown: "+12.3400", "-0.5000", "0.0000". */
export function formatSigned(text: DecimalString, places: number): string {
  const shown = formatFixed(text, places);
  return signOf(text) === 1 ? `+${shown}` : shown;
}

/** A ratio such as "0.625" as "62.5 %". */
export function formatRatioAsPercent(text: DecimalString | null, places = 1): string {
  if (text === null || !isDecimalString(text)) return NO_VALUE;
  return `${formatFixed(decStr(dec(text).times(100)), places)} %`;
}

/** For chart pixels only, never for arithmetic with money. */
export function toPixelNumber(text: DecimalString): number {
  return Number(text);
}

/** Quantity × price rounded to two places, grouped; null without a price or with nothing held. */
export function worthOf(quantity: DecimalString, price: DecimalString | null): string | null {
  if (price === null || !isDecimalString(quantity) || !isDecimalString(price)) return null;
  const worth = dec(quantity).abs().times(price);
  return worth.isZero() ? null : formatFixed(decStr(worth), 2);
}
