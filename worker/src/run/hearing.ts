import type { LiveOrder } from './live-order.js';
import type { Letter } from './mailbox.js';

/** A trade the private stream has not brought after this long shows that it is deaf, ms. */
const DEAF_AFTER_MS = 3_000;

/**
 * A trade that only a look at the venue brought, long after it happened, means that the private stream has gone deaf:
 * it may answer pings for hours and deliver nothing.
 * @param letters read together: what the stream has brought may lie beside what the look has found
 * @param hearsSince trades of a leg before this moment (ms) are no news of its present stream; Infinity while there is none
 * @returns the trade and its leg, null when the streams hear
 */
export function missedTrade(
  orders: ReadonlyMap<string, LiveOrder>,
  letters: readonly Letter[],
  hearsSince: (leg: number) => number,
  now: number,
): { leg: number; tradeId: string } | null {
  const found = letters.flatMap((letter) => (letter.type === 'findings' ? letter.findings.trades : []));
  if (found.length === 0) return null;
  const heard = new Set(
    letters.flatMap((letter) => (letter.type === 'report' ? (letter.report.fill?.tradeId ?? []) : [])),
  );
  const byId = new Map([...orders.values()].map((order) => [order.row.exchangeOrderId, order]));
  for (const { exchangeOrderId, tradeId, time } of found) {
    const order = byId.get(exchangeOrderId);
    if (order === undefined || order.tradeIds.has(tradeId) || heard.has(tradeId)) continue;
    const { leg } = order.row;
    if (now - time >= DEAF_AFTER_MS && time >= hearsSince(leg)) return { leg, tradeId };
  }
  return null;
}
