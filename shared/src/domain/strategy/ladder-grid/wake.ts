import { PriceBand } from '../common/price-band.js';
import type { Wake } from '../events.js';
import { isLong, openSide, type Ladder } from './context.js';
import { closeTarget, openTarget, referenceOf } from './prices.js';
import { isOccupied, type LadderGridState, type SlotState } from './state.js';
import { boundsOf, stopOf } from './thresholds.js';

const MINUTE_MS = 60_000;
/** Reasons for having no order that no price and no time of its own ends. */
const INDIFFERENT: ReadonlySet<string> = new Set(['MAX_POSITIONS', 'SLOT_REMOVED']);

/** Where the position's stop loss and its holding time end it. */
function addExits(ladder: Ladder, slot: number, state: SlotState, band: PriceBand): void {
  const { stopLoss, maxHoldingMinutes } = ladder.params;
  if (stopLoss !== undefined && state.opened !== null) {
    const stop = stopOf(state.opened, ladder, slot);
    if (isLong(slot)) band.below(stop);
    else band.above(stop);
  }
  if (maxHoldingMinutes !== undefined && state.openedAt !== null)
    band.at(state.openedAt + maxHoldingMinutes * MINUTE_MS);
}

/** Where a resting opening order is adrift, and where the market overtakes the part of it that has filled. */
function addOpening(ladder: Ladder, slot: number, state: SlotState, band: PriceBand): void {
  const { order, opened } = state;
  if (order?.price == null || order.canceling || order.side !== openSide(slot)) return;
  const bounds = boundsOf(order, ladder, slot);
  band.below(bounds.lower);
  band.above(bounds.upper);
  if (opened === null) return;
  const target = closeTarget(ladder, slot, opened);
  if (isLong(slot)) band.above(target);
  else band.below(target);
}

/** Whether a side may have one more position; a slot that waits for the market says otherwise once it may not. */
function hasRoom(ladder: Ladder, slots: LadderGridState['slots'], long: boolean): boolean {
  const used = [...slots].filter(([slot, at]) => isLong(slot) === long && isOccupied(at));
  return used.length < ladder.limit;
}

/** Where a slot that waits for the market gets its order; false when no price says so. */
function addWaiting(
  ladder: Ladder,
  { header, quote, slots }: LadderGridState,
  slot: number,
  state: SlotState,
  band: PriceBand,
): boolean {
  const { waiting, phase } = state;
  if (waiting === null || phase === 'exit') return false;
  if (waiting.retryAt !== null) {
    band.at(waiting.retryAt);
    return true;
  }
  if (phase === 'open' && INDIFFERENT.has(waiting.code)) return true;
  if (waiting.code !== 'WOULD_CROSS') return false;
  const opens = phase === 'open';
  // Only a ladder that does not move knows the price beforehand.
  if (opens && (ladder.params.anchor !== 'fixed' || !hasRoom(ladder, slots, isLong(slot)))) return false;
  const reference = referenceOf(ladder, header, slot, quote);
  const opening = reference === null ? null : openTarget(ladder, slot, reference);
  const price = opens ? opening : state.target;
  if (price === null) return false;
  const buys = opens === isLong(slot);
  if (buys) band.above(price + 1);
  else band.below(price - 1);
  return true;
}

/**
 * What the machine need not see: between the prices where an opening order is adrift, a position meets its stop loss or
 * a waiting slot gets its order, and before the times of retries and of the longest holding, nothing happens. Undefined
 * where every quote counts: while the strategy ends, and while a slot waits for what no single price decides.
 */
export function wakeOf(ladder: Ladder, state: LadderGridState): Wake | undefined {
  const { header, quote, slots } = state;
  if (quote === null) return undefined;
  const band = new PriceBand();
  if (header.paused) return band.wake(ladder.leg);
  if (header.ending !== null) return undefined;
  for (const [slot, at] of slots) {
    if (at.order === null && !addWaiting(ladder, state, slot, at, band)) return undefined;
    if (at.phase === 'exit') continue;
    addExits(ladder, slot, at, band);
    addOpening(ladder, slot, at, band);
  }
  return band.wake(ladder.leg);
}
