import { dec, Decimal, ZERO, type DecimalString } from '../numbers/decimal.js';
import type { Fill } from '../order/order.js';
import { reducesOnly, type HeldMarket, type Need, type ReservingOrder } from './reservation.js';

/** Decimal places of stored money: sums of amounts with no more are exact everywhere. */
const PLACES = 18;

/** How a contract is traded on an account: what its margin depends on. */
export interface MarginTerms {
  /** Whole number of 1 or more. */
  leverage: number;
  takerRate: DecimalString;
}

/** The resource under which an account's margin in an asset is kept. */
export function marginResource(asset: string): string {
  return `margin:${asset}`;
}

/** The asset of a margin resource; null for any other resource. */
export function marginAsset(resource: string): string | null {
  return resource.startsWith('margin:') ? resource.slice('margin:'.length) : null;
}

/**
 * What one base unit of an order that opens a position takes of the account's margin: its initial margin
 * (price / leverage) and the taker's fee, since any order may turn out to take. Rounded up: never too little.
 */
export function unitMargin(price: Decimal, { leverage, takerRate }: MarginTerms): Decimal {
  const share = price.div(leverage).toDecimalPlaces(PLACES, Decimal.ROUND_UP);
  return share.plus(price.times(takerRate)).toDecimalPlaces(PLACES, Decimal.ROUND_UP);
}

/**
 * How a contract's trade changes the margin left beside positions, until the venue is asked again. What an order held
 * goes to the position it opens, so that opening never frees anything; closing frees the margin of what was closed, at
 * the price of the trade as venues count it, less the fee.
 * @param leverage null when nobody knows it: then closing frees nothing
 */
export function marginChange(
  market: HeldMarket,
  order: Pick<ReservingOrder, 'side' | 'positionSide' | 'reduceOnly' | 'quantity' | 'unitMargin'>,
  fill: Fill,
  leverage: number | null,
): Need {
  const resource = marginResource(market.quote);
  if (order.unitMargin !== null) {
    const taken = dec(order.unitMargin).times(fill.quantity).toDecimalPlaces(PLACES, Decimal.ROUND_UP);
    return { resource, amount: taken.neg() };
  }
  const fee = fill.feeAsset === market.quote ? dec(fill.fee) : ZERO;
  // Of other orders nobody knows which part of them closed.
  const isClosing = leverage !== null && reducesOnly(market, order);
  const freed = isClosing
    ? dec(fill.quoteQuantity).div(leverage).toDecimalPlaces(PLACES, Decimal.ROUND_DOWN)
    : ZERO;
  return { resource, amount: freed.minus(fee) };
}
