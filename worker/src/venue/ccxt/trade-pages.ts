import type { VenueFill } from '../venue.js';
import type { Raw } from './binance-product.js';

/** Trades a page holds at most. */
export const PAGE = 1_000;

/**
 * All trades since a time: by time until a page is full, from there on by id. Trades come with their ids rising.
 * @param ask one page, oldest first
 * @param windowMs how far a query by time reaches; null without end
 */
export async function tradesSince(
  ask: (params: Raw) => Promise<VenueFill[]>,
  since: number,
  windowMs: number | null,
  now: number,
): Promise<VenueFill[]> {
  const fills = new Map<string, VenueFill>();
  const take = async (params: Raw): Promise<string | null> => {
    const page = await ask({ ...params, limit: PAGE });
    for (const fill of page) fills.set(fill.tradeId, fill);
    return page.length < PAGE ? null : (page.at(-1)?.tradeId ?? null);
  };
  let last: string | null = null;
  for (let from = since; last === null;) {
    const to = windowMs === null ? null : from + windowMs - 1;
    const isLast = to === null || to >= now;
    last = await take(isLast ? { startTime: from } : { startTime: from, endTime: to });
    if (isLast) break;
    from = to + 1;
  }
  while (last !== null) last = await take({ fromId: (BigInt(last) + 1n).toString() });
  return [...fills.values()].filter((fill) => fill.time >= since);
}
