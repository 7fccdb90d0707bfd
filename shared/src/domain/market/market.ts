import { Decimal, dec, decStr, type DecimalString } from '../numbers/decimal.js';

/** The trading rules of one symbol at one venue. Sizes are decimal strings in the units named. */
export interface Market {
  /** Unified symbol, e.g. "BTC/USDT" (spot) or "BTC/USDT:USDT" (perpetual). */
  symbol: string;
  type: 'spot' | 'linear';
  base: string;
  quote: string;
  /** Price increment, quote per base. */
  tickSize: DecimalString;
  /** Quantity increment, base. */
  stepSize: DecimalString;
  /** Smallest and largest quantity of one order, base. */
  minQuantity: DecimalString;
  maxQuantity: DecimalString;
  /** Smallest price × quantity of one order, quote. */
  minNotional: DecimalString;
  /** Whether the venue accepts orders now. */
  active: boolean;
}

/** Price as an integer count of ticks: exact, fast, comparable. */
export type Ticks = number;
/** Quantity as an integer count of steps. */
export type Steps = number;

export type Rounding = 'down' | 'up' | 'nearest';

/** A market's sizes as decimals. Rules never change in place: new rules are a new market. */
interface Sizes {
  tick: Decimal;
  step: Decimal;
  /** Quote of one tick × one step. */
  unit: Decimal;
  minQuantity: Decimal;
  maxQuantity: Decimal;
  minNotional: Decimal;
}

const known = new WeakMap<Market, Sizes>();

/** Read once for each market: plans and machines ask for every order. */
function sizesOf(market: Market): Sizes {
  const present = known.get(market);
  if (present !== undefined) return present;
  const tick = dec(market.tickSize);
  const step = dec(market.stepSize);
  const sizes: Sizes = {
    tick,
    step,
    unit: tick.times(step),
    minQuantity: dec(market.minQuantity),
    maxQuantity: dec(market.maxQuantity),
    minNotional: dec(market.minNotional),
  };
  known.set(market, sizes);
  return sizes;
}

const MODE = {
  down: Decimal.ROUND_FLOOR,
  up: Decimal.ROUND_CEIL,
  nearest: Decimal.ROUND_HALF_UP,
} as const satisfies Record<Rounding, number>;

function toUnits(value: Decimal | DecimalString, unit: DecimalString, rounding: Rounding): number {
  // 100 digits of quotient: an exact multiple divides to an exact integer, anything else stays off the integers.
  const amount = dec(value);
  const size = dec(unit);
  const units = amount.div(size).toDecimalPlaces(0, MODE[rounding]).toNumber();
  if (!Number.isSafeInteger(units))
    throw new RangeError(`${decStr(amount)} is out of range in units of ${unit}`);
  return units;
}

/** Price to ticks, rounded as said; "nearest" is half up. @throws RangeError beyond 2^53 ticks. */
export function toTicks(
  market: Market,
  price: Decimal | DecimalString,
  rounding: Rounding = 'nearest',
): Ticks {
  return toUnits(price, market.tickSize, rounding);
}

/** Quantity to steps, rounded as said. @throws RangeError beyond 2^53 steps. */
export function toSteps(market: Market, quantity: Decimal | DecimalString, rounding: Rounding): Steps {
  return toUnits(quantity, market.stepSize, rounding);
}

export function ticksToPrice(market: Market, ticks: Ticks): Decimal {
  return sizesOf(market).tick.times(ticks);
}

export function stepsToQuantity(market: Market, steps: Steps): Decimal {
  return sizesOf(market).step.times(steps);
}

/** Exact price × quantity in quote. */
export function notional(market: Market, price: Ticks, quantity: Steps): Decimal {
  const count = price * quantity;
  const { unit } = sizesOf(market);
  return Number.isSafeInteger(count) ? unit.times(count) : unit.times(price).times(quantity);
}

/** Most steps one order may have. */
export function maxSteps(market: Market): Steps {
  const most = dec(market.maxQuantity).div(market.stepSize).floor();
  return Decimal.min(most, Number.MAX_SAFE_INTEGER).toNumber();
}

/** Fewest steps the venue takes at a price (above zero): its minimum quantity and its minimum notional. */
export function minSteps(market: Market, price: Ticks): Steps {
  const byNotional = toSteps(market, dec(market.minNotional).div(ticksToPrice(market, price)), 'up');
  return Math.max(1, toSteps(market, market.minQuantity, 'up'), byNotional);
}

export type SizeRefusal = 'BELOW_MIN_QUANTITY' | 'ABOVE_MAX_QUANTITY' | 'BELOW_MIN_NOTIONAL';

/** Why the venue would refuse this size at this price, or null when it fits. */
export function sizeRefusal(market: Market, price: Ticks, quantity: Steps): SizeRefusal | null {
  const { step, minQuantity, maxQuantity, minNotional } = sizesOf(market);
  const amount = step.times(quantity);
  if (quantity <= 0 || amount.lt(minQuantity)) return 'BELOW_MIN_QUANTITY';
  if (amount.gt(maxQuantity)) return 'ABOVE_MAX_QUANTITY';
  if (notional(market, price, quantity).lt(minNotional)) return 'BELOW_MIN_NOTIONAL';
  return null;
}
