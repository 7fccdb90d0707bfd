import { maxSteps, sizeRefusal, toSteps, type Market, type Steps, type Ticks } from '../../market/market.js';
import { baseIn } from './accounting.js';
import type { SlotState } from './state.js';

/** Whole steps of base in a slot. */
export function heldSteps(market: Market, state: SlotState): Steps {
  return toSteps(market, baseIn(state.lots), 'down');
}

/** Steps a closing order asks for: all that is really there, as much of it as one order may have. */
export function closeSteps(market: Market, state: SlotState): Steps {
  return Math.min(heldSteps(market, state), maxSteps(market));
}

/** Whether what a slot holds makes an order the venue takes at this price; a smaller rest is residue. */
export function isClosable(market: Market, state: SlotState, price: Ticks): boolean {
  return sizeRefusal(market, price, closeSteps(market, state)) === null;
}
