import { Type, type Static } from 'typebox';
import { dec, type Decimal } from '../numbers/decimal.js';
import type { Side } from '../order/order.js';
import type { Reason } from '../strategy/events.js';

const ONE = dec('1');
const Positive = Type.String({ pattern: '^(?=.*[1-9])\\d{1,18}(?:\\.\\d{1,18})?$' });

/** Limits a platform, an account or a strategy may carry; an absent one does not limit. Where several apply, each does. */
export const RiskLimits = Type.Object(
  {
    /** Largest price × quantity of one order, quote. */
    maxOrderNotional: Type.Optional(Positive),
    /** Largest sum of price × open quantity over a strategy's unfinished orders, quote. */
    maxOpenNotional: Type.Optional(Positive),
    /** Most unfinished orders of a strategy. */
    maxOpenOrders: Type.Optional(Type.Integer({ minimum: 1 })),
    /** How far beyond the market an order may be willing to trade, percent: a BUY above the ask, a SELL below the bid. */
    priceBandPercent: Type.Optional(Positive),
  },
  { additionalProperties: false },
);
export type RiskLimits = Static<typeof RiskLimits>;

/** An order that asks to be let through, and what the strategy has already. Money is quote. */
export interface LimitedOrder {
  side: Side;
  price: Decimal;
  notional: Decimal;
  /** The strategy's unfinished orders without this one. */
  openOrders: number;
  openNotional: Decimal;
  /** Best quotes now, null when none have come yet. */
  market: { bid: Decimal; ask: Decimal } | null;
}

function beyondBand(order: LimitedOrder, percent: string): boolean {
  if (order.market === null) return false;
  const share = dec(percent).div(100);
  return order.side === 'buy'
    ? order.price.gt(order.market.ask.times(share.plus(ONE)))
    : order.price.lt(order.market.bid.times(ONE.minus(share)));
}

/** Why the limits of one scope refuse an order, null when they let it through. `scope` names them, e.g. "account". */
export function limitRefusal(limits: RiskLimits, scope: string, order: LimitedOrder): Reason | null {
  const { maxOrderNotional, maxOpenNotional, maxOpenOrders, priceBandPercent } = limits;
  if (maxOrderNotional !== undefined && order.notional.gt(maxOrderNotional)) {
    return {
      code: 'ORDER_TOO_LARGE',
      message: `The order is worth ${order.notional.toFixed()}; the ${scope} allows ${maxOrderNotional} for one order.`,
    };
  }
  if (maxOpenOrders !== undefined && order.openOrders + 1 > maxOpenOrders) {
    return {
      code: 'TOO_MANY_OPEN_ORDERS',
      message: `The strategy has ${order.openOrders} unfinished orders; the ${scope} allows ${maxOpenOrders}.`,
    };
  }
  if (maxOpenNotional !== undefined && order.openNotional.plus(order.notional).gt(maxOpenNotional)) {
    return {
      code: 'OPEN_NOTIONAL_LIMIT',
      message: `The strategy's unfinished orders would exceed ${maxOpenNotional}, which the ${scope} allows.`,
    };
  }
  if (priceBandPercent !== undefined && beyondBand(order, priceBandPercent)) {
    return {
      code: 'PRICE_BAND',
      message: `The price is more than ${priceBandPercent} % beyond the market (limit of the ${scope}); it is tried again.`,
    };
  }
  return null;
}
