import { toTicks, type Market, type Ticks } from '@gridfleet/shared/domain';
import type { HubQuote } from './market-data-hub.js';

/** Quotes with bid > lower and ask < upper, in ticks of the market; null is no bound on that side. */
export interface QuoteBand {
  market: Market;
  lower: Ticks | null;
  upper: Ticks | null;
}

interface TickQuote {
  tickSize: string;
  bid: Ticks;
  ask: Ticks;
}

/** A quote goes to all strategies of its market, one after the other: its ticks are counted once. */
const newest: { quote: HubQuote | null; ticks: TickQuote } = {
  quote: null,
  ticks: { tickSize: '', bid: 0, ask: 0 },
};

/** Best quotes in ticks of the market, rounded away from it. */
export function ticksOf(market: Market, quote: HubQuote): Readonly<TickQuote> {
  if (newest.quote === quote && newest.ticks.tickSize === market.tickSize) return newest.ticks;
  const bid = toTicks(market, quote.bid, 'down');
  newest.quote = quote;
  newest.ticks = { tickSize: market.tickSize, bid, ask: toTicks(market, quote.ask, 'up') };
  return newest.ticks;
}

export function isWithin({ market, lower, upper }: QuoteBand, quote: HubQuote): boolean {
  const { bid, ask } = ticksOf(market, quote);
  return (lower === null || bid > lower) && (upper === null || ask < upper);
}

/** What lies within all bands; null when one is null, there is none, or their ticks differ (new rules of the market). */
export function commonBand(followers: Iterable<{ readonly band: QuoteBand | null }>): QuoteBand | null {
  let market: Market | null = null;
  let lower: Ticks | null = null;
  let upper: Ticks | null = null;
  for (const { band } of followers) {
    if (band === null) return null;
    if (market !== null && band.market.tickSize !== market.tickSize) return null;
    market = band.market;
    if (lower === null || (band.lower !== null && band.lower > lower)) lower = band.lower;
    if (upper === null || (band.upper !== null && band.upper < upper)) upper = band.upper;
  }
  return market === null ? null : { market, lower, upper };
}
