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

/** A quote goes to all strategies of its market: its ticks are counted once. */
const inTicks = new WeakMap<HubQuote, TickQuote>();

/** Best quotes in ticks of the market, rounded away from it. */
export function ticksOf(market: Market, quote: HubQuote): Readonly<TickQuote> {
  const known = inTicks.get(quote);
  if (known?.tickSize === market.tickSize) return known;
  const bid = toTicks(market, quote.bid, 'down');
  const counted = { tickSize: market.tickSize, bid, ask: toTicks(market, quote.ask, 'up') };
  inTicks.set(quote, counted);
  return counted;
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
