import { isUncertain, type LiveOrder } from './live-order.js';
import type { OrderSender } from './order-sender.js';

/** A trade the stream has not brought this long after the venue counted it is fetched, ms. */
const MISSING_TRADE_MS = 300;

/** Work that time alone calls for: missing trades are fetched, orders whose fate is unknown are looked up. */
export function chaseOrders(orders: readonly LiveOrder[], sender: OrderSender, now: number): void {
  for (const order of orders) {
    const { tradesMissingSince } = order;
    if (tradesMissingSince !== null && now - tradesMissingSince >= MISSING_TRADE_MS) {
      sender.fetchTrades(order);
    } else if (isUncertain(order) && !sender.isInFlight(order.row.clientOrderId)) {
      sender.lookUp(order);
    }
  }
}
