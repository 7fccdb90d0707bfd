import { Decimal, dec } from '../../numbers/decimal.js';
import type { Steps, Ticks } from '../../market/market.js';
import { maxSteps, sizeRefusal, ticksToPrice, type SizeRefusal } from '../../market/market.js';
import { isLong, plusPercent, type Ladder } from './context.js';
import type { Header, Opened, Quote } from './state.js';

/** Rounds a price in ticks away from the market on the side of an order: a buy down, a sell up. */
function away(ticks: Decimal, side: 'buy' | 'sell'): Ticks {
  return (side === 'buy' ? ticks.floor() : ticks.ceil()).toNumber();
}

/**
 * Price of a slot's opening order when the market is at `reference` ticks: `P·(1 − i·b/100)` for a long slot,
 * `P·(1 + i·b/100)` for a short one. Rounded away from the market, so it never reaches it, whatever the tick.
 */
export function openTarget(ladder: Ladder, slot: number, reference: Ticks): Ticks {
  const factor = plusPercent(dec(ladder.params.openDeviation).times(-slot));
  return away(new Decimal(reference).times(factor), isLong(slot) ? 'buy' : 'sell');
}

/** The market price that a slot's opening order is measured from, ticks; null while no quote is known. */
export function referenceOf(ladder: Ladder, header: Header, slot: number, quote: Quote | null): Ticks | null {
  const at = ladder.params.anchor === 'fixed' ? header.anchor : quote;
  if (at === null) return null;
  return isLong(slot) ? at.bid : at.ask;
}

/** Average price at which a position was opened, in ticks, unrounded. */
export function entryTicks(ladder: Ladder, opened: Opened): Decimal {
  return dec(opened.notional).div(opened.base).div(ladder.leg.market.tickSize);
}

/** Take-profit of a position opened at B: `B·(1 + s/100)`, for a short `B·(1 − s/100)`; at least one tick. */
export function closeTarget(ladder: Ladder, slot: number, opened: Opened): Ticks {
  const percent = dec(ladder.params.closeDeviation).times(isLong(slot) ? 1 : -1);
  const ticks = entryTicks(ladder, opened).times(plusPercent(percent));
  return Math.max(1, away(ticks, isLong(slot) ? 'sell' : 'buy'));
}

/** Whether an order at this price would take from the book. */
export function crosses(side: 'buy' | 'sell', price: Ticks, quote: Quote): boolean {
  return side === 'buy' ? price >= quote.ask : price <= quote.bid;
}

/** Configured steps of an opening order at a price, floored; above the venue's maximum one step more than it. */
export function openSteps(ladder: Ladder, price: Ticks): Steps {
  const { market } = ladder.leg;
  const { mode, value } = ladder.params.quantity;
  const base = mode === 'base' ? dec(value) : dec(value).div(ticksToPrice(market, price));
  return Decimal.min(base.div(market.stepSize).floor(), maxSteps(market) + 1).toNumber();
}

/** Why the venue would refuse an order of these steps, null when it would not. */
export function openRefusal(ladder: Ladder, price: Ticks, steps: Steps): SizeRefusal | null {
  const { market } = ladder.leg;
  return steps > maxSteps(market) ? 'ABOVE_MAX_QUANTITY' : sizeRefusal(market, price, steps);
}
