import { heldMarket, needOf, ZERO, type Decimal } from '@gridfleet/shared/domain';
import type { OrderRow } from '@gridfleet/shared/infra';

/** What has to be known of an order to tell what it holds; an account may have thousands of them. */
export const HOLDING_COLUMNS = {
  market: true,
  side: true,
  positionSide: true,
  reduceOnly: true,
  price: true,
  quantity: true,
  filledQuantity: true,
  unitMargin: true,
} as const;
export type HoldingOrder = Pick<OrderRow, keyof typeof HOLDING_COLUMNS>;

/** What unfinished orders hold, by resource. */
export function heldBy(orders: readonly HoldingOrder[]): Map<string, Decimal> {
  const held = new Map<string, Decimal>();
  for (const row of orders) {
    const { resource, amount } = needOf(heldMarket(row.market), row);
    held.set(resource, (held.get(resource) ?? ZERO).plus(amount));
  }
  return held;
}
