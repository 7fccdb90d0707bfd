import { dec, ZERO, type Decimal } from '../numbers/decimal.js';
import type { Side } from '../order/order.js';
import type { Denial, DenialCode } from './denial-codes.js';
import type { RiskLimits } from './limits.js';

const ONE = dec('1');
const HUNDRED = dec('100');
/** From this share of a limit on, somebody is warned. */
export const WARNING_SHARE: Decimal = dec('0.8');

/** An order that asks to be let through. Money is quote. */
export interface LimitedOrder {
  side: Side;
  price: Decimal;
  notional: Decimal;
  /** Whether it can make a position larger. */
  opens: boolean;
  /** Best quotes now, null when none have come yet. */
  market: { bid: Decimal; ask: Decimal } | null;
}

/** What a scope has already, without the order in question. */
export interface ScopeUse {
  openOrders: number;
  openNotional: Decimal;
  /** Unfinished orders that open positions; `assetOpeningNotional` those of the order's base asset. */
  openingOrders: number;
  openingNotional: Decimal;
  assetOpeningNotional: Decimal;
  positions: number;
  positionCost: Decimal;
  assetPositionCost: Decimal;
  /** Orders created within the last second. */
  recentOrders: number;
}

export const NO_USE: ScopeUse = {
  openOrders: 0,
  openNotional: ZERO,
  openingOrders: 0,
  openingNotional: ZERO,
  assetOpeningNotional: ZERO,
  positions: 0,
  positionCost: ZERO,
  assetPositionCost: ZERO,
  recentOrders: 0,
};

/** How much of a limit would be used with the order let through. */
export interface LimitUse {
  code: DenialCode;
  /** What is counted, for sentences. */
  what: string;
  used: Decimal;
  limit: Decimal;
}

/** How far beyond the market the order is willing to trade, percent; below zero for orders that rest. */
function beyondMarket({ side, price, market }: LimitedOrder): Decimal | null {
  if (market === null || market.ask.isZero() || market.bid.isZero()) return null;
  const share = side === 'buy' ? price.div(market.ask).minus(ONE) : ONE.minus(price.div(market.bid));
  return share.times(HUNDRED);
}

/** Every limit of one scope that this order uses, in the order in which they are judged. */
export function limitUses(limits: RiskLimits, order: LimitedOrder, use: ScopeUse): LimitUse[] {
  const uses: LimitUse[] = [];
  const add = (
    code: DenialCode,
    what: string,
    limit: string | number | undefined,
    used: () => Decimal,
  ): void => {
    if (limit !== undefined) uses.push({ code, what, used: used(), limit: dec(String(limit)) });
  };
  const count = (n: number): Decimal => dec(String(n));
  const { notional } = order;
  add('ORDER_TOO_LARGE', 'the value of one order', limits.maxOrderNotional, () => notional);
  add('TOO_MANY_OPEN_ORDERS', 'unfinished orders', limits.maxOpenOrders, () => count(use.openOrders + 1));
  add('OPEN_NOTIONAL_LIMIT', 'the value of unfinished orders', limits.maxOpenNotional, () =>
    use.openNotional.plus(notional),
  );
  add('ORDER_RATE_LIMIT', 'new orders in one second', limits.maxOrdersPerSecond, () =>
    count(use.recentOrders + 1),
  );
  if (order.opens) {
    add('TOO_MANY_POSITIONS', 'positions and orders that open them', limits.maxOpenPositions, () =>
      count(use.positions + use.openingOrders + 1),
    );
    add('EXPOSURE_LIMIT', 'the cost of positions and of orders that open them', limits.maxExposure, () =>
      use.positionCost.plus(use.openingNotional).plus(notional),
    );
    add(
      'ASSET_EXPOSURE_LIMIT',
      'the cost of positions in one asset and of orders that open them',
      limits.maxAssetExposure,
      () => use.assetPositionCost.plus(use.assetOpeningNotional).plus(notional),
    );
  }
  const beyond = limits.priceBandPercent === undefined ? null : beyondMarket(order);
  if (beyond !== null) add('PRICE_BAND', 'percent beyond the market', limits.priceBandPercent, () => beyond);
  return uses;
}

/** Why the limits of one scope refuse an order, null when they let it through. `scope` names them, e.g. "account". */
export function limitRefusal(uses: readonly LimitUse[], scope: string): Denial | null {
  const broken = uses.find(({ used, limit }) => used.gt(limit));
  if (broken === undefined) return null;
  const { code, what, used, limit } = broken;
  const would = used.toDecimalPlaces(8).toFixed();
  return {
    code,
    message: `With this order ${what} would be ${would}; the ${scope} allows ${limit.toFixed()}.`,
  };
}

/** Limits nearly used up: a warning is due, once in a while. */
export function limitWarnings(uses: readonly LimitUse[]): LimitUse[] {
  return uses.filter(({ used, limit }) => used.lte(limit) && used.gte(limit.times(WARNING_SHARE)));
}
