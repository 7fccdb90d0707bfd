import type { Level } from '@gridfleet/shared/domain/matching';
import type { SpotMarket } from '../market/spot-market.js';
import type { Trade } from '../market/tape.js';
import { depthJson, levelJson } from '../venue/market-formats.js';
import { priceText, quantityText } from '../venue/rules.js';

type Json = Record<string, unknown>;

/** Which changes a diff holds; ids are of the sequence of the REST snapshot. */
export interface DiffRange {
  now: number;
  firstId: number;
  lastId: number;
  /** Last id of the diff before. */
  previousId: number;
}

/** How one kind of exchange writes its market events, and when it sends the book. */
export interface FeedFormats {
  trade(market: SpotMarket, trade: Trade): Json;
  quote(market: SpotMarket, now: number): Json;
  diff(market: SpotMarket, range: DiffRange, bids: Json[string], asks: Json[string]): Json;
  partial(market: SpotMarket, range: DiffRange, levels: number): Json;
  /** Suffixes of depth streams, each with how many tenths of a second lie between two events. */
  cadences: readonly { suffixes: readonly string[]; tenths: number }[];
  /** Whether there is one stream of the quotes of all markets. */
  allQuotes: boolean;
}

const NO_LEVEL: Level = [0, 0];

export function quoteFields({ rules, best, updateId }: SpotMarket): Json {
  const [b, B] = levelJson(rules, best.bid ?? NO_LEVEL);
  const [a, A] = levelJson(rules, best.ask ?? NO_LEVEL);
  return { u: updateId, s: rules.symbol, b, B, a, A };
}

export function tradeFields({ rules }: SpotMarket, trade: Trade): Json {
  return {
    e: 'trade',
    E: trade.time,
    s: rules.symbol,
    t: trade.id,
    p: priceText(rules, trade.price),
    q: quantityText(rules, trade.quantity),
    T: trade.time,
    m: trade.aggressor === 'sell',
  };
}

export const SPOT_FEED: FeedFormats = {
  trade: (market, trade) => ({ ...tradeFields(market, trade), M: true }),
  quote: (market) => quoteFields(market),
  diff: ({ rules }, { now, firstId, lastId }, b, a) => ({
    e: 'depthUpdate',
    E: now,
    s: rules.symbol,
    U: firstId,
    u: lastId,
    b,
    a,
  }),
  partial: (market, _range, levels) => depthJson(market, levels),
  cadences: [
    { suffixes: ['@100ms'], tenths: 1 },
    { suffixes: ['', '@1000ms'], tenths: 10 },
  ],
  allQuotes: false,
};
