import { dec, decStr, truncateTo, ZERO } from '../../numbers/decimal.js';
import type { Market } from '../../market/market.js';
import type { Fill } from '../../order/order.js';
import { feeOf } from '../common/valued-fee.js';
import type { Header } from './state.js';

/** Places kept when cost and fees are shared; the rest keeps the remainder, so nothing is lost. */
const PLACES = 18;

/** A buy: base really received, at what it cost. */
export function bookBuy(header: Header, fill: Fill, market: Market): Header {
  const fee = feeOf(fill, market);
  const received = dec(fill.quantity).minus(fee.base);
  const { held } = header;
  return {
    ...header,
    held: {
      base: decStr(dec(held.base).plus(received)),
      cost: decStr(dec(held.cost).plus(dec(fill.price).times(received))),
      fee: decStr(dec(held.fee).plus(fee.quote)),
    },
  };
}

/** A sell: its profit over the average cost of what it took, net of all fees. */
export function bookSell(header: Header, fill: Fill, market: Market): Header {
  const fee = feeOf(fill, market);
  const quantity = dec(fill.quantity);
  const taken = quantity.plus(fee.base);
  const base = dec(header.held.base);
  const rest = base.minus(taken);
  const part = (amount: string) => truncateTo(dec(amount).times(taken).div(base), PLACES);
  // Sold whole, or more than was there: the surplus is owed at this fill's price.
  const isAll = rest.lte(0);
  const cost = isAll ? dec(header.held.cost).minus(rest.times(fill.price)) : part(header.held.cost);
  const buyFee = isAll ? dec(header.held.fee) : part(header.held.fee);
  const exit = dec(fill.price).times(quantity);
  const gross = exit.minus(cost);
  // A fee in base is part of what was taken already.
  const fees = buyFee.plus(fee.base.isZero() ? fee.quote : ZERO);
  const { sold } = header;
  return {
    ...header,
    realised: decStr(dec(header.realised).plus(gross).minus(fees)),
    held: {
      base: decStr(rest),
      cost: decStr(dec(header.held.cost).minus(cost)),
      fee: decStr(dec(header.held.fee).minus(buyFee)),
    },
    sold: {
      base: decStr(dec(sold.base).plus(quantity)),
      quote: decStr(dec(sold.quote).plus(exit)),
      gross: decStr(dec(sold.gross).plus(gross)),
      fees: decStr(dec(sold.fees).plus(fees)),
    },
  };
}
