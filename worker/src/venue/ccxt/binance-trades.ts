import type { VenueFill } from '../venue.js';

/** Trades a page of `myTrades` holds at most. */
export const TRADES_PAGE = 1_000;
/** A query by time spans at most 24 h (REST API documentation, `myTrades`). */
const WINDOW_MS = 24 * 3_600_000;

/** What a page is asked by: a span of time (ms, both ends included), or every trade from an id on. */
export type TradesQuery = { startTime: number; endTime: number } | { fromId: string };

/**
 * Every trade from `since` to `now` (exchange time, ms), oldest first, complete or an error. Spans of a day that share
 * their edges; a full page is followed by ids, which have no gaps.
 * @param page one page, oldest first
 */
export async function tradesSince(
  page: (query: TradesQuery & { limit: number }) => Promise<VenueFill[]>,
  since: number,
  now: number,
): Promise<VenueFill[]> {
  const fills = new Map<string, VenueFill>();
  let startTime = Math.max(0, since);
  for (;;) {
    const endTime = startTime + WINDOW_MS;
    // The last span reaches beyond now: a trade made meanwhile belongs to the answer.
    let query: TradesQuery = { startTime, endTime };
    for (;;) {
      const trades = await page({ ...query, limit: TRADES_PAGE });
      for (const trade of trades) fills.set(trade.tradeId, trade);
      const last = trades.at(-1);
      if (last === undefined || trades.length < TRADES_PAGE) break;
      // By id the answer reaches to the present, whatever the span.
      query = { fromId: (BigInt(last.tradeId) + 1n).toString() };
    }
    if ('fromId' in query || endTime > now) break;
    startTime = endTime;
  }
  return [...fills.values()].filter((fill) => fill.time >= since);
}
