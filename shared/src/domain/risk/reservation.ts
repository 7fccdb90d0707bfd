import { dec, Decimal, ZERO, type DecimalString } from '../numbers/decimal.js';
import type { Market } from '../market/market.js';
import type { Fill, PositionSide, Side } from '../order/order.js';

/** An amount of something an account has once: an asset, margin, or a quantity that can be closed. */
export interface Need {
  resource: string;
  amount: Decimal;
}

export interface ReservingOrder {
  side: Side;
  positionSide: PositionSide;
  reduceOnly: boolean;
  /** Null for market orders: they rest nowhere and hold nothing. */
  price: DecimalString | null;
  quantity: DecimalString;
  filledQuantity: DecimalString;
  /** Contracts: the margin one base unit takes; null for orders that close, and where nobody knows. */
  unitMargin: DecimalString | null;
}

/** What of a market decides which resource its orders hold. */
export type HeldMarket = Pick<Market, 'symbol' | 'type' | 'base' | 'quote'>;

/** As much of a market as its unified symbol tells: "BTC/USDT" is spot, "BTC/USDT:USDT" a linear perpetual. */
export function heldMarket(symbol: string): HeldMarket {
  const [pair = '', settle] = symbol.split(':');
  const [base = '', quote = ''] = pair.split('/');
  return { symbol, type: settle === undefined ? 'spot' : 'linear', base, quote };
}

/**
 * What the unfilled part of an order holds. Spot: a BUY holds quote, a SELL base (as Binance locks them, fees apart).
 * Contracts: an opening order holds margin, market orders too; a closing one holds part of the position.
 */
export function needOf(market: HeldMarket, order: ReservingOrder): Need {
  const open = dec(order.quantity).minus(order.filledQuantity);
  if (market.type !== 'spot' && !order.reduceOnly) {
    const margin = open.gt(0) && order.unitMargin !== null ? open.times(order.unitMargin) : ZERO;
    return { resource: `margin:${market.quote}`, amount: margin.toDecimalPlaces(18, Decimal.ROUND_UP) };
  }
  const left = open.gt(0) && order.price !== null ? open : ZERO;
  const notional = order.price === null ? ZERO : left.times(order.price);
  if (market.type === 'spot') {
    return order.side === 'buy'
      ? { resource: market.quote, amount: notional }
      : { resource: market.base, amount: left };
  }
  return { resource: `closable:${market.symbol}:${order.positionSide}`, amount: left };
}

/** How a spot trade changes what the account has, one entry for each asset; see `marginChange` for contracts. */
export function holdingsChange(market: HeldMarket, side: Side, fill: Fill): Need[] {
  if (market.type !== 'spot') return [];
  const sign = side === 'buy' ? 1 : -1;
  const changes = new Map<string, Decimal>([
    [market.base, dec(fill.quantity).times(sign)],
    [market.quote, dec(fill.quoteQuantity).times(-sign)],
  ]);
  changes.set(fill.feeAsset, (changes.get(fill.feeAsset) ?? ZERO).minus(fill.fee));
  return [...changes].map(([resource, amount]) => ({ resource, amount }));
}

/** What a strategy has in the market and on the position side of an order. Base. */
export interface Exposure {
  /** By its fills; negative when short. */
  position: Decimal;
  /** What its other unfinished orders of the same side may still trade. */
  pending: Decimal;
}

/**
 * Whether an order can only make a position smaller: all that REDUCING lets through. In one-way mode a side alone says
 * nothing: an order closes as long as it and those before it do not exceed what is held against it.
 * @param exposure absent where nobody knows what is held: then only what says so itself reduces
 */
export function reducesOnly(
  market: HeldMarket,
  order: Pick<ReservingOrder, 'side' | 'positionSide' | 'reduceOnly' | 'quantity'>,
  exposure?: () => Exposure,
): boolean {
  if (order.reduceOnly) return true;
  // Spot cannot be short: selling is always selling what is there.
  if (market.type === 'spot' || order.positionSide === 'long') return order.side === 'sell';
  if (order.positionSide === 'short') return order.side === 'buy';
  if (exposure === undefined) return false;
  const { position, pending } = exposure();
  const closable = order.side === 'sell' ? position : position.neg();
  return pending.plus(order.quantity).lte(closable);
}
