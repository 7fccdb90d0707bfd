import { heldMarket, needOf, ZERO, type Decimal } from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';

/** What has to be known of an order to tell what it holds; an account may have thousands of them. */
export type HoldingOrder = Pick<
  OrderRow,
  'market' | 'side' | 'positionSide' | 'price' | 'quantity' | 'filledQuantity' | 'unitMargin'
> & {
  /** As MySQL says it: 0 or 1. */
  reduceOnly: number;
};
/** Columns of `orders` that make a `HoldingOrder`. */
export const HOLDING_COLUMNS = `market, side, position_side AS positionSide, reduce_only AS reduceOnly, price, quantity,
  filled_quantity AS filledQuantity, unit_margin AS unitMargin`;

/** What unfinished orders hold, by resource. */
export function heldBy(orders: readonly HoldingOrder[]): Map<string, Decimal> {
  const held = new Map<string, Decimal>();
  for (const row of orders) {
    const { resource, amount } = needOf(heldMarket(row.market), { ...row, reduceOnly: row.reduceOnly === 1 });
    held.set(resource, (held.get(resource) ?? ZERO).plus(amount));
  }
  return held;
}
