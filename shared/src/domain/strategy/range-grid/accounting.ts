import { dec, decStr, truncateTo, ZERO, type Decimal } from '../../numbers/decimal.js';
import type { Market } from '../../market/market.js';
import type { Fill, Side } from '../../order/order.js';
import { feeOf } from '../common/valued-fee.js';
import { baseIn, FEE_PLACES, takeFromLots } from './lots.js';
import type { CellState, Header } from './state.js';

/** Prices of a cell, quote: it opens and closes its position there. `sign` is −1 where the position is a short. */
export interface CellPrices {
  open: Decimal;
  close: Decimal;
  sign: 1 | -1;
}

/** A fill that opens: a lot booked at the opening level; a better price is price improvement. */
export function bookOpen(
  header: Header,
  cell: CellState,
  fill: Fill,
  market: Market,
  prices: CellPrices,
): { header: Header; cell: CellState } {
  const fee = feeOf(fill, market);
  const opened = dec(fill.quantity).minus(fee.base.times(prices.sign));
  const improvement = prices.open.minus(fill.price).times(opened).times(prices.sign);
  return {
    header: improvement.isZero()
      ? header
      : { ...header, priceImprovement: decStr(dec(header.priceImprovement).plus(improvement)) },
    cell: { ...cell, lots: [...cell.lots, { base: decStr(opened), fee: decStr(fee.quote) }] },
  };
}

