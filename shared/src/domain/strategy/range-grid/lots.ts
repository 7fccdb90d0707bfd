import { dec, decStr, truncateTo, ZERO, type Decimal } from '../../numbers/decimal.js';
import type { Lot } from './state.js';

/** Places kept when a fee is shared between lots; the last share takes the remainder, so nothing is lost. */
export const FEE_PLACES = 18;

export function baseIn(lots: readonly Lot[]): Decimal {
  return lots.reduce((total, lot) => total.plus(lot.base), ZERO);
}

export function feesIn(lots: readonly Lot[]): Decimal {
  return lots.reduce((total, lot) => total.plus(lot.fee), ZERO);
}

/** Takes base out of lots, oldest first, with the proportional part of their fees. */
export function takeFromLots(
  lots: readonly Lot[],
  quantity: Decimal,
): { rest: Lot[]; fee: Decimal; short: Decimal } {
  const rest: Lot[] = [];
  let missing = quantity;
  let fee = ZERO;
  for (const lot of lots) {
    const base = dec(lot.base);
    if (missing.isZero()) {
      rest.push(lot);
    } else if (base.lte(missing)) {
      missing = missing.minus(base);
      fee = fee.plus(lot.fee);
    } else {
      const share = truncateTo(dec(lot.fee).times(missing).div(base), FEE_PLACES);
      fee = fee.plus(share);
      rest.push({ base: decStr(base.minus(missing)), fee: decStr(dec(lot.fee).minus(share)) });
      missing = ZERO;
    }
  }
  return { rest, fee, short: missing };
}
