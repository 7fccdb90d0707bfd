import type { LiveOrder } from './live-order.js';
import type { Findings } from './reconcile.js';

/** A trade the private stream has not brought after this long shows that it is deaf, ms. */
const DEAF_AFTER_MS = 3_000;

/**
 * A trade that only a look at the venue brought, long after it happened, means that the private stream has gone deaf:
 * it may answer pings for hours and deliver nothing.
 * @param openedAt trades before this moment are no news of the stream's, ms
 * @returns the trade and its leg, null when the stream hears
 */
export function missedTrade(
  orders: ReadonlyMap<string, LiveOrder>,
  findings: Findings,
  openedAt: number,
  now: number,
): { leg: number; tradeId: string } | null {
  const byId = new Map([...orders.values()].map((order) => [order.row.exchangeOrderId, order]));
  for (const { exchangeOrderId, tradeId, time } of findings.trades) {
    const order = byId.get(exchangeOrderId);
    if (order === undefined || order.tradeIds.has(tradeId)) continue;
    if (now - time >= DEAF_AFTER_MS && time >= openedAt) return { leg: order.row.leg, tradeId };
  }
  return null;
}
