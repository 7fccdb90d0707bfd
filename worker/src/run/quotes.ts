import {
  toTicks,
  type Market,
  type PlanContext,
  type StrategyEvent,
  type Ticks,
} from '@gridfleet/shared/domain';
import type { HubQuote } from '../hub/market-data-hub.js';
import { legOf } from './intent.js';

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

/** Best quotes of a leg as its machine sees them: rounded away from the market, in ticks. */
export function quoteEvent(
  context: PlanContext,
  leg: number,
  quote: HubQuote,
): Extract<StrategyEvent, { type: 'quote' }> {
  const { market } = legOf(context, leg);
  const { bid, ask } = ticksOf(market, quote);
  return { type: 'quote', leg, market: market.symbol, bid, ask };
}
