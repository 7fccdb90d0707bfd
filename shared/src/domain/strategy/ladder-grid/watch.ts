import { closeTarget, openTarget } from './prices.js';
import { isLong, openSide, type Ladder } from './context.js';
import { isClosable } from './size.js';
import { cancelOrder, type Armed } from './slot-order.js';
import { marketPrice } from './settle.js';
import type { Header, Quote, SlotState } from './state.js';
import { boundsOf, stopOf } from './thresholds.js';

const MINUTE_MS = 60_000;

/** Whether the slot's opening order has to be taken back: the market has left it, or overtaken its filled part. */
function mustReopen(ladder: Ladder, slot: number, state: SlotState, quote: Quote): boolean {
  const { order, opened } = state;
  if (order?.price == null || order.canceling || order.side !== openSide(slot)) return false;
  // What has not been answered cannot be told where it rests.
  if (order.state !== 'open' && order.state !== 'partially-filled') return false;
  if (opened !== null) {
    const target = closeTarget(ladder, slot, opened);
    const isOvertaken = isLong(slot) ? quote.bid >= target : quote.ask <= target;
    if (isOvertaken && isClosable(ladder.leg.market, state, target)) return true;
  }
  const reference = isLong(slot) ? quote.bid : quote.ask;
  const { lower, upper } = boundsOf(order, ladder, slot);
  const isOutside = (lower !== null && reference <= lower) || (upper !== null && reference >= upper);
  return isOutside && openTarget(ladder, slot, reference) >= 1;
}

/** Why a position has to be closed at the market, null when it has not. */
function exitReason(
  ladder: Ladder,
  header: Header,
  slot: number,
  state: SlotState,
  quote: Quote,
  now: number,
): string | null {
  if (header.ending === 'sell') return 'STOPPING';
  const { stopLoss, maxHoldingMinutes } = ladder.params;
  if (stopLoss !== undefined && state.opened !== null) {
    const stop = stopOf(state.opened, ladder, slot);
    if (isLong(slot) ? quote.bid <= stop : quote.ask >= stop) return 'STOP_LOSS';
  }
  const isOld =
    maxHoldingMinutes !== undefined &&
    state.openedAt !== null &&
    now - state.openedAt >= maxHoldingMinutes * MINUTE_MS;
  return isOld ? 'HOLDING_TIME' : null;
}

/**
 * What price and time mean for one slot. An exit first takes back the slot's order; only when that is over does it
 * close what is then really there.
 */
export function watchSlot(
  ladder: Ladder,
  header: Header,
  slot: number,
  state: SlotState,
  quote: Quote,
  now: number,
): Armed {
  if (state.phase !== 'exit') {
    const exitCode = exitReason(ladder, header, slot, state, quote, now);
    if (exitCode !== null && isClosable(ladder.leg.market, state, marketPrice(slot, quote))) {
      const exiting: SlotState = { ...state, phase: 'exit', exitCode, waiting: null };
      return state.order?.canceling === true
        ? { state: exiting, commands: [] }
        : cancelOrder(ladder, slot, exiting);
    }
  }
  const isEnding = header.ending === 'cancel' || header.ending === 'buy' || header.ending === 'sell';
  const mustEnd = isEnding && state.phase !== 'exit' && state.order?.canceling === false;
  return mustEnd || mustReopen(ladder, slot, state, quote)
    ? cancelOrder(ladder, slot, state)
    : { state, commands: [] };
}
