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

/** What lies within both; null when either is null, or their ticks differ (the rules of the market have changed). */
export function common(one: QuoteBand | null, other: QuoteBand | null): QuoteBand | null {
  if (one === null || other === null || one.market.tickSize !== other.market.tickSize) return null;
  return {
    market: one.market,
    lower:
      one.lower === null || other.lower === null
        ? (one.lower ?? other.lower)
        : Math.max(one.lower, other.lower),
    upper:
      one.upper === null || other.upper === null
        ? (one.upper ?? other.upper)
        : Math.min(one.upper, other.upper),
  };
}
