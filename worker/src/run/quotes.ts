import type { PlanContext, StrategyEvent } from '@gridfleet/shared/domain';
import type { HubQuote } from '../hub/market-data-hub.js';
import { ticksOf } from '../hub/quote-band.js';
import { legOf } from './intent.js';

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
