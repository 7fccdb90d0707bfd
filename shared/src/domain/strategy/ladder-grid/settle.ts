import type { Ticks } from '../../market/market.js';
import { isLong, type Ladder } from './context.js';
import { closeTarget } from './prices.js';
import { isClosable } from './size.js';
import type { Quote, SlotState } from './state.js';

/** Price a position could be closed at now. */
export function marketPrice(slot: number, quote: Quote): Ticks {
  return isLong(slot) ? quote.bid : quote.ask;
}

/** A slot without position: what is left in it is residue for the next one. */
export function flat(state: SlotState): SlotState {
  return { ...state, phase: 'open', exitCode: null, exit: null, opened: null, openedAt: null, target: null };
}

/**
 * The phase that a slot without order is in by what it holds: a position, once there is enough to close, gets its
 * take-profit price; a slot that has nothing to close is free again.
 */
export function settle(ladder: Ladder, slot: number, state: SlotState): SlotState {
  if (state.order !== null) return state;
  const { market } = ladder.leg;
  switch (state.phase) {
    case 'open': {
      if (state.opened === null) return state;
      const target = state.target ?? closeTarget(ladder, slot, state.opened);
      return isClosable(market, state, target) ? { ...state, phase: 'close', target } : state;
    }
    case 'close':
      return state.target !== null && isClosable(market, state, state.target) ? state : flat(state);
    case 'exit':
      return state;
  }
}
