import { depthJson } from '../../venue/market-formats.js';
import { quoteFields, tradeFields, type DiffRange, type FeedFormats } from '../feed-formats.js';

function depthUpdate(
  symbol: string,
  { now, firstId, lastId, previousId }: DiffRange,
): Record<string, unknown> {
  return { e: 'depthUpdate', E: now, T: now, s: symbol, U: firstId, u: lastId, pu: previousId };
}

/** USDT-M writes the previous diff's id into each diff, and partial books as diffs. */
export const FUTURES_FEED: FeedFormats = {
  trade: (market, trade) => ({ ...tradeFields(market, trade), X: 'MARKET' }),
  quote: (market, now) => ({ e: 'bookTicker', ...quoteFields(market), T: now, E: now }),
  diff: ({ rules }, range, b, a) => ({ ...depthUpdate(rules.symbol, range), b, a }),
  partial: (market, range, levels) => {
    const { bids, asks } = depthJson(market, levels);
    return { ...depthUpdate(market.rules.symbol, range), b: bids, a: asks };
  },
  cadences: [
    { suffixes: ['@0ms', '@100ms'], tenths: 1 },
    // The exchange sends these each 250 ms.
    { suffixes: [''], tenths: 2 },
    { suffixes: ['@500ms'], tenths: 5 },
  ],
  allQuotes: true,
};