/** A fill that closes: its part of the cycle's grid profit, net of this fee and of the lots' opening fees. */
export function bookClose(
  header: Header,
  cell: CellState,
  fill: Fill,
  market: Market,
  prices: CellPrices,
): { header: Header; cell: CellState } {
  const { open, close, sign } = prices;
  const traded = dec(fill.quantity);
  const fee = feeOf(fill, market);
  const closed = traded.plus(fee.base.times(sign));
  const taken = takeFromLots(cell.lots, closed);
  const quantity = sign === 1 ? traded : closed;
  // A base fee leaves at the lower level, the only price at which the identity has no remainder.
  const closeFee = fee.base.isZero() ? fee.quote : fee.base.times(sign === 1 ? open : close);
  const gross = close.minus(open).times(sign).times(quantity);
  const fees = closeFee.plus(taken.fee);
  const cycle = cell.openCycle ?? { quantity: '0', gross: '0', fees: '0' };
  const round = cell.closeRound ?? { cost: '0', proceeds: '0' };
  const cost = open.times(closed).plus(taken.fee);
  const amount = dec(fill.price).times(traded);
  // What a short brings is its margin and its profit: the mirror image of a SELL's proceeds.
  const proceeds = (sign === 1 ? amount : cost.minus(taken.fee).times(2).minus(amount)).minus(
    fee.base.isZero() ? fee.quote : ZERO,
  );
  // Closed more than the cell held (an overfill): the difference is owed by the unassigned base at the same cost.
  const owed = taken.short.times(sign);
  return {
    header: {
      ...header,
      grid: decStr(dec(header.grid).plus(gross).minus(fees)),
      priceImprovement: decStr(
        dec(header.priceImprovement).plus(dec(fill.price).minus(close).times(sign).times(traded)),
      ),
      unassigned: {
        ...header.unassigned,
        base: decStr(dec(header.unassigned.base).minus(owed)),
        cost: decStr(dec(header.unassigned.cost).minus(owed.times(open))),
      },
    },
    cell: {
      ...cell,
      lots: taken.rest,
      openCycle: {
        quantity: decStr(dec(cycle.quantity).plus(quantity)),
        gross: decStr(dec(cycle.gross).plus(gross)),
        fees: decStr(dec(cycle.fees).plus(fees)),
      },
      closeRound: {
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
 * Moves unassigned base into a cell. It is booked at the cell's opening level; the difference to what it cost is
 * inventory profit realised now.
 */
export function assignBase(
  header: Header,
  cell: CellState,
  quantity: Decimal,
  { open, sign }: CellPrices,
): { header: Header; cell: CellState } {
  const base = dec(header.unassigned.base);
  const cost = dec(header.unassigned.cost);
  const fee = dec(header.unassigned.fee);
  const held = base.times(sign);
  const whole = quantity.eq(held);
  const costShare = whole ? cost : truncateTo(cost.times(quantity).div(held), FEE_PLACES);
  const feeShare = whole ? fee : truncateTo(fee.times(quantity).div(held), FEE_PLACES);
  const profit = open.times(quantity).times(sign).minus(costShare);
  return {
    header: {
      ...header,
      inventoryRealised: decStr(dec(header.inventoryRealised).plus(profit)),
      unassigned: {
        base: decStr(base.minus(quantity.times(sign))),
        cost: decStr(cost.minus(costShare)),
        fee: decStr(fee.minus(feeShare)),
      },
    },
    cell: { ...cell, lots: [...cell.lots, { base: decStr(quantity), fee: decStr(feeShare) }] },
  };
}

/** Takes `quantity` out of a cell at its booked cost: it is unassigned from now on, and no profit figure changes. */
export function releaseBase(
  header: Header,
  cell: CellState,
  quantity: Decimal,
  { open, sign }: CellPrices,
): { header: Header; cell: CellState } {
  const taken = takeFromLots(cell.lots, quantity);
  const kept = quantity.minus(taken.short).times(sign);
  return {
    header: {
      ...header,
      unassigned: {
        base: decStr(dec(header.unassigned.base).plus(kept)),
        cost: decStr(dec(header.unassigned.cost).plus(open.times(kept))),
        fee: decStr(dec(header.unassigned.fee).plus(taken.fee)),
      },
    },
    cell: { ...cell, lots: taken.rest },
  };
}

/** Unassigned base that is nothing any more has no cost either: what is left of it is realised. */
function settled(header: Header): Header {
  const { base, cost, fee } = header.unassigned;
  if (!dec(base).isZero() || (dec(cost).isZero() && dec(fee).isZero())) return header;
  return {
    ...header,
    inventoryRealised: decStr(dec(header.inventoryRealised).minus(cost).minus(fee)),
    unassigned: { base: '0', cost: '0', fee: '0' },
  };
}

/** A fill of an exit: the share of the unassigned base it closes is realised inventory profit, net of all fees. */
export function bookExit(header: Header, side: Side, fill: Fill, market: Market): Header {
  const { unassigned } = header;
  const fee = feeOf(fill, market);
  const sign = side === 'buy' ? 1 : -1;
  const change = dec(fill.quantity).times(sign).minus(fee.base);
  const base = dec(unassigned.base);
  const cash = dec(fill.price)
    .times(fill.quantity)
    .times(-sign)
    .minus(fee.base.isZero() ? fee.quote : ZERO);
  const whole = change.abs().gte(base.abs());
  const share = (of: string): Decimal =>
    whole ? dec(of) : truncateTo(dec(of).times(change.abs()).div(base.abs()), FEE_PLACES);
  const cost = share(unassigned.cost);
  const fees = share(unassigned.fee);
  return settled({
    ...header,
    inventoryRealised: decStr(dec(header.inventoryRealised).plus(cash).minus(cost).minus(fees)),
    unassigned: {
      base: decStr(base.plus(change)),
      cost: decStr(dec(unassigned.cost).minus(cost)),
      fee: decStr(dec(unassigned.fee).minus(fees)),
    },
  });
}

/** All base of the cells goes back to unassigned at its booked cost. */
export function releaseAll(
  header: Header,
  cells: ReadonlyMap<number, CellState>,
  pricesOf: (index: number, cell: CellState) => CellPrices,
): { header: Header; cells: Map<number, CellState> } {
  const released = new Map<number, CellState>();
  let at = header;
  for (const [index, cell] of cells) {
    if (cell.lots.length === 0) continue;
    const step = releaseBase(at, cell, baseIn(cell.lots), pricesOf(index, cell));
    at = step.header;
    released.set(index, { ...step.cell, closeRound: null });
  }
  return { header: settled(at), cells: released };
}
