import { dec, decStr, truncateTo, ZERO, type Decimal } from '../../numbers/decimal.js';
import { ticksToPrice, type Market, type Ticks } from '../../market/market.js';
import type { Fill, Side } from '../../order/order.js';
import type { CellState, Header, Lot } from './state.js';

/** Places kept when a fee is shared between lots; the last share takes the remainder, so nothing is lost. */
const FEE_PLACES = 18;

/** A fee as it counts in accounts: base that is missing from what was received, and its value in quote. */
export interface ValuedFee {
  base: Decimal;
  quote: Decimal;
}

/** Splits a fill's fee into the base that is missing and its value. */
export function feeOf(fill: Fill, market: Market): ValuedFee {
  return { base: fill.feeAsset === market.base ? dec(fill.fee) : ZERO, quote: dec(fill.feeQuote) };
}

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

/** A BUY fill of a cell: a lot booked at the cell's buy level; a better price is price improvement. */
export function bookBuy(
  header: Header,
  cell: CellState,
  fill: Fill,
  market: Market,
  buyLevel: Ticks,
): { header: Header; cell: CellState } {
  const fee = feeOf(fill, market);
  const received = dec(fill.quantity).minus(fee.base);
  const improvement = ticksToPrice(market, buyLevel).minus(fill.price).times(received);
  return {
    header: improvement.isZero()
      ? header
      : { ...header, priceImprovement: decStr(dec(header.priceImprovement).plus(improvement)) },
    cell: { ...cell, lots: [...cell.lots, { base: decStr(received), fee: decStr(fee.quote) }] },
  };
}

/** A SELL fill of a cell: its part of the cycle's grid profit, net of this fee and of the lots' purchase fees. */
export function bookSell(
  header: Header,
  cell: CellState,
  fill: Fill,
  market: Market,
  buyLevel: Ticks,
  sellLevel: Ticks,
): { header: Header; cell: CellState } {
  const sold = dec(fill.quantity);
  const fee = feeOf(fill, market);
  const buyPrice = ticksToPrice(market, buyLevel);
  const sellPrice = ticksToPrice(market, sellLevel);
  const taken = takeFromLots(cell.lots, sold.plus(fee.base));
  // A base fee of a SELL leaves at the booked cost, the only price at which the identity has no remainder.
  const sellFee = fee.base.isZero() ? fee.quote : fee.base.times(buyPrice);
  const gross = sellPrice.minus(buyPrice).times(sold);
  const fees = sellFee.plus(taken.fee);
  const cycle = cell.openCycle ?? { quantity: '0', gross: '0', fees: '0' };
  const round = cell.sellRound ?? { cost: '0', proceeds: '0' };
  const cost = buyPrice.times(sold.plus(fee.base)).plus(taken.fee);
  const proceeds = dec(fill.price)
    .times(sold)
    .minus(fee.base.isZero() ? fee.quote : ZERO);
  // Sold more than the cell held (an overfill): the difference is owed by the unassigned base at the same cost.
  const owed = { base: taken.short, cost: taken.short.times(buyPrice) };
  return {
    header: {
      ...header,
      grid: decStr(dec(header.grid).plus(gross).minus(fees)),
      priceImprovement: decStr(
        dec(header.priceImprovement).plus(dec(fill.price).minus(sellPrice).times(sold)),
      ),
      unassigned: {
        ...header.unassigned,
        base: decStr(dec(header.unassigned.base).minus(owed.base)),
        cost: decStr(dec(header.unassigned.cost).minus(owed.cost)),
      },
    },
    cell: {
      ...cell,
      lots: taken.rest,
      openCycle: {
        quantity: decStr(dec(cycle.quantity).plus(sold)),
        gross: decStr(dec(cycle.gross).plus(gross)),
        fees: decStr(dec(cycle.fees).plus(fees)),
      },
      sellRound: {
        cost: decStr(dec(round.cost).plus(cost)),
        proceeds: decStr(dec(round.proceeds).plus(proceeds)),
      },
    },
  };
}

/**
 * A fill that belongs to no cell (the initial purchase, late fills of a slot an edit removed): base is held at what it
 * cost, and what a SELL brought lowers the cost of the rest.
 */
export function bookUnassigned(header: Header, side: Side, fill: Fill, market: Market): Header {
  const fee = feeOf(fill, market);
  const quantity = dec(fill.quantity);
  const received = (side === 'buy' ? quantity : quantity.neg()).minus(fee.base);
  return {
    ...header,
    unassigned: {
      base: decStr(dec(header.unassigned.base).plus(received)),
      cost: decStr(dec(header.unassigned.cost).plus(dec(fill.price).times(received))),
      fee: decStr(dec(header.unassigned.fee).plus(fee.quote)),
    },
  };
}

/**
 * Moves unassigned base into a cell. It is booked at the cell's buy level; the difference to what it cost is
 * inventory profit realised now.
 */
export function assignBase(
  header: Header,
  cell: CellState,
  quantity: Decimal,
  market: Market,
  buyLevel: Ticks,
): { header: Header; cell: CellState } {
  const base = dec(header.unassigned.base);
  const cost = dec(header.unassigned.cost);
  const fee = dec(header.unassigned.fee);
  const whole = quantity.eq(base);
  const costShare = whole ? cost : truncateTo(cost.times(quantity).div(base), FEE_PLACES);
  const feeShare = whole ? fee : truncateTo(fee.times(quantity).div(base), FEE_PLACES);
  const profit = ticksToPrice(market, buyLevel).times(quantity).minus(costShare);
  return {
    header: {
      ...header,
      inventoryRealised: decStr(dec(header.inventoryRealised).plus(profit)),
      unassigned: {
        base: decStr(base.minus(quantity)),
        cost: decStr(cost.minus(costShare)),
        fee: decStr(fee.minus(feeShare)),
      },
    },
    cell: { ...cell, lots: [...cell.lots, { base: decStr(quantity), fee: decStr(feeShare) }] },
  };
}

/** Base a finished `base`-mode cycle keeps as profit: leaves the cell at its booked cost. */
export function keepAsProfit(
  header: Header,
  cell: CellState,
  quantity: Decimal,
  market: Market,
  buyLevel: Ticks,
): { header: Header; cell: CellState } {
  const taken = takeFromLots(cell.lots, quantity);
  const kept = quantity.minus(taken.short);
  return {
    header: {
      ...header,
      unassigned: {
        base: decStr(dec(header.unassigned.base).plus(kept)),
        cost: decStr(dec(header.unassigned.cost).plus(ticksToPrice(market, buyLevel).times(kept))),
        fee: decStr(dec(header.unassigned.fee).plus(taken.fee)),
      },
    },
    cell: { ...cell, lots: taken.rest },
  };
}
