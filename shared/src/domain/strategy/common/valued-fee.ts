import { dec, ZERO, type Decimal } from '../../numbers/decimal.js';
import type { Market } from '../../market/market.js';
import type { Fill } from '../../order/order.js';

/** A fee as it counts in accounts: base that is missing from what was received, and its value in quote. */
export interface ValuedFee {
  base: Decimal;
  quote: Decimal;
}

/** Splits a fill's fee into the base that is missing and its value. */
export function feeOf(fill: Fill, market: Market): ValuedFee {
  return { base: fill.feeAsset === market.base ? dec(fill.fee) : ZERO, quote: dec(fill.feeQuote) };
}
