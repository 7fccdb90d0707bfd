import { dec, ZERO, type Decimal, type RiskLimits } from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';
import type { MarketQuote } from './admission-view.js';

/** What other unfinished orders of the same side may still trade in the order's market. */
export function pendingOf(row: OrderRow, orders: readonly OrderRow[]): Decimal {
  return orders.reduce((total, other) => {
    const isBeside =
      !other.isFinal &&
      other.clientOrderId !== row.clientOrderId &&
      other.leg === row.leg &&
      other.market === row.market &&
      other.positionSide === row.positionSide &&
      other.side === row.side;
    return isBeside ? total.plus(other.quantity).minus(other.filledQuantity) : total;
  }, ZERO);
}

/** A market order trades at the other side's quote; null before the first. */
export function priceOf(row: OrderRow, quote: MarketQuote | null): Decimal | null {
  if (row.price !== null) return dec(row.price);
  return (row.side === 'buy' ? quote?.ask : quote?.bid) ?? null;
}

/** Whether a limit needs to know what an order is worth. */
export function judgesValue(limits: RiskLimits): boolean {
  const { maxOrderNotional, maxOpenNotional, maxExposure, maxAssetExposure } = limits;
  return [maxOrderNotional, maxOpenNotional, maxExposure, maxAssetExposure].some((one) => one !== undefined);
}
