import { dec, decStr, truncateTo, ZERO, type Decimal } from '../../numbers/decimal.js';
import type { Market } from '../../market/market.js';
import type { Fill, Side } from '../../order/order.js';
import { feeOf } from '../common/valued-fee.js';
import { isLong } from './context.js';
import type { Header, Lot, SlotState } from './state.js';

/** Places kept when a fee is shared between lots; the last share takes the remainder, so nothing is lost. */
const FEE_PLACES = 18;

export function baseIn(lots: readonly Lot[]): Decimal {
  return lots.reduce((total, lot) => total.plus(lot.base), ZERO);
}

export function feesIn(lots: readonly Lot[]): Decimal {
  return lots.reduce((total, lot) => total.plus(lot.fee), ZERO);
}

/** What the base in lots cost, for a short what it brought; quote without fees. */
export function costIn(lots: readonly Lot[]): Decimal {
  return lots.reduce((total, lot) => total.plus(dec(lot.price).times(lot.base)), ZERO);
}

/** Takes base out of lots, oldest first, with its cost and the proportional part of the fees. */
function takeFromLots(
  lots: readonly Lot[],
  quantity: Decimal,
): { rest: Lot[]; cost: Decimal; fee: Decimal; short: Decimal } {
  const rest: Lot[] = [];
  let missing = quantity;
  let cost = ZERO;
  let fee = ZERO;
  for (const lot of lots) {
    const base = dec(lot.base);
    if (missing.isZero()) {
      rest.push(lot);
      continue;
    }
    const taken = base.lte(missing) ? base : missing;
    const share = taken.eq(base) ? dec(lot.fee) : truncateTo(dec(lot.fee).times(taken).div(base), FEE_PLACES);
    cost = cost.plus(taken.times(lot.price));
    fee = fee.plus(share);
    missing = missing.minus(taken);
    if (taken.lt(base))
      rest.push({ ...lot, base: decStr(base.minus(taken)), fee: decStr(dec(lot.fee).minus(share)) });
  }
  return { rest, cost, fee, short: missing };
}

/** A fill of an opening order: a lot at the price it really had, for the base it really moved. */
export function bookOpen(slot: number, state: SlotState, fill: Fill, market: Market, now: number): SlotState {
  const fee = feeOf(fill, market);
  // A fee in base makes a long position smaller and a short one larger.
  const base = isLong(slot) ? dec(fill.quantity).minus(fee.base) : dec(fill.quantity).plus(fee.base);
  const opened = state.opened ?? { base: '0', notional: '0' };
  return {
    ...state,
    lots: [...state.lots, { base: decStr(base), price: fill.price, fee: decStr(fee.quote) }],
    opened: {
      base: decStr(dec(opened.base).plus(fill.quantity)),
      notional: decStr(dec(opened.notional).plus(dec(fill.price).times(fill.quantity))),
    },
    openedAt: state.openedAt ?? now,
  };
}

/** A fill of a closing order: its part of the cycle's profit, net of this fee and of the lots' opening fees. */
export function bookClose(
  header: Header,
  slot: number,
  state: SlotState,
  fill: Fill,
  market: Market,
): { header: Header; state: SlotState } {
  const fee = feeOf(fill, market);
  const quantity = dec(fill.quantity);
  const long = isLong(slot);
  // A fee in base leaves with what a SELL sells, and is missing from what a BUY brings back.
  const closed = takeFromLots(state.lots, long ? quantity : quantity.minus(fee.base));
  const asFee = long
    ? takeFromLots(closed.rest, fee.base)
    : { ...closed, cost: ZERO, fee: ZERO, short: ZERO };
  // More than the slot held: the surplus is held outside slots, at this fill's price.
  const short = closed.short.plus(asFee.short);
  const moved = (long ? quantity : quantity.minus(fee.base)).minus(closed.short);
  const exit = dec(fill.price).times(moved);
  const gross = long ? exit.minus(closed.cost) : closed.cost.minus(exit);
  // A base fee of a SELL counts at what that base cost, the only price at which no remainder is left.
  const feeCost = long && fee.base.gt(0) ? asFee.cost.plus(asFee.short.times(fill.price)) : fee.quote;
  const fees = feeCost.plus(closed.fee).plus(asFee.fee);
  const cycle = state.openCycle ?? { quantity: '0', entry: '0', exit: '0', gross: '0', fees: '0' };
  const surplus = long ? short.neg() : short;
  return {
    header: {
      ...header,
      realised: decStr(dec(header.realised).plus(gross).minus(fees)),
      unassigned: short.isZero() ? header.unassigned : withBase(header, surplus, dec(fill.price), ZERO),
    },
    state: {
      ...state,
      lots: asFee.rest,
      openCycle: {
        quantity: decStr(dec(cycle.quantity).plus(moved)),
        entry: decStr(dec(cycle.entry).plus(closed.cost)),
        exit: decStr(dec(cycle.exit).plus(exit)),
        gross: decStr(dec(cycle.gross).plus(gross)),
        fees: decStr(dec(cycle.fees).plus(fees)),
      },
    },
  };
}

function withBase(header: Header, base: Decimal, price: Decimal, fee: Decimal): Header['unassigned'] {
  const { unassigned } = header;
  return {
    base: decStr(dec(unassigned.base).plus(base)),
    cost: decStr(dec(unassigned.cost).plus(base.times(price))),
    fee: decStr(dec(unassigned.fee).plus(fee)),
  };
}

/** A fill of a slot that is no more: base held outside slots, at what it cost. */
export function bookUnassigned(header: Header, side: Side, fill: Fill, market: Market): Header {
  const fee = feeOf(fill, market);
  const received = dec(fill.quantity)
    .times(side === 'buy' ? 1 : -1)
    .minus(fee.base);
  return { ...header, unassigned: withBase(header, received, dec(fill.price), fee.quote) };
}
